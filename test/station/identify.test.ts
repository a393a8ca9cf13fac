import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../src/base/pattern/pattern.ts';
import type { UsbDeviceInfo } from '../../src/equipment/usb.ts';
import type { LabelRule, Recipe } from '../../src/recipe/recipe.ts';
import { readIdentityFromUsb } from '../../src/recipe/unit/unit-identity.ts';
import {
  determineUnitPurpose,
  formatCountedLabel,
  hasValidCheckDigit,
  parseLabel,
  parseLabelCount,
} from '../../src/station/fixture/identify-unit.ts';
import { sampleRecipe } from './sample-recipe.ts';

describe('a scanned label', () => {
  it('is taken when it fits the pattern as a whole', () => {
    expect(parseLabel(' P000000017\n', labelled({}))).toEqual({ valid: true, scanned: { label: 'P000000017' } });
  });

  it.each([
    ['another product’s', 'Q000000017'],
    ['a longer text that holds a label', 'P0000000170'],
    ['an empty scan', '  '],
    ['a text longer than any label', 'P'.repeat(300)],
  ])('is refused when it is %s', (_, text) => {
    expect(parseLabel(text, labelled({}))).toMatchObject({ valid: false });
  });

  it('is refused with a wrong check digit, and says so', () => {
    const recipe = labelled({ pattern: compilePattern('\\d{11}'), checkDigit: 'luhn' });
    expect(parseLabel('79927398713', recipe)).toMatchObject({ valid: true });
    expect(parseLabel('79927398710', recipe)).toEqual({
      valid: false,
      reason: 'The check digit of the label is wrong. Scan again.',
    });
  });

  it('may hold part, revision and batch', () => {
    const recipe = labelled({
      barcode: compilePattern('(?<part>\\w+)/(?<revision>\\w+)/(?<batch>\\w+)/(?<label>\\w+)'),
    });
    expect(parseLabel('PHOTONH/C/2026W01/P000000017', recipe)).toEqual({
      valid: true,
      scanned: { label: 'P000000017', part: 'PHOTONH', revision: 'C', batch: '2026W01' },
    });
  });

  it('of another part is refused', () => {
    const recipe = labelled({ barcode: compilePattern('(?<part>\\w+)/(?<label>\\w+)') });
    expect(parseLabel('P1/P000000017', recipe)).toEqual({
      valid: false,
      reason: 'The label is of part P1; this recipe tests PHOTONH.',
    });
  });

  it('of a reference unit is known by name and need not fit the pattern', () => {
    const challenge = { mustPass: ['GOLDEN-1'], mustFail: new Map([['DEAD-1', 'dfu/erase-stalled']]), everyMs: 1 };
    const recipe = { ...labelled({}), challenge };
    expect(parseLabel('GOLDEN-1', recipe)).toEqual({ valid: true, scanned: { label: 'GOLDEN-1' } });
    expect(determineUnitPurpose({ label: 'GOLDEN-1' }, recipe)).toBe('golden');
    expect(determineUnitPurpose({ deviceId: 'x', label: 'DEAD-1' }, recipe)).toBe('known-bad');
    expect(determineUnitPurpose({ label: 'P000000017' }, recipe)).toBe('production');
  });
});

describe('a check digit', () => {
  it.each([
    ['luhn', '4539578763621486'],
    ['mod10', '4006381333931'],
    ['mod43', 'CODE39W'],
  ] as const)('by %s is found right in %s', (scheme, label) => {
    expect(hasValidCheckDigit(label, scheme)).toBe(true);
  });

  it.each(['luhn', 'mod10'] as const)('by %s finds every single wrong digit', (scheme) => {
    const digits = fc.stringMatching(/^\d{1,20}$/);
    fc.assert(
      fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (body, place, change) => {
        const right = [...'0123456789']
          .map((digit) => body + digit)
          .find((label) => hasValidCheckDigit(label, scheme))!;
        const at = place % right.length;
        const wrong = `${right.slice(0, at)}${(Number(right[at]) + change) % 10}${right.slice(at + 1)}`;
        return !hasValidCheckDigit(wrong, scheme);
      }),
    );
  });
});

describe('a counted label', () => {
  it('fills the places of its format, zeros in front', () => {
    expect(formatCountedLabel('P####-A', 42)).toBe('P0042-A');
  });

  it('gives its number back', () => {
    fc.assert(
      fc.property(fc.nat(99_999), (count) => parseLabelCount('U#####', formatCountedLabel('U#####', count)) === count),
    );
  });

  it.each(['P000', 'X00001', 'P0000x', 'P000011'])('is not seen in %s', (text) => {
    expect(parseLabelCount('P#####', text)).toBeUndefined();
  });
});

describe('the identity on the bus', () => {
  const device = (serialNumber?: string) => ({ ...(serialNumber && { serialNumber }) }) as UsbDeviceInfo;

  it('is the device id when the USB serial is one, in lower case', () => {
    expect(readIdentityFromUsb(device('1B0032000547343138333038'))).toEqual({
      usbSerial: '1B0032000547343138333038',
      deviceId: '1b0032000547343138333038',
    });
  });

  it('proves nothing where all units share one serial', () => {
    expect(readIdentityFromUsb(device('00000000010C'))).toEqual({ usbSerial: '00000000010C' });
  });

  it('is empty for a device without a serial', () => {
    expect(readIdentityFromUsb(device())).toEqual({});
  });
});

function labelled(rule: Partial<LabelRule>): Recipe {
  const { unit } = sampleRecipe();
  const label = { pattern: compilePattern('P\\d{9}'), checkDigit: null, barcode: null, format: null, ...rule };
  return sampleRecipe({ unit: { ...unit, labelFrom: 'scanner', label } });
}
