// The rule for a pass of a unit whose failures were all laid to something else: believed once, not again and again.
import { isAfter, type RecordedRun } from '../../domain/run/record-place.ts';
import { isUnitFailure } from '../attempts/run-attempt.ts';
import type { UnitHistory } from '../history/unit-history.ts';
import { retestElsewhere } from './next-instruction.ts';
import type { VerdictRule } from './rule.ts';

/** Rules that lay a failure to several fixtures at once, to a stopped one, to this one. */
const TROUBLE_RULES: readonly string[] = ['D1a', 'D3', 'D7'];
/** Trouble that hits one unit so often is its own as likely as not. */
const MOST_TROUBLES = 1;

/** It comes before the rules for a clean pass. */
export const setAsideRule: VerdictRule = {
  id: 'D6c',
  text: 'A unit that failed twice by what was laid to fixtures or station, or once by what was laid to its lot, must pass as often as after a failure of its own.',
  applies: (facts) => {
    if (facts.input.run.result !== 'pass' || facts.failures.length > 0) return false;
    const { troubles, lots, failures } = findSetAsideFailures(facts);
    return (troubles > MOST_TROUBLES || lots > 0) && countPassesSince(facts, failures) < countNeeded(facts);
  },
  decide: (facts) => {
    const { troubles, lots, failures } = findSetAsideFailures(facts);
    return {
      disposition: 'retest',
      instruction: retestElsewhere(facts),
      because: [
        `Failures of this unit that were laid to fixtures or station: ${troubles}, to its lot: ${lots}.`,
        `Passes since: ${countPassesSince(facts, failures)} of ${countNeeded(facts)}.`,
      ],
      wouldChange: 'As many passes, also on another fixture; a failure counts in full.',
      suspects: ['unit', 'fixture'],
    };
  },
};

function countNeeded({ input }: UnitHistory): number {
  return input.policy.passesAfterFailure;
}

/** Failures since the last repair, or perhaps since it, that count for nothing. */
function findSetAsideFailures({ input, lastRepair }: UnitHistory) {
  const { unitRuns, voidedRunIds } = input;
  const failed = unitRuns.filter((run) => isUnitFailure(run) && (!lastRepair || isAfter(run, lastRepair) !== 'no'));
  const ofTrouble = failed.filter(
    ({ runId, verdict }) => voidedRunIds.has(runId) || TROUBLE_RULES.includes(verdict.rule),
  );
  const ofLot = failed.filter((run) => run.verdict.rule === 'D11' && !ofTrouble.includes(run));
  return { troubles: ofTrouble.length, lots: ofLot.length, failures: [...ofTrouble, ...ofLot] };
}

/** Passes that certainly came after all of them. */
function countPassesSince({ attempts }: UnitHistory, failures: readonly RecordedRun[]): number {
  return attempts.filter((attempt) => attempt.passed && failures.every((one) => isAfter(attempt, one) === 'yes'))
    .length;
}
