// Measured values and limits: every comparator at, beside and between its limits.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparator, comparators, type Limits } from '../../src/domain/run/measurement.ts';
import { describeLimits, isOutOfLimits, judgeMeasuredValue } from '../../src/recipe/measure/judge-measurement.ts';

const range = (comparator: Comparator, low: number, high?: number): Limits => ({
  comparator,
  low,
  ...(high !== undefined && { high }),
});

/** Which of 0, 1 (the low limit), 2, 3 (the high limit) and 4 pass. */
const passing = (limits: Limits): string =>
  [0, 1, 2, 3, 4].filter((value) => judgeMeasuredValue(value, limits) === 'pass').join('');

describe('a measured value', () => {
  it.each([
    ['GT', range('GT', 1), '234'],
    ['GE', range('GE', 1), '1234'],
    ['LT', range('LT', 3), '012'],
    ['LE', range('LE', 3), '0123'],
    ['GTLT', range('GTLT', 1, 3), '2'],
    ['GELE', range('GELE', 1, 3), '123'],
    ['GELT', range('GELT', 1, 3), '12'],
    ['GTLE', range('GTLE', 1, 3), '23'],
    ['LTGT', range('LTGT', 1, 3), '04'],
    ['LEGE', range('LEGE', 1, 3), '0134'],
    ['LEGT', range('LEGT', 1, 3), '014'],
    ['LTGE', range('LTGE', 1, 3), '034'],
    ['EQ', { comparator: 'EQ', expected: 2 }, '2'],
    ['NE', { comparator: 'NE', expected: 2 }, '0134'],
    ['ONE-OF', { comparator: 'ONE-OF', expected: [1, 4] }, '14'],
    ['MATCHES', { comparator: 'MATCHES', expected: '[12]' }, '12'],
    ['LOG', { comparator: 'LOG' }, '01234'],
  ] as const)('passes %s where it should', (_name, limits, expected) => {
    expect(passing(limits)).toBe(expected);
  });

  it('has a table row above for every comparator', () => {
    expect(comparators).toHaveLength(17);
  });

  it('fails every numeric comparator when it is no finite number', () => {
    const numeric = comparators.filter((comparator) => /^[GL][TE]/.test(comparator));
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, '2', true];
    const results = numeric.flatMap((comparator) =>
      odd.map((value) => judgeMeasuredValue(value, range(comparator, 1, 3))),
    );
    expect(new Set(results)).toEqual(new Set(['fail']));
  });

  it('compares texts to the letter and matches them as a whole', () => {
    expect(judgeMeasuredValue('2.3.1', { comparator: 'EQ', expected: '2.3.1' })).toBe('pass');
    expect(judgeMeasuredValue('2.3.10', { comparator: 'EQ', expected: '2.3.1' })).toBe('fail');
    expect(judgeMeasuredValue('2.3.10', { comparator: 'MATCHES', expected: '2\\.3\\.1' })).toBe('fail');
    expect(judgeMeasuredValue(1, { comparator: 'EQ', expected: '1' })).toBe('fail');
  });

  it('is unset when nothing was measured, and then misses its limits', () => {
    expect(judgeMeasuredValue(null, range('GE', 1))).toBe('unset');
    expect(isOutOfLimits('unset', range('GE', 1))).toBe(true);
    expect(isOutOfLimits('unset', null)).toBe(false);
    expect(isOutOfLimits('unset', { comparator: 'LOG' })).toBe(false);
    expect(isOutOfLimits('marginal', range('GE', 1))).toBe(false);
  });

  it('is marginal within a share of the span between two limits', () => {
    const limits: Limits = { ...range('GELE', 0, 100), marginalShare: 0.1 };
    expect([0, 10, 10.5, 89.5, 90, 100, 101].map((value) => judgeMeasuredValue(value, limits))).toEqual([
      'marginal',
      'marginal',
      'pass',
      'pass',
      'marginal',
      'marginal',
      'fail',
    ]);
  });

  it('is marginal within a share of the only limit', () => {
    const limits: Limits = { ...range('LE', 250), marginalShare: 0.1 };
    expect([224, 225, 250, 251].map((value) => judgeMeasuredValue(value, limits))).toEqual([
      'pass',
      'marginal',
      'marginal',
      'fail',
    ]);
  });

  it('is marginal outside two limits as well', () => {
    const limits: Limits = { ...range('LTGT', 10, 20), marginalShare: 0.1 };
    expect([8, 9, 10, 15, 21, 22].map((value) => judgeMeasuredValue(value, limits))).toEqual([
      'pass',
      'marginal',
      'fail',
      'fail',
      'marginal',
      'pass',
    ]);
  });

  it('passes or fails alike with and without a marginal band', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...comparators.filter((comparator) => /^[GL][TE]/.test(comparator))),
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (comparator, low, high, value, marginalShare) => {
          const limits = range(comparator, low, high);
          const banded = judgeMeasuredValue(value, { ...limits, marginalShare });
          expect(banded === 'fail').toBe(judgeMeasuredValue(value, limits) === 'fail');
        },
      ),
    );
  });

  it('is a fault of the program when the limits lack a number', () => {
    expect(() => judgeMeasuredValue(1, { comparator: 'GELE', low: 1 })).toThrow('GELE without its limit');
  });
});

describe('limits in words', () => {
  it.each([
    [range('GELE', 3.1, 3.5), '≥ 3.1 and ≤ 3.5'],
    [range('LTGT', 1, 2), '< 1 or > 2'],
    [range('LE', 250), '≤ 250'],
    [{ comparator: 'EQ', expected: '2.3.1' }, '= 2.3.1'],
    [{ comparator: 'NE', expected: 0 }, '≠ 0'],
    [{ comparator: 'ONE-OF', expected: [1, 2] }, 'one of 1, 2'],
    [{ comparator: 'MATCHES', expected: 'v\\d' }, 'matches v\\d'],
    [{ comparator: 'LOG' }, 'no limit'],
  ] as const)('%j', (limits, words) => {
    expect(describeLimits(limits)).toBe(words);
  });
});
