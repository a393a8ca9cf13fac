// Whether a unit may be run at all, asked before anything is done to it: its retest budget, and where it stands.

import { applyDecisions } from '../domain/decisions/decided-run.ts';
import { isForReviewBoard } from '../domain/decisions/sign-off.ts';
import { listDecidingRuns } from '../domain/decisions/unit-standing.ts';
import { isAfter, type Recorded, type RecordedRun } from '../domain/run/record-place.ts';
import type { Disposition, Verdict } from '../domain/run/verdict.ts';
import type { UnitPurpose } from '../domain/unit/unit.ts';
import type { UnitNote } from '../domain/unit/unit-note.ts';
import { selectCountedAttempts, sortStrictestLast } from './attempts/run-attempt.ts';
import { countSpentRuns, findAnalysisReleases } from './history/analysis.ts';
import { listRepairs, selectAttemptsSinceRepair } from './history/repairs.ts';
import type { Policy } from './policy/policy.ts';

/** May the unit be run? If not: the rule and what to tell the operator. */
export type RunPermission =
  | { readonly allowed: true; readonly runsLeft: number }
  | {
      readonly allowed: false;
      readonly rule: string;
      readonly reason: string;
      /** Where the unit stands, and stays. */
      readonly disposition: Disposition;
    };

/** What the answer depends on. Lists oldest first, as in JudgementInput. */
export interface RunPermissionInput {
  readonly purpose: UnitPurpose;
  readonly unitRuns: readonly RecordedRun[];
  readonly otherRuns: readonly RecordedRun[];
  readonly notes: readonly Recorded<UnitNote>[];
  readonly voidedRunIds: ReadonlySet<string>;
  readonly policy: Policy;
}

/**
 * The budget counts runs that count since the last repair, whichever fixture, station, batch, label or program instance
 * they were made with. A unit that was held, sent to rework or proposed for scrap needs a release or a repair first;
 * one that was scrapped is never run again. Reference units are free.
 */
export function decideRunPermission(question: RunPermissionInput): RunPermission {
  const { policy, purpose, notes } = question;
  if (purpose !== 'production' && purpose !== 'engineering')
    return { allowed: true, runsLeft: policy.runsWithoutRepair };
  const scrapped = { rule: 'D14', disposition: 'scrap' } as const;
  if (isScrapped(notes)) return refuseRun(scrapped, 'This unit was scrapped. Put it in the scrap bin.');
  const deciding = listDecidingRuns(sortStrictestLast(question.unitRuns), question.voidedRunIds);
  const standings = deciding.map((run) => ({ run, verdict: applyDecisions(run.verdict, run.runId, notes) }));
  const block = standings.findLast(
    ({ run, verdict }) => isBlockingVerdict(verdict) && !isReleasedOrRepaired(run, question),
  );
  if (block) return refuseRun(block.verdict, describeBlock(block.verdict));
  const spent = countRunsSinceGrant(question);
  const runsLeft = policy.runsWithoutRepair - spent;
  if (runsLeft > 0) return { allowed: true, runsLeft };
  const isPass = standings.at(-1)?.verdict.disposition === 'pass';
  return refuseRun(
    { rule: 'D15', disposition: isPass ? 'pass' : 'hold' },
    isPass
      ? `This unit has passed, and had its ${spent} runs. Put it in the pass bin; only a repair gives it more.`
      : `This unit had its ${spent} runs. Put it in the hold bin; only a repair gives it more.`,
  );
}

function refuseRun({ rule, disposition }: Pick<Verdict, 'rule' | 'disposition'>, reason: string): RunPermission {
  return { allowed: false, rule, reason, disposition };
}

function isScrapped(notes: readonly UnitNote[]): boolean {
  return notes.some((note) => note.kind === 'decided' && note.decision === 'scrap');
}

function isBlockingVerdict({ disposition }: Verdict): boolean {
  return (
    disposition === 'hold' || disposition === 'rework' || disposition === 'scrap-proposed' || disposition === 'scrap'
  );
}

/** Runs used up since the unit was last repaired, or analysed and released. */
function countRunsSinceGrant(question: RunPermissionInput): number {
  const counted = selectCountedAttempts(sortStrictestLast(question.unitRuns), question.voidedRunIds);
  const attempts = selectAttemptsSinceRepair(counted, question);
  return countSpentRuns(attempts, findAnalysisReleases(question).slice(-1), question.policy);
}

/** Released by a person, or repaired, certainly since; what goes to rework needs the repair, what the review board decides its decision. */
function isReleasedOrRepaired(run: RecordedRun, question: RunPermissionInput): boolean {
  const repairs = listRepairs(question).slice(0, Math.max(1, question.policy.repairs));
  if (repairs.some((repair) => isAfter(repair, run) === 'yes')) return true;
  if (run.verdict.disposition === 'rework' || isForReviewBoard(run.verdict)) return false;
  return question.notes.some((note) => note.kind === 'released' && isAfter(note, run) === 'yes');
}

function describeBlock({ disposition, reason }: Verdict): string {
  const why = reason ? ` (${reason})` : '';
  if (disposition === 'rework') return `This unit waits for rework${why}. Put it in the rework bin.`;
  if (disposition === 'scrap-proposed') return `Scrap is proposed for this unit${why}. Put it in the hold bin.`;
  return `This unit is on hold${why}. Put it in the hold bin.`;
}
