// Holds that wait for an analysis: which rules make them, when somebody released the unit from one, and what runs that gives it.
import { getRecordPlace, isAfter, type RecordPlace } from '../../domain/run/record-place.ts';
import type { RunAttempt } from '../attempts/run-attempt.ts';
import type { Policy } from '../policy/policy.ts';
import type { RepairHistory } from './repairs.ts';

/** Rules that hold a unit until somebody has looked into it; a release from any other hold speaks of something else. */
export const analysisHoldRules: readonly string[] = ['D6a', 'D10', 'D10a'];

/** Where the unit was released from being held for analysis, oldest first. */
export function findAnalysisReleases({
  notes,
  unitRuns,
}: Pick<RepairHistory, 'notes' | 'unitRuns'>): readonly RecordPlace[] {
  return notes
    .filter((note) => {
      const before = unitRuns.findLast((run) => run.result !== 'void' && isAfter(note, run) === 'yes');
      return note.kind === 'released' && analysisHoldRules.includes(before?.verdict.rule ?? '');
    })
    .map(getRecordPlace);
}

/**
 * Runs that the unit has used up since it was last repaired or analysed; a run counts unless it was certainly before. Passes that confirm after one failure, or after an
 * analysis, are runs that a rule has asked for: they use up nothing, up to the number that the rule asks for.
 */
export function countSpentRuns(
  attempts: readonly RunAttempt[],
  since: readonly RecordPlace[],
  policy: Pick<Policy, 'passesAfterFailure' | 'passesAfterAnalysis'>,
): number {
  const counted = attempts.filter((attempt) => since.every((place) => isAfter(attempt, place) !== 'no'));
  const hasFailed = attempts.some(({ passed }) => !passed);
  if (!hasFailed || counted.filter(({ passed }) => !passed).length > 1) return counted.length;
  const lastFailure = counted.findLastIndex(({ passed }) => !passed);
  const needed = lastFailure < 0 ? policy.passesAfterAnalysis : policy.passesAfterFailure;
  return counted.length - Math.min(counted.length - 1 - lastFailure, needed);
}
