// Units and limits as a recipe's author writes them.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLimitsSchema } from '../../src/recipe/measure/limits-schema.ts';
import { baudSchema, durationSchema, percentSchema, usbIdSchema } from '../../src/recipe/yaml/quantity-schemas.ts';

const messagesOf = (schema: z.ZodType, value: unknown): readonly string[] =>
  schema.safeParse(value).error?.issues.map((issue) => issue.message) ?? [];

describe('values with units', () => {
  it.each([
    [durationSchema, '250 ms', 250],
    [durationSchema, '1.5 s', 1500],
    [durationSchema, '10s', 10_000],
    [durationSchema, '2 min', 120_000],
    [durationSchema, '8 h', 28_800_000],
    [baudSchema, '14400 Bd', 14_400],
    [percentSchema, '10 %', 0.1],
    [percentSchema, '0.3 %', 0.003],
  ])('reads %#: %s as a number of the base unit', (schema, text, value) => {
    expect(schema.parse(text)).toBe(value);
  });

  it('asks for the unit when only a number is written', () => {
    expect(messagesOf(durationSchema, 10)).toEqual(['write the unit with the number: 10 ms']);
  });

  it('names the units it knows when the unit is another', () => {
    expect(messagesOf(durationSchema, '10 sec')).toEqual(['write a number and one of ms, s, min, h: 10 s']);
  });

  it('refuses a serial speed of zero', () => {
    expect(messagesOf(baudSchema, '0 Bd')).toEqual(['a serial speed is a whole number above zero']);
  });

  it('reads a USB id', () => {
    expect(usbIdSchema.parse('2b04:D006')).toEqual({ vendorId: 0x2b04, productId: 0xd006 });
    expect(messagesOf(usbIdSchema, '2b04')).toEqual(['a USB id is two groups of four hex digits: 2b04:d006']);
  });

  it('shows the written form in the JSON schema', () => {
    expect(z.toJSONSchema(durationSchema, { io: 'input' })).toMatchObject({ type: 'string' });
  });
});

describe('limits', () => {
  const limits = createLimitsSchema(['gain']);
  const one = (fields: Record<string, unknown>) => limits.parse([{ name: 'gain', unit: 'dB', ...fields }])[0]!.limits;

  it.each([
    [{ min: 1 }, { comparator: 'GE', low: 1 }],
    [{ above: 1 }, { comparator: 'GT', low: 1 }],
    [{ max: 2 }, { comparator: 'LE', low: 2 }],
    [{ below: 2 }, { comparator: 'LT', low: 2 }],
    [
      { min: 1, max: 2 },
      { comparator: 'GELE', low: 1, high: 2 },
    ],
    [
      { above: 1, max: 2 },
      { comparator: 'GTLE', low: 1, high: 2 },
    ],
    [
      { min: 1, below: 2 },
      { comparator: 'GELT', low: 1, high: 2 },
    ],
    [
      { above: 1, below: 2 },
      { comparator: 'GTLT', low: 1, high: 2 },
    ],
    [{ outside: [1, 2] }, { comparator: 'LTGT', low: 1, high: 2 }],
    [{ equals: 'on' }, { comparator: 'EQ', expected: 'on' }],
    [{ not: 0 }, { comparator: 'NE', expected: 0 }],
    [{ 'one of': [1, 2] }, { comparator: 'ONE-OF', expected: [1, 2] }],
    [{ matches: 'v\\d' }, { comparator: 'MATCHES', expected: 'v\\d' }],
    [
      { compare: 'LEGE', low: 1, high: 2 },
      { comparator: 'LEGE', low: 1, high: 2 },
    ],
    [
      { compare: 'LE', high: 2 },
      { comparator: 'LE', low: 2 },
    ],
    [
      { max: 2, marginal: '10 %' },
      { comparator: 'LE', low: 2, marginalShare: 0.1 },
    ],
    [{ nominal: '3.3 dB ± 5 %' }, { comparator: 'GELE', low: 3.135, high: 3.465 }],
    [{ nominal: '-10 dB +/- 2 dB' }, { comparator: 'GELE', low: -12, high: -8 }],
    [{ nominal: '5 dB +5 % -10 %' }, { comparator: 'GELE', low: 4.5, high: 5.25 }],
    [{}, null],
  ])('reads %j', (fields, expected) => {
    expect(one(fields)).toEqual(expected);
  });

  it.each([
    [{ min: 3, max: 2 }, 'the low limit (3) is above the high limit (2)'],
    [{ min: 1, above: 2 }, 'give one way to compare, not 2: min; above'],
    [{ max: 1, equals: 2 }, 'give one way to compare, not 2: max; equals'],
    [{ compare: 'GELE', low: 1 }, 'GELE needs low and high'],
    [{ compare: 'EQ' }, 'EQ needs expected'],
    [{ matches: '(v' }, 'this pattern cannot be used: this ( is never closed'],
    [{ compare: 'MATCHES', expected: '(v' }, 'this pattern cannot be used: this ( is never closed'],
    [{ unit: 'V', nominal: '3.3 A ± 5 %' }, 'the unit is V, the nominal value has A'],
    [{ nominal: '3.3 V ± 5 A' }, "write a value and its tolerance: '3.3 V ± 5 %' or '5 V +5 % -10 %'"],
    [{ nominal: '3.3 V ± 5 %', max: 4 }, 'give one way to compare, not 2: max; nominal'],
  ])('refuses %j', (fields, message) => {
    expect(messagesOf(limits, [{ name: 'gain', ...fields }])).toEqual([message]);
  });

  it('takes the unit from a nominal value', () => {
    expect(limits.parse([{ name: 'gain', nominal: '3.3 V ± 5 %' }])[0]?.unit).toBe('V');
  });

  it('knows only the measurements that the step takes', () => {
    expect(messagesOf(limits, [{ name: 'gian', max: 1 }])).toHaveLength(1);
  });
});
