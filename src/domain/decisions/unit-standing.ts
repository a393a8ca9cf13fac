// Which of a unit's runs says where the unit stands: one law for the station, the verbs and the pages.
import { isAfter, type RecordPlace } from '../run/record-place.ts';
import type { RunRecord } from '../run/run.ts';

/** What the law asks of a run. */
type RunOutcome = Pick<RunRecord, 'runId' | 'result' | 'failure'>;

/**
 * The last run (oldest first) that decides: not voided since, and not the mere repetition of what was decided before,
 * which is how a station answers a unit that may not be run. Undefined when no run of the unit decides anything.
 */
export function findDecidingRun<Run extends RunOutcome>(
  runs: readonly Run[],
  voidedRunIds: ReadonlySet<string>,
): Run | undefined {
  return runs.findLast((run) => !voidedRunIds.has(run.runId) && !isRefusal(run));
}

/**
 * The same where two stations may have decided without hearing of each other: every run that decides and after which none
 * is certain to have decided, in the given order. One run, or none, where all are of one record.
 */
export function listDecidingRuns<Run extends RunOutcome & RecordPlace>(
  runs: readonly Run[],
  voidedRunIds: ReadonlySet<string>,
): readonly Run[] {
  const deciding = runs.filter((run) => !voidedRunIds.has(run.runId) && !isRefusal(run));
  return deciding.filter((run) => !deciding.some((other) => isAfter(other, run) === 'yes'));
}

/** A run that never began because of what was decided before. One refused for who its unit is has a failure: it decides. */
function isRefusal({ result, failure }: RunOutcome): boolean {
  return result === 'void' && failure === null;
}
