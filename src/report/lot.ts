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
/** Values kept per measurement: the shape of a lot does not change with more. */
const MOST_VALUES = 5000;
const BIN_COUNT = 24;

/** The same measurement in every run: step and name. */
export function measurementKey(stepId: string, measurement: Pick<Measurement, 'name'>): string {
  return `${stepId}\n${measurement.name}`;
}

/** Takes runs one by one as they are finished; `lot` may be asked at any time. */
export interface LotCollector {
  add(run: RunRecord): void;
  lot(): Lot;
}

/** Collects every number that production runs measured: the newest values of each. */
export function lotCollector(): LotCollector {
  const values = new Map<string, number[]>();
  const put = (key: string, value: number): void => {
    const list = values.get(key) ?? [];
    values.set(key, list);
    list.push(value);
    if (list.length > 2 * MOST_VALUES) list.splice(0, list.length - MOST_VALUES);
  };
  return {
    add: (run) => {
      if (run.purpose !== 'production') return;
      for (const step of run.steps) {
        for (const measurement of step.measurements) {
          const { value } = measurement;
          if (typeof value === 'number' && Number.isFinite(value)) put(measurementKey(step.id, measurement), value);
        }
      }
    },
    lot: () =>
      new Map(
        [...values]
          .map(([key, list]) => [key, list.slice(-MOST_VALUES)] as const)
          .filter(([, list]) => list.length >= MINIMUM_VALUES)
          .map(([key, list]) => [key, distributionOf(list)]),
      ),
  };
}

/** The lot of all the runs. */
export function lotOf(runs: Iterable<RunRecord>): Lot {
  const collector = lotCollector();
  for (const run of runs) collector.add(run);
  return collector.lot();
}

function distributionOf(values: readonly number[]): LotDistribution {
  const spread = spreadOf(values)!;
  return { spread, histogram: histogramOf(values, spread.min, spread.max, BIN_COUNT) };
}
