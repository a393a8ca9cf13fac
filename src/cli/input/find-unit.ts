// A unit that is named on the command line, found by its label or device id in the record.
import type { RecordedRun } from '../../domain/run/record-sequence.ts';
import type { StationLogReader } from '../../record/log/station-log.ts';
import type { History } from '../../record/runs/history.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { decideRunPermission, type RunPermission } from '../../verdict/run-permission.ts';
import { createArgumentError } from './arguments.ts';

/** The unit's last run that tells who it is. Throws StationError `cli/argument` for a unit that never ran. */
export async function findLastUnitRun(
  history: Pick<History, 'findRunsByUnitName'>,
  name: string,
): Promise<RecordedRun> {
  return findLastNonVoidRun(await findUnitRuns(history, name));
}

/** Every run of the unit, oldest first, at least one. Throws StationError `cli/argument` for a unit that never ran. */
export async function findUnitRuns(
  history: Pick<History, 'findRunsByUnitName'>,
  name: string,
): Promise<readonly RecordedRun[]> {
  const runs = await history.findRunsByUnitName(name);
  if (runs.length > 0) return runs;
  throw createArgumentError(
    `there is no run of ${name} on record`,
    'give its label or its device id as it was recorded',
  );
}

/** The last run that was not refused before it began; of at least one run, oldest first. */
export function findLastNonVoidRun(runs: readonly RecordedRun[]): RecordedRun {
  return runs.findLast(({ result }) => result !== 'void') ?? runs.at(-1)!;
}

/** Whether the unit of these runs (at least one, oldest first) may be run again at the operation of the last. */
export async function checkRunPermission(
  log: Pick<StationLogReader, 'findNotesOfUnit' | 'readVoidedRunIds'>,
  policy: Policy,
  runs: readonly RecordedRun[],
): Promise<RunPermission> {
  const { recipe, purpose, unit } = runs.at(-1)!;
  return decideRunPermission({
    purpose,
    policy,
    unitRuns: runs.filter((run) => run.recipe.name === recipe.name),
    otherRuns: runs.filter((run) => run.recipe.name !== recipe.name),
    notes: await log.findNotesOfUnit(unit),
    voidedRunIds: await log.readVoidedRunIds(),
  });
}
