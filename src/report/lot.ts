// How a measurement is spread over the lot: the ground against which one unit's value is seen.
import type { Measurement } from '../model/measurement.ts';
import type { RunRecord } from '../model/run.ts';
import { type Histogram, histogramOf, type Spread, spreadOf } from '../model/spc.ts';

/** One measurement over many units. */
export interface LotDistribution {
  readonly spread: Spread;
  readonly histogram: Histogram;
}

/** By `measurementKey`. */
export type Lot = ReadonlyMap<string, LotDistribution>;

/** Values that a distribution must have to be worth drawing. */
const MINIMUM_VALUES = 5;
const BIN_COUNT = 24;

/** The same measurement in every run: step and name. */
export function measurementKey(stepId: string, measurement: Pick<Measurement, 'name'>): string {
  return `${stepId}\n${measurement.name}`;
}

/** Distributions of every number that production runs measured. */
export function lotOf(runs: Iterable<RunRecord>): Lot {
  const values = new Map<string, number[]>();
  for (const run of runs) {
    if (run.purpose !== 'production') continue;
    for (const step of run.steps) {
      for (const measurement of step.measurements) {
        if (typeof measurement.value !== 'number' || !Number.isFinite(measurement.value)) continue;
        const key = measurementKey(step.id, measurement);
        const list = values.get(key);
        if (list) list.push(measurement.value);
        else values.set(key, [measurement.value]);
      }
    }
  }
  return new Map(
    [...values].filter(([, list]) => list.length >= MINIMUM_VALUES).map(([key, list]) => [key, distributionOf(list)]),
  );
}

function distributionOf(values: readonly number[]): LotDistribution {
  const spread = spreadOf(values)!;
  return { spread, histogram: histogramOf(values, spread.min, spread.max, BIN_COUNT) };
}
