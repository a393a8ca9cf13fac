// How a measurement is spread over the lot: the ground against which one unit's value is seen.

import { type Histogram, histogramOf, type Spread, spreadOf } from '../../domain/quality/spc.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord } from '../../domain/run/run.ts';

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

/** Values in the order in which they were measured, each with its fixture. */
interface Measured {
  readonly values: number[];
  readonly fixtures: number[];
}

/** Collects every number that production runs measured: the newest values of each. */
export function lotCollector(): LotCollector {
  const measured = new Map<string, Measured>();
  const put = (key: string, value: number, fixture: number): void => {
    const { values, fixtures } = measured.get(key) ?? { values: [], fixtures: [] };
    measured.set(key, { values, fixtures });
    values.push(value);
    fixtures.push(fixture);
    if (values.length <= 2 * MOST_VALUES) return;
    values.splice(0, values.length - MOST_VALUES);
    fixtures.splice(0, fixtures.length - MOST_VALUES);
  };
  return {
    add: (run) => {
      if (run.purpose !== 'production') return;
      for (const step of run.steps) {
        for (const measurement of step.measurements) {
          const { value } = measurement;
          if (typeof value === 'number' && Number.isFinite(value))
            put(measurementKey(step.id, measurement), value, run.fixture);
        }
      }
    },
    lot: () =>
      new Map(
        [...measured]
          .filter(([, { values }]) => values.length >= MINIMUM_VALUES)
          .map(([key, { values, fixtures }]) => [
            key,
            distributionOf(values.slice(-MOST_VALUES), fixtures.slice(-MOST_VALUES)),
          ]),
      ),
  };
}

/** The lot of all the runs. */
export function lotOf(runs: Iterable<RunRecord>): Lot {
  const collector = lotCollector();
  for (const run of runs) collector.add(run);
  return collector.lot();
}

/** Its capability is the batch page's: the step from one fixture to another is no part of the spread. */
function distributionOf(values: readonly number[], fixtures: readonly number[]): LotDistribution {
  const spread = spreadOf(values, fixtures)!;
  return { spread, histogram: histogramOf(values, spread.min, spread.max, BIN_COUNT) };
}
