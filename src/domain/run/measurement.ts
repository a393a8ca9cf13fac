// A measurement, its limits, and how the two are compared.

/** The comparators a test engineer knows; two-sided ones name the low side first (GE low, LE high = GELE). */
export const comparators = [
  'EQ', 'NE', 'GT', 'GE', 'LT', 'LE', 'GTLT', 'GELE', 'GELT', 'GTLE', 'LTGT', 'LEGE', 'LEGT', 'LTGE', 'MATCHES', 'ONE-OF', 'LOG',
] as const; // biome-ignore format: one table

export type Comparator = (typeof comparators)[number];

export type MeasuredValue = number | string | boolean;

/** `low` alone holds the limit of one-sided comparators; `expected` that of EQ, NE, MATCHES (a pattern) and ONE-OF. */
export interface Limits {
  readonly comparator: Comparator;
  readonly low?: number;
  readonly high?: number;
  readonly expected?: MeasuredValue | readonly MeasuredValue[];
  /** A value this close to a limit passes but is marked: a share of the limit span (two-sided) or of the limit itself. */
  readonly marginalShare?: number;
}

export type MeasurementResult = 'pass' | 'marginal' | 'fail' | 'unset';

/** One measured value with what it was held to. `unit` is as printed: ms, V, °C; empty for a bare number. */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly value: MeasuredValue | null;
  readonly limits: Limits | null;
  readonly result: MeasurementResult;
  /** Milliseconds from the start of the run. */
  readonly atMs: number;
}
