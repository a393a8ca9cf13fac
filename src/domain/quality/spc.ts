// Statistical process control: spread, capability, histograms, Nelson's rules and drift, with the rule of each in words.

/** What each figure means, as printed beside it. */
export const spcRules = {
  cp: 'Cp = (upper − lower limit) ÷ 6 σ, σ from one value to the next of the same fixture (mean range ÷ 1.128). Above 1.33 good, below 1 not capable.',
  cpk: 'Cpk = distance from the mean to the nearer limit ÷ 3 σ, same σ. One-sided limits have a Cpk and no Cp.',
  ppk: 'Ppk = as Cpk, with the overall standard deviation of all values.',
  nelson1: 'Nelson 1: one point more than 3 σ from the mean.',
  nelson2: 'Nelson 2: nine points in a row on one side of the mean.',
  nelson3: 'Nelson 3: six points in a row, each above (or each below) the one before.',
  drift:
    'Drift: slope of a straight line through the values, called rising or falling when it is more than four standard errors from zero.',
} as const;

/** Centre and spread of values in the order in which they were taken. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation of all values; 0 for a single one. */
  readonly sigma: number;
  /** From moving ranges: the spread from one value to the next. */
  readonly sigmaWithin: number;
  readonly min: number;
  readonly max: number;
}

/** d2 of two values: expected range of two draws in units of sigma. */
export const D2_FOR_TWO_VALUES = 1.128;

/**
 * Null for no values. With `sources` (as many as values) a range is taken from a value to the next one of the same
 * source: the step from one fixture to another is no part of the process.
 */
export function computeSpread(values: readonly number[], sources?: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let mean = 0;
  let squares = 0;
  let ranges = 0;
  let rangeCount = 0;
  const before = new Map<number, number>();
  values.forEach((value, at) => {
    min = Math.min(min, value);
    max = Math.max(max, value);
    const step = value - mean;
    mean += step / (at + 1);
    squares += step * (value - mean);
    const source = sources?.[at] ?? 0;
    const last = before.get(source);
    before.set(source, value);
    if (last === undefined) return;
    ranges += Math.abs(value - last);
    rangeCount += 1;
  });
  const spaces = values.length - 1;
  return {
    count: values.length,
    mean,
    sigma: spaces === 0 ? 0 : Math.sqrt(squares / spaces),
    sigmaWithin: rangeCount === 0 ? 0 : ranges / rangeCount / D2_FOR_TWO_VALUES,
    min,
    max,
  };
}

/** Limits that a value must stay between; a side without a limit is left out. */
export interface Bounds {
  readonly low?: number;
  readonly high?: number;
}

export interface Capability {
  readonly cp: number | null;
  readonly cpk: number | null;
  readonly ppk: number | null;
}

/** Values below which a capability says nothing. */
const MIN_VALUES_FOR_CAPABILITY = 10;

/** Nulls where there are too few values, no spread or no limit. */
export function computeCapability(spread: Spread, bounds: Bounds): Capability {
  const { low, high } = bounds;
  const enough = spread.count >= MIN_VALUES_FOR_CAPABILITY;
  const within = enough && spread.sigmaWithin > 0 ? spread.sigmaWithin : null;
  const overall = enough && spread.sigma > 0 ? spread.sigma : null;
  const cp = within && low !== undefined && high !== undefined ? (high - low) / (6 * within) : null;
  return {
    cp,
    cpk: computeNearerLimitIndex(spread.mean, within, bounds),
    ppk: computeNearerLimitIndex(spread.mean, overall, bounds),
  };
}

function computeNearerLimitIndex(mean: number, sigma: number | null, { low, high }: Bounds): number | null {
  if (sigma === null || (low === undefined && high === undefined)) return null;
  const below = low === undefined ? Number.POSITIVE_INFINITY : mean - low;
  const above = high === undefined ? Number.POSITIVE_INFINITY : high - mean;
  return Math.min(below, above) / (3 * sigma);
}

/** Counts per bin of equal width from `low` to `high`; values outside fall into the outer bins. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

export function buildHistogram(values: readonly number[], low: number, high: number, binCount: number): Histogram {
  const counts = new Array<number>(binCount).fill(0);
  const width = (high - low) / binCount;
  for (const value of values) {
    const bin = width > 0 ? Math.floor((value - low) / width) : 0;
    counts[Math.max(0, Math.min(binCount - 1, bin))]! += 1;
  }
  return { low, high, counts };
}

export type NelsonRule = 1 | 2 | 3;

/** A rule that struck, at the value (zero-based) that completed the pattern. */
export interface NelsonSignal {
  readonly rule: NelsonRule;
  readonly at: number;
}

const SAME_SIDE_LENGTH = 9;
const TREND_LENGTH = 6;

/** Rules 1, 2 and 3 over the values in order. A lasting pattern strikes once, when it is complete. */
export function findNelsonSignals(values: readonly number[], centre: number, sigma: number): readonly NelsonSignal[] {
  const signals: NelsonSignal[] = [];
  let side = 0;
  let sideLength = 0;
  let direction = 0;
  let trendLength = 1;
  values.forEach((value, at) => {
    if (sigma > 0 && Math.abs(value - centre) > 3 * sigma) signals.push({ rule: 1, at });
    const nextSide = Math.sign(value - centre);
    sideLength = nextSide !== 0 && nextSide === side ? sideLength + 1 : 1;
    side = nextSide;
    if (side !== 0 && sideLength === SAME_SIDE_LENGTH) signals.push({ rule: 2, at });
    if (at === 0) return;
    const nextDirection = Math.sign(value - values[at - 1]!);
    trendLength = nextDirection !== 0 && nextDirection === direction ? trendLength + 1 : nextDirection === 0 ? 1 : 2;
    direction = nextDirection;
    if (trendLength === TREND_LENGTH) signals.push({ rule: 3, at });
  });
  return signals;
}

export interface Drift {
  /** Change per hundred values, in the values' own unit. */
  readonly perHundred: number;
  readonly direction: 'rising' | 'falling' | 'steady';
}

const DRIFT_STANDARD_ERRORS = 4;
const MIN_VALUES_FOR_DRIFT = 12;

/** Least-squares slope over the order of the values; `steady` for too few of them. */
export function computeDrift(values: readonly number[]): Drift {
  const count = values.length;
  if (count < MIN_VALUES_FOR_DRIFT) return { perHundred: 0, direction: 'steady' };
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let across = 0;
  let along = 0;
  values.forEach((value, at) => {
    across += (at - middle) * (value - mean);
    along += (at - middle) ** 2;
  });
  const slope = across / along;
  const residual = values.reduce((sum, value, at) => sum + (value - mean - slope * (at - middle)) ** 2, 0);
  const error = Math.sqrt(residual / (count - 2) / along);
  const sure = Math.abs(slope) > DRIFT_STANDARD_ERRORS * error && slope !== 0;
  return { perHundred: slope * 100, direction: !sure ? 'steady' : slope > 0 ? 'rising' : 'falling' };
}

/** The middle value of a sorted copy; null for none. */
export function computeMedian(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
