// A unit on hold judged again by what became known since its last run: a golden unit passed, runs were voided, people signed.
import type { Clock } from '../../base/clock.ts';
import { applyDecisions } from '../../domain/decisions/decided-run.ts';
import { isAfter, type Recorded, type RecordedRun } from '../../domain/run/record-place.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { isRepair, type UnitNote } from '../../domain/unit/unit-note.ts';
import type { JudgementInput } from '../../verdict/attempts/judgement-input.ts';
import { judgeRun } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { isEndOfRework } from '../../verdict/rules/proof-rules.ts';
import { FixtureStatusStore, MAX_RESTORED_RUNS } from '../health/fixture-status-store.ts';
import type { FixturePlace, RunHistory, StationNotes } from '../interface/contracts.ts';
import { buildInputAgain } from './run-judge.ts';

export interface ReevaluationDeps {
  /** Of the station file; an empty list leaves every fixture as it was in the runs. */
  readonly fixtures: readonly FixturePlace[];
  readonly policy: Policy;
  readonly history: RunHistory;
  readonly log: Pick<StationNotes, 'findRecentEntries' | 'findNotesOfUnit' | 'readVoidedRunIds'>;
  readonly clock: Clock;
}

/** Judges runs of one record as they stand now; what is known of the fixtures is read once. */
export type VerdictReevaluator = (run: RecordedRun) => Promise<Verdict>;

/** The verdict on a unit's last run as it is now, without other runs to be judged. */
export async function reevaluateVerdict(known: ReevaluationDeps, run: RecordedRun): Promise<Verdict> {
  return createVerdictReevaluator(known)(run);
}

/**
 * The verdict on a unit's last run as it is now; the run's own unless it stands at hold, or at rework and a probe has
 * spoken since, and nobody has freed it.
 * What enough people have signed stands above it.
 */
export function createVerdictReevaluator(known: ReevaluationDeps): VerdictReevaluator {
  let station: Promise<StationNow> | null = null;
  return async (run) => {
    const notes = await known.log.findNotesOfUnit(run.unit);
    station ??= readStationNow(known);
    const standing = await evaluateByRules(known, await station, run, notes);
    return applyDecisions(standing, run.runId, notes);
  };
}

/** What is known of the station, whichever unit is judged. */
type StationNow = Pick<JudgementInput, 'recentRuns' | 'fixtures' | 'voidedRunIds'>;

async function readStationNow({ history, log, fixtures, clock }: ReevaluationDeps): Promise<StationNow> {
  const recentRuns = await history.findRecentRuns(MAX_RESTORED_RUNS);
  const standing = new FixtureStatusStore(fixtures, null, clock.readWallMs());
  await standing.restore(log, history, recentRuns);
  const voidedRunIds = await log.readVoidedRunIds();
  return { recentRuns, voidedRunIds, fixtures: standing.listFixtureStatuses(clock.readWallMs(), () => []) };
}

async function evaluateByRules(
  { history, policy }: ReevaluationDeps,
  now: StationNow,
  run: RecordedRun,
  notes: readonly Recorded<UnitNote>[],
): Promise<Verdict> {
  const isFreed = notes.some((note) => isRepair(note) && isAfter(note, run) === 'yes');
  const { disposition } = run.verdict;
  if ((disposition !== 'hold' && disposition !== 'rework') || isFreed || now.voidedRunIds.has(run.runId))
    return run.verdict;
  const unitRuns = await history.findRunsOfUnit(run.unit, run.recipe.name);
  const otherRuns = await history.findRunsAtOtherOperations(run.unit, run.recipe.name);
  const openIntents = await history.findOpenWriteIntents(run.unit);
  const verdict = judgeRun(buildInputAgain(run, { ...now, unitRuns, otherRuns, openIntents, notes, policy }));
  return disposition === 'rework' && !isEndOfRework(verdict) ? run.verdict : verdict;
}
