// What a measurement's values look like over many units: mean, spread, and how capable the process is within its limits.
import { type Capability, computeCapability, D2_FOR_TWO_VALUES, type Spread } from '../../domain/quality/spc.ts';
import type { Database } from '../store/database.ts';
import { buildRunFilterSql, type RunFilter } from '../store/run-filter.ts';

/**
 * One measurement of one step over the runs of a filter; limits are the last ones seen. The spread from one value to
 * the next is taken within a day, batch and fixture, never from one fixture to another.
 */
export interface MeasurementFigures extends Spread, Capability {
  readonly step: string;
  readonly name: string;
  /** As printed: ms, V. */
  readonly unit: string;
  readonly failedCount: number;
  readonly low: number | null;
  readonly high: number | null;
}

interface MeasurementSums {
  readonly step: string;
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly failedCount: number;
  readonly mean: number;
  readonly squares: number;
  readonly ranges: number;
  readonly rangeCount: number;
  readonly least: number;
  readonly greatest: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The figures of all measurements, by step and name. */
export function computeMeasurementFigures(database: Database, filter: RunFilter): readonly MeasurementFigures[] {
  const { where, values } = buildRunFilterSql(filter);
  const parts = database.getAll<MeasurementSums>(
    `SELECT step, name, unit, value_count AS count, failed_count AS failedCount, mean, squares, ranges,
       value_count - 1 AS rangeCount, least, greatest, low, high
     FROM measurement_tally WHERE ${where} ORDER BY step, name, unit, day`,
    ...values,
  );
  const groups = Map.groupBy(parts, ({ step, name, unit }) => `${step}\n${name}\n${unit}`);
  return [...groups.values()].map((group) => toMeasurementFigures(group.reduce(mergeMeasurementSums)));
}

/** Joins two sums of squared deviations (Chan, Golub, LeVeque 1979). */
function mergeMeasurementSums(left: MeasurementSums, right: MeasurementSums): MeasurementSums {
  const count = left.count + right.count;
  const apart = right.mean - left.mean;
  return {
    ...right,
    count,
    failedCount: left.failedCount + right.failedCount,
    mean: left.mean + (apart * right.count) / count,
    squares: left.squares + right.squares + (apart * apart * left.count * right.count) / count,
    ranges: left.ranges + right.ranges,
    rangeCount: left.rangeCount + right.rangeCount,
    least: Math.min(left.least, right.least),
    greatest: Math.max(left.greatest, right.greatest),
  };
}

function toMeasurementFigures(part: MeasurementSums): MeasurementFigures {
  const { step, name, unit, count, failedCount, mean, low, high } = part;
  const spread: Spread = {
    count,
    mean,
    sigma: count < 2 ? 0 : Math.sqrt(part.squares / (count - 1)),
    sigmaWithin: part.rangeCount === 0 ? 0 : part.ranges / part.rangeCount / D2_FOR_TWO_VALUES,
    min: part.least,
    max: part.greatest,
  };
  const bounds = { ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) };
  return { step, name, unit, failedCount, low, high, ...spread, ...computeCapability(spread, bounds) };
}
