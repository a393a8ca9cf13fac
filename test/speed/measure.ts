// The shape of one row of `npm run bench`: a ratio or a bound, measured in one run, beside its target.

export interface SpeedMeasure {
  /** What is measured, against what. */
  readonly name: string;
  /** As the issue or README words it. */
  readonly target: string;
  run(): Promise<SpeedResult>;
}

export interface SpeedResult {
  readonly value: number;
  readonly unit: string;
  readonly met: boolean;
  readonly note?: string;
}

/** The middle value; of an even count, the lower middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** The value below which the given share of all lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
