// A unit on hold judged again by what became known since its last run: a golden unit passed, runs were voided, people signed.
import type { Clock } from '../../base/clock.ts';
import { applyDecisions } from '../../domain/decisions/decided-run.ts';
import type { Recorded, RecordedRun } from '../../domain/run/record-sequence.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { isRepair, type UnitNote } from '../../domain/unit/unit-note.ts';
import { judgeRun } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { FixtureStatusStore, MAX_RESTORED_RUNS } from '../health/fixture-status-store.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';

export interface ReevaluationDeps {
  /** Of the station file; an empty list leaves every fixture as it was in the runs. */
  readonly fixtures: readonly FixturePlace[];
  readonly policy: Policy;
  readonly history: RunHistory;
  readonly log: Pick<StationNotes, 'findRecentEntries' | 'findNotesOfUnit' | 'readVoidedRunIds'>;
  readonly clock: Clock;
}

/**
 * The verdict on the unit's last run as it is now; the run's own unless it stands at hold and nobody has freed it since. What
 * enough people have signed stands above it.
 */
export async function reevaluateVerdict(known: ReevaluationDeps, run: RecordedRun): Promise<Verdict> {
  const notes = await known.log.findNotesOfUnit(run.unit);
  const standing = await evaluateByRules(known, run, notes);
  return applyDecisions(standing, run.runId, notes);
}

async function evaluateByRules(
  known: ReevaluationDeps,
  run: RecordedRun,
  notes: readonly Recorded<UnitNote>[],
): Promise<Verdict> {
  const { history, log, policy, clock } = known;
  const voidedRunIds = await log.readVoidedRunIds();
  const isFreed = notes.some((note) => isRepair(note) && note.sequence > run.sequence);
  if (run.verdict.disposition !== 'hold' || isFreed || voidedRunIds.has(run.runId)) return run.verdict;
  const recentRuns = await history.findRecentRuns(MAX_RESTORED_RUNS);
  const standing = new FixtureStatusStore(known.fixtures, null, clock.readWallMs());
  await standing.restore(log, history, recentRuns);
  return judgeRun({
    run,
    unitRuns: (await history.findRunsOfUnit(run.unit, run.recipe.name)).filter(
      ({ sequence }) => sequence < run.sequence,
    ),
    otherRuns: await history.findRunsAtOtherOperations(run.unit, run.recipe.name),
    openIntents: await history.findOpenWriteIntents(run.unit),
    // What failed afterwards on the station says nothing of this run; what passed does.
    recentRuns: recentRuns.filter(
      ({ sequence, result }) => sequence < run.sequence || (sequence > run.sequence && result === 'pass'),
    ),
    fixtures: standing.listFixtureStatuses(clock.readWallMs(), () => []),
    ...{ notes, voidedRunIds, policy },
  });
}
