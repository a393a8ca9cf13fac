// A unit that is named on the command line, found by its label or device id in the record.
import type { RecordedRun } from '../../domain/run/record-sequence.ts';
import type { StationLogReader } from '../../record/log/station-log.ts';
import type { History } from '../../record/runs/history.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { mayRun, type Permission } from '../../verdict/run-permission.ts';
import { wrongArgument } from './arguments.ts';

/** The unit's last run that tells who it is. Throws StationError `cli/argument` for a unit that never ran. */
export async function lastRunOf(history: Pick<History, 'runsOfUnitNamed'>, name: string): Promise<RecordedRun> {
  return lastTelling(await runsOf(history, name));
}

/** Every run of the unit, oldest first, at least one. Throws StationError `cli/argument` for a unit that never ran. */
export async function runsOf(history: Pick<History, 'runsOfUnitNamed'>, name: string): Promise<readonly RecordedRun[]> {
  const runs = await history.runsOfUnitNamed(name);
  if (runs.length > 0) return runs;
  throw wrongArgument(`there is no run of ${name} on record`, 'give its label or its device id as it was recorded');
}

/** The last run that was not refused before it began; of at least one run, oldest first. */
export function lastTelling(runs: readonly RecordedRun[]): RecordedRun {
  return runs.findLast(({ result }) => result !== 'void') ?? runs.at(-1)!;
}

/** Whether the unit of these runs (at least one, oldest first) may be run again at the operation of the last. */
export async function permissionNow(
  log: Pick<StationLogReader, 'notesOfUnit' | 'voidedRunIds'>,
  policy: Policy,
  runs: readonly RecordedRun[],
): Promise<Permission> {
  const { recipe, purpose, unit } = runs.at(-1)!;
  return mayRun({
    purpose,
    policy,
    unitRuns: runs.filter((run) => run.recipe.name === recipe.name),
    otherRuns: runs.filter((run) => run.recipe.name !== recipe.name),
    notes: await log.notesOfUnit(unit),
    voidedRunIds: await log.voidedRunIds(),
  });
}
