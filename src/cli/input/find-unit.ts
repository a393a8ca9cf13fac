// A unit that is named on the command line, found by its label or device id in the record.

import { findDecidingRun } from '../../domain/decisions/unit-standing.ts';
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type { StationLogReader } from '../../record/log/station-log.ts';
import type { History } from '../../record/runs/history.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { decideRunPermission, type RunPermission } from '../../verdict/run-permission.ts';
import { createArgumentError } from '../options/arguments.ts';

/** The run that says where the unit stands. Throws StationError `cli/argument` for a unit that never ran. */
export async function findStandingRun({ history, log }: UnitRecord, name: string): Promise<RecordedRun> {
  return selectStandingRun(await findUnitRuns(history, name), await log.readVoidedRunIds());
}

/** The part of a record that tells of units. */
interface UnitRecord {
  readonly history: Pick<History, 'findRunsByUnitName' | 'findRunsOfUnit' | 'findRunsAtOtherOperations'>;
  readonly log: Pick<StationLogReader, 'readVoidedRunIds'>;
}

/** Every run of the unit, oldest first, at least one: by all its identities, as the station finds them. Throws StationError `cli/argument` for a unit that never ran. */
export async function findUnitRuns(history: UnitRecord['history'], name: string): Promise<readonly RecordedRun[]> {
  const last = (await history.findRunsByUnitName(name)).at(-1);
  if (!last)
    throw createArgumentError(
      `there is no run of ${name} on record`,
      'give its label or its device id as it was recorded',
    );
  const runs = [
    ...(await history.findRunsOfUnit(last.unit, last.recipe.name)),
    ...(await history.findRunsAtOtherOperations(last.unit, last.recipe.name)),
  ];
  return runs.toSorted((left, right) => left.sequence - right.sequence);
}

/** The run that says where its unit stands; the last one where none decides. Of at least one run, oldest first. */
export function selectStandingRun(runs: readonly RecordedRun[], voidedRunIds: ReadonlySet<string>): RecordedRun {
  return findDecidingRun(runs, voidedRunIds) ?? runs.at(-1)!;
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
