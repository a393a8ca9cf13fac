// Statistics against values worked out by hand, and Nelson's rules against series drawn to break exactly one.
import { describe, expect, it } from 'vitest';
import { formatLimits, toLimitBounds } from '../../src/domain/quality/limit-bounds.ts';
import {
  buildHistogram,
  computeCapability,
  computeDrift,
  computeMedian,
  computeSpread,
  findNelsonSignals,
} from '../../src/domain/quality/spc.ts';
import { comparators } from '../../src/domain/run/measurement.ts';

describe('the spread of values', () => {
  it('is that of a textbook', () => {
    expect(computeSpread([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ count: 8, mean: 5, min: 2, max: 9 });
    expect(computeSpread([2, 4, 4, 4, 5, 5, 7, 9])!.sigma).toBeCloseTo(2.13809, 5);
    expect(computeSpread([1, 2, 1, 2])!.sigmaWithin).toBeCloseTo(1 / 1.128, 6);
  });

  it('takes ranges within a source, never from one to another', () => {
    expect(computeSpread([1, 101, 2, 102], [1, 2, 1, 2])!.sigmaWithin).toBeCloseTo(1 / 1.128, 6);
    expect(computeSpread([1, 101], [1, 2])!.sigmaWithin).toBe(0);
  });

  it('keeps its digits far from zero', () => {
    expect(computeSpread([1e9 + 1, 1e9 + 2, 1e9 + 3])!.sigma).toBeCloseTo(1, 9);
  });

  it('is nothing for no values and has no sigma for one', () => {
    expect(computeSpread([])).toBeNull();
    expect(computeSpread([7])).toMatchObject({ sigma: 0, sigmaWithin: 0 });
  });
});

describe('capability', () => {
  const spread = { count: 50, mean: 10, sigma: 1, sigmaWithin: 0.5, min: 8, max: 12 };

  it('compares the limits with the spread within and overall', () => {
    expect(computeCapability(spread, { low: 7, high: 14 })).toEqual({ cp: 7 / 3, cpk: 2, ppk: 1 });
  });

  it('of a one-sided limit has no Cp', () => {
    expect(computeCapability(spread, { high: 13 })).toEqual({ cp: null, cpk: 2, ppk: 1 });
  });

  it('says nothing without limits, without spread or of too few values', () => {
    const nothing = { cp: null, cpk: null, ppk: null };
    expect(computeCapability(spread, {})).toEqual(nothing);
    expect(computeCapability({ ...spread, sigma: 0, sigmaWithin: 0 }, { low: 1 })).toEqual(nothing);
    expect(computeCapability({ ...spread, count: 9 }, { low: 1 })).toEqual(nothing);
  });
});

describe('Nelson’s rules', () => {
  const zigzag = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 1 : -1));

  it('are silent on a steady process', () => {
    expect(findNelsonSignals(zigzag, 0, 1)).toEqual([]);
  });

  it('1: one point beyond three sigma, not one on it', () => {
    expect(findNelsonSignals([1, -1, 3.01, -1, 3, -1], 0, 1)).toEqual([{ rule: 1, at: 2 }]);
  });

  it('2: nine on one side strike once, at the ninth', () => {
    const values = [...zigzag.slice(0, 3), ...Array.from({ length: 12 }, (_, at) => -1 - (at % 2) * 0.1)];
    expect(findNelsonSignals(values, 0, 1)).toEqual([{ rule: 2, at: 11 }]);
    expect(findNelsonSignals([1, 2, 1, 2, 1, 2, 1, 2, -1], 0, 1)).toEqual([]);
  });

  it('3: six in a row rising or falling, equal neighbours break the row', () => {
    expect(findNelsonSignals([-2, -1, 0.1, 1, 2, 2.5], 0, 1)).toEqual([{ rule: 3, at: 5 }]);
    expect(findNelsonSignals([2.5, 2, 1, 0.1, -1, -2, -2.5], 0, 1)).toEqual([{ rule: 3, at: 5 }]);
    expect(findNelsonSignals([-2, -1, -1, 0.5, 1, 2, 2.5], 0, 1)).toEqual([]);
  });

  it('never strike rule 1 without a spread', () => {
    expect(findNelsonSignals([5, 5, 5, 9], 5, 0)).toEqual([]);
  });
});

describe('drift', () => {
  it('is a slope that is surely not zero', () => {
    const rising = Array.from({ length: 40 }, (_, at) => 100 + at * 0.5 + (at % 2));
    expect(computeDrift(rising)).toMatchObject({ direction: 'rising' });
    expect(computeDrift(rising).perHundred).toBeCloseTo(50, 0);
    expect(computeDrift(rising.map((value) => -value)).direction).toBe('falling');
  });

  it('is steady for noise and for few values', () => {
    expect(computeDrift(Array.from({ length: 60 }, (_, at) => Math.sin(at * 12.9))).direction).toBe('steady');
    expect(computeDrift([1, 2, 3, 4]).direction).toBe('steady');
  });
});

it('a histogram puts every value into a bin, the outer ones included', () => {
  expect(buildHistogram([0, 0.5, 1, 9, 10, 12], 0, 10, 5).counts).toEqual([3, 0, 0, 0, 3]);
  expect(buildHistogram([3, 3], 3, 3, 4).counts).toEqual([2, 0, 0, 0]);
});

it('the median of an even number lies between the middle two', () => {
  expect([computeMedian([]), computeMedian([3]), computeMedian([5, 1, 9]), computeMedian([4, 1, 3, 2])]).toEqual([
    null,
    3,
    5,
    2.5,
  ]);
});

describe('limits', () => {
  it('are put into words for every comparator', () => {
    const words = comparators.map((comparator) =>
      formatLimits({ unit: 'V', limits: { comparator, low: 1, high: 2, expected: 3 } }),
    );
    expect(words).toMatchInlineSnapshot(`
      [
        "equal to 3 V",
        "not 3 V",
        "more than 1 V",
        "at least 1 V",
        "less than 1 V",
        "at most 1 V",
        "more than 1 V, less than 2 V",
        "1 to 2 V",
        "at least 1 V, less than 2 V",
        "more than 1 V, at most 2 V",
        "less than 1 V or more than 2 V",
        "at most 1 V or at least 2 V",
        "at most 1 V or more than 2 V",
        "less than 1 V or at least 2 V",
        "matches 3 V",
        "one of 3 V",
        "kept, not judged",
      ]
    `);
  });

  it('of one side keep their number in low, whichever side it is', () => {
    expect(toLimitBounds({ comparator: 'LE', low: 250 })).toEqual({ high: 250 });
    expect(toLimitBounds({ comparator: 'GE', low: 250 })).toEqual({ low: 250 });
    expect(toLimitBounds({ comparator: 'GELE', low: 1, high: 2 })).toEqual({ low: 1, high: 2 });
    expect(toLimitBounds({ comparator: 'LTGT', low: 1, high: 2 })).toEqual({});
    expect(toLimitBounds(null)).toEqual({});
  });
});
