// How often a unit has been through an operation before, counting the runs that count.
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { getUnitKey } from '../../domain/unit/unit-matching.ts';
import type { Database } from '../store/database.ts';

/** A reference unit runs thousands of times; past this its attempts are all the same. */
const MAX_RUNS_COUNTED = 1_000;

/** The number of the unit's next attempt at an operation, 1 for the first, by its strongest identity. */
export function computeNextAttempt(database: Database, unit: UnitIdentity, recipeName: string): number {
  const key = getUnitKey(unit);
  if (key === undefined) return 1;
  const { counted } = database.get<{ counted: number }>(
    `SELECT ifnull(sum(counts), 0) AS counted FROM (
       SELECT counts FROM run_keys JOIN runs USING (sequence) WHERE key = ? AND recipe = ? LIMIT ${MAX_RUNS_COUNTED})`,
    key,
    recipeName,
  )!;
  return counted + 1;
}
