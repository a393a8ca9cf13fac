// How a measurement is spread over the lot: the ground against which one unit's value is seen.

import { buildHistogram, computeSpread, type Histogram, type Spread } from '../../domain/quality/spc.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord } from '../../domain/run/run.ts';

/** One measurement over many units. */
export interface LotDistribution {
  readonly spread: Spread;
  readonly histogram: Histogram;
}

/** By `buildMeasurementKey`. */
export type LotDistributions = ReadonlyMap<string, LotDistribution>;

/** Values that a distribution must have to be worth drawing. */
const MIN_VALUES = 5;
/** Values kept per measurement: the shape of a lot does not change with more. */
const MAX_VALUES = 5000;
const BIN_COUNT = 24;

/** The same measurement in every run: step and name. */
export function buildMeasurementKey(stepId: string, measurement: Pick<Measurement, 'name'>): string {
  return `${stepId}\n${measurement.name}`;
}

/** Takes runs one by one as they are finished; `lot` may be asked at any time. */
export interface LotCollector {
  add(run: RunRecord): void;
  buildDistributions(): LotDistributions;
}

/** Values in the order in which they were measured, each with its fixture. */
interface MeasuredValues {
  readonly values: number[];
  readonly fixtures: number[];
}

/** Collects every number that production runs measured: the newest values of each. */
export function createLotCollector(): LotCollector {
  const measured = new Map<string, MeasuredValues>();
  const put = (key: string, value: number, fixture: number): void => {
    const { values, fixtures } = measured.get(key) ?? { values: [], fixtures: [] };
    measured.set(key, { values, fixtures });
    values.push(value);
    fixtures.push(fixture);
    if (values.length <= 2 * MAX_VALUES) return;
    values.splice(0, values.length - MAX_VALUES);
    fixtures.splice(0, fixtures.length - MAX_VALUES);
  };
  return {
    add: (run) => {
      if (run.purpose !== 'production') return;
      for (const step of run.steps) {
        for (const measurement of step.measurements) {
          const { value } = measurement;
          if (typeof value === 'number' && Number.isFinite(value))
            put(buildMeasurementKey(step.id, measurement), value, run.fixture);
        }
      }
    },
    buildDistributions: () =>
      new Map(
        [...measured]
          .filter(([, { values }]) => values.length >= MIN_VALUES)
          .map(([key, { values, fixtures }]) => [
            key,
            computeDistribution(values.slice(-MAX_VALUES), fixtures.slice(-MAX_VALUES)),
          ]),
      ),
  };
}

/** The lot of all the runs. */
export function collectLotDistributions(runs: Iterable<RunRecord>): LotDistributions {
  const collector = createLotCollector();
  for (const run of runs) collector.add(run);
  return collector.buildDistributions();
}

/** Its capability is the batch page's: the step from one fixture to another is no part of the spread. */
function computeDistribution(values: readonly number[], fixtures: readonly number[]): LotDistribution {
  const spread = computeSpread(values, fixtures)!;
  return { spread, histogram: buildHistogram(values, spread.min, spread.max, BIN_COUNT) };
}
