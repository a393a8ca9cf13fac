// Values of one measurement, or times of one step, in the order in which they came.
import { formatLimits, toLimitBounds } from '../../domain/quality/limit-bounds.ts';
import {
  type Bounds,
  buildHistogram,
  type Capability,
  computeCapability,
  computeDrift,
  computeSpread,
  type Drift,
  findNelsonSignals,
  type Histogram,
  type NelsonRule,
  type Spread,
} from '../../domain/quality/spc.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { buildMeasurementKey } from './lot-distribution.ts';

/** A series, judged: spread, capability, rules struck and drift. Times are in ms and have no limits. */
export interface Series {
  readonly name: string;
  readonly step: string;
  readonly unit: string;
  readonly limits: string;
  readonly bounds: Bounds;
  readonly spread: Spread;
  readonly capability: Capability;
  readonly histogram: Histogram;
  readonly drift: Drift;
  /** Fixtures whose own values rise or fall, where there is more than one fixture. */
  readonly fixtureDrifts: readonly FixtureDrift[];
  /** Rules that struck: how often in all, and where (newest last, at most `MAX_SIGNALS`). */
  readonly signalCounts: Readonly<Record<NelsonRule, number>>;
  readonly signals: readonly Signal[];
  /** The last values for the chart, at most `MAX_POINTS`, with their place in the whole series. */
  readonly points: readonly number[];
  readonly firstPoint: number;
}

interface FixtureDrift extends Drift {
  readonly fixture: number;
}

interface Signal {
  readonly rule: NelsonRule;
  /** Zero-based place in the whole series. */
  readonly at: number;
  readonly runId: string;
  readonly fixture: number;
}

/** Points drawn in a control chart: the newest of the series. */
const MAX_POINTS = 240;
const MAX_SIGNALS = 12;
const BIN_COUNT = 30;
/** Series kept per summary: a recipe with more different measurements is cut after these. */
const MAX_SERIES = 40;

interface CollectedSeries {
  readonly name: string;
  readonly step: string;
  readonly unit: string;
  limits: string;
  bounds: Bounds;
  readonly values: number[];
  readonly runIds: string[];
  readonly fixtures: number[];
}

/** Collects measurements and step times of production runs, oldest first. */
export function createSeriesCollector(): {
  add(run: RunRecord): void;
  series(): { measurements: readonly Series[]; durations: readonly Series[] };
} {
  const measurements = new Map<string, CollectedSeries>();
  const durations = new Map<string, CollectedSeries>();
  const put = (
    into: Map<string, CollectedSeries>,
    key: string,
    first: Omit<CollectedSeries, 'values' | 'runIds' | 'fixtures'>,
    value: number,
    run: RunRecord,
  ): CollectedSeries | null => {
    let collected = into.get(key);
    if (!collected) {
      if (into.size >= MAX_SERIES) return null;
      collected = { ...first, values: [], runIds: [], fixtures: [] };
      into.set(key, collected);
    }
    collected.values.push(value);
    collected.runIds.push(run.runId);
    collected.fixtures.push(run.fixture);
    return collected;
  };
  return {
    add: (run) => {
      for (const step of run.steps) {
        if (step.result === 'passed' && step.attempt === 1) {
          put(
            durations,
            step.id,
            { name: step.id, step: step.id, unit: 'ms', limits: '', bounds: {} },
            step.durationMs,
            run,
          );
        }
        for (const measurement of step.measurements) {
          const { name, unit, value, limits } = measurement;
          if (typeof value !== 'number' || !Number.isFinite(value)) continue;
          put(
            measurements,
            buildMeasurementKey(step.id, measurement),
            { name, step: step.id, unit, limits: formatLimits(measurement), bounds: toLimitBounds(limits) },
            value,
            run,
          );
        }
      }
    },
    series: () => ({
      measurements: [...measurements.values()].map(analyseSeries),
      durations: [...durations.values()].map(analyseSeries),
    }),
  };
}

function analyseSeries({ name, step, unit, limits, bounds, values, runIds, fixtures }: CollectedSeries): Series {
  const spread = computeSpread(values, fixtures)!;
  const signals = findNelsonSignals(values, spread.mean, spread.sigmaWithin);
  const counts: Record<NelsonRule, number> = { 1: 0, 2: 0, 3: 0 };
  for (const { rule } of signals) counts[rule] += 1;
  return {
    name,
    step,
    unit,
    limits,
    bounds,
    spread,
    capability: computeCapability(spread, bounds),
    histogram: buildHistogram(values, spread.min, spread.max, BIN_COUNT),
    drift: computeDrift(values),
    fixtureDrifts: findFixtureDrifts(values, fixtures),
    signalCounts: counts,
    signals: signals
      .slice(-MAX_SIGNALS)
      .map(({ rule, at }) => ({ rule, at, runId: runIds[at]!, fixture: fixtures[at]! })),
    points: values.slice(-MAX_POINTS),
    firstPoint: Math.max(0, values.length - MAX_POINTS),
  };
}

/** A tired cable shows in its own fixture long before it shows in all of them. */
function findFixtureDrifts(values: readonly number[], fixtures: readonly number[]): readonly FixtureDrift[] {
  const byFixture = Map.groupBy(values.keys(), (at) => fixtures[at]!);
  if (byFixture.size < 2) return [];
  return [...byFixture]
    .map(([fixture, places]) => ({ fixture, ...computeDrift(places.map((at) => values[at]!)) }))
    .filter((drift) => drift.direction !== 'steady')
    .sort((left, right) => left.fixture - right.fixture);
}
