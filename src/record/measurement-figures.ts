// What a measurement's values look like over many units: mean, spread, and how capable the process is within its limits.
import type { Database } from './database.ts';
import { type RunFilter, whereOf } from './run-filter.ts';

/** One measurement of one step over the runs of a filter; limits are the last ones seen. */
export interface MeasurementFigures {
  readonly step: string;
  readonly name: string;
  /** As printed: ms, V. */
  readonly unit: string;
  readonly count: number;
  readonly failedCount: number;
  readonly mean: number;
  /** Sample standard deviation; null below two values. */
  readonly deviation: number | null;
  readonly least: number;
  readonly greatest: number;
  readonly low: number | null;
  readonly high: number | null;
  /** (USL − LSL) / 6σ; null without both limits or without spread. */
  readonly cp: number | null;
  /** Distance from the mean to the nearer limit / 3σ; null without a limit or without spread. */
  readonly cpk: number | null;
}

interface Part {
  readonly step: string;
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly failedCount: number;
  readonly mean: number;
  readonly squares: number;
  readonly least: number;
  readonly greatest: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The figures of all measurements, by step and name. */
export function measurementFigures(database: Database, filter: RunFilter): readonly MeasurementFigures[] {
  const { where, values } = whereOf(filter);
  const parts = database.all<Part>(
    `SELECT step, name, unit, value_count AS count, failed_count AS failedCount, mean, squares, least, greatest, low, high
     FROM measurement_tally WHERE ${where} ORDER BY step, name, unit, day`,
    ...values,
  );
  const merged = new Map<string, Part>();
  for (const part of parts) {
    const key = `${part.step}\n${part.name}\n${part.unit}`;
    const known = merged.get(key);
    merged.set(key, known ? mergeParts(known, part) : part);
  }
  return [...merged.values()].map(figuresOf);
}

/** Joins two sums of squared deviations (Chan, Golub, LeVeque 1979). */
function mergeParts(left: Part, right: Part): Part {
  const count = left.count + right.count;
  const apart = right.mean - left.mean;
  return {
    ...right,
    count,
    failedCount: left.failedCount + right.failedCount,
    mean: left.mean + (apart * right.count) / count,
    squares: left.squares + right.squares + (apart * apart * left.count * right.count) / count,
    least: Math.min(left.least, right.least),
    greatest: Math.max(left.greatest, right.greatest),
  };
}

function figuresOf({ squares, ...part }: Part): MeasurementFigures {
  const { count, mean, low, high } = part;
  const deviation = count < 2 ? null : Math.sqrt(squares / (count - 1));
  const spread = deviation || null;
  const margins = [low === null ? [] : [mean - low], high === null ? [] : [high - mean]].flat();
  return {
    ...part,
    deviation,
    cp: spread === null || low === null || high === null ? null : (high - low) / (6 * spread),
    cpk: spread === null || margins.length === 0 ? null : Math.min(...margins) / (3 * spread),
  };
}
