// How often a unit has been through an operation before: all its runs there, and those that count against it.
import type { UnitIdentity } from '../model/unit.ts';
import type { Database } from './database.ts';
import { unitKeys } from './unit-keys.ts';

/** Runs so far; `countingCount` leaves out what was the station's doing. */
export interface RunCounts {
  readonly allCount: number;
  readonly countingCount: number;
}

/** A reference unit runs thousands of times; its attempts past this are all the same. */
const MAX_RUNS_COUNTED = 1_000;

/** Counts the unit's recorded runs at an operation by its strongest identity. */
export function countingRunsOf(database: Database, unit: UnitIdentity, recipeName: string): RunCounts {
  const key = unitKeys(unit)[0];
  if (key === undefined) return { allCount: 0, countingCount: 0 };
  const counted = database.get<RunCounts>(
    `SELECT count(*) AS allCount, ifnull(sum(counts), 0) AS countingCount FROM (
       SELECT counts FROM run_keys JOIN runs USING (sequence) WHERE key = ? AND recipe = ? LIMIT ${MAX_RUNS_COUNTED})`,
    key,
    recipeName,
  )!;
  return { allCount: counted.allCount, countingCount: counted.countingCount };
}
