// Rules for a run in which everything passed: a clean pass, a pass after a failure, a pass that is not believed.
import { isSameFixture } from '../../domain/run/fixture-ref.ts';
import type { UnjudgedRun } from '../../domain/run/run.ts';
import type { Mark } from '../../domain/run/verdict.ts';
import { findEarlierOperationStatus } from '../attempts/earlier-operation.ts';
import { countFixtures, isUnitFailure, type RunAttempt } from '../attempts/run-attempt.ts';
import type { UnitHistory } from '../history/unit-history.ts';
import { describeMarginalValues } from '../quality/marginal.ts';
import { describeAttempts, describeFixtures, formatFixture, retestElsewhere, sendToBin } from './next-instruction.ts';
import { boardProofRule } from './proof-rules.ts';
import type { VerdictRule } from './rule.ts';
import { hasFailedOnEnoughFixtures } from './scrap-evidence.ts';
import { setAsideRule } from './set-aside-rule.ts';

/** Final decisions on a pass, in order; a pass that needs another run is left to `confirmationRule`. */
export const passRules: readonly VerdictRule[] = [
  {
    id: 'D12b',
    text: 'A pass after a repair that found nothing to explain the failures before it is no pass: the unit is held for the review board, or passes as often in a row as the policy says.',
    applies: (facts) => hasPassed(facts) && facts.unexplained.length > 0 && !isConfirmedOverLife(facts),
    decide: (facts) => {
      const { passesAfterUnexplainedRepair: needed } = facts.input.policy;
      const again = needed > 0 && facts.failures.length === 0;
      return {
        disposition: again ? 'retest' : 'hold',
        instruction: again ? retestElsewhere(facts) : sendToBin('hold'),
        because: [
          ...describeAttempts(facts.unexplained),
          'It was repaired since, and nothing was found that explains this.',
          `Passes since: ${facts.passesInLife.length}${needed > 0 ? ` of ${needed}` : ''}.`,
        ],
        wouldChange: again
          ? 'More passes in a row, also on another fixture; a failure ends it.'
          : 'A finding that explains the failures: a changed part, a contact, protection. Else two people decide: regrade, return or scrap.',
        suspects: ['unit'],
        ...(again ? {} : { reason: 'Repair without a finding: the review board decides.' }),
      };
    },
  },
  { ...boardProofRule, applies: (facts) => hasPassed(facts) && boardProofRule.applies(facts) },
  {
    id: 'D6a',
    text: 'Evidence out of the unit’s own flash or firmware is not wiped out by a pass: the unit is held.',
    applies: (facts) =>
      hasPassed(facts) && !facts.isAnalysed && facts.failures.some((attempt) => attempt.diagnosis?.symptom.hard),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: describeAttempts(facts.attempts),
      wouldChange:
        'The failing place, read over SWD: clean twice, with a sound supply, and an engineer may release the unit for two more passes.',
      suspects: ['unit'],
      reason: 'Its flash or firmware failed once and passed since: intermittent.',
    }),
  },
  {
    id: 'D10a',
    text: 'A unit that failed on two fixtures, or twice on the only one, and passes now is intermittent: it is held.',
    applies: (facts) =>
      hasPassed(facts) && !facts.isAnalysed && facts.failures.length >= 2 && hasFailedOnEnoughFixtures(facts),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: describeAttempts(facts.attempts),
      wouldChange: `A golden unit on ${describeFixtures(facts.failures)}: if it fails there, the failures are void. Or an analysis that finds nothing: an engineer may then release the unit.`,
      suspects: ['unit', 'fixture'],
      reason: 'Fails on some fixtures and passes on others: intermittent.',
    }),
  },
  {
    id: 'D6b',
    text: 'A unit that was analysed and released after its failures passes with no fault found when it passes as often since, also on another fixture.',
    applies: (facts) =>
      hasPassed(facts) && facts.isAnalysed && isConfirmed(facts, facts.input.policy.passesAfterAnalysis),
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: [...describeAttempts(facts.attempts), 'It was analysed and released after its last failure.'],
      wouldChange: 'A further failure of this unit.',
      marks: ['no-fault-found', ...collectLastingMarks(facts)],
      suspects: ['fixture', 'unit'],
    }),
  },
  {
    id: 'D6',
    text: 'A unit that failed once and then passed often enough, also on another fixture, passes with no fault found.',
    applies: (facts) =>
      hasPassed(facts) &&
      !facts.isAnalysed &&
      facts.failures.length > 0 &&
      isConfirmed(facts, facts.input.policy.passesAfterFailure),
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: describeAttempts(facts.attempts),
      wouldChange: `A further failure of this unit. Fixture ${formatFixture(facts.failures[0]!.fixture)} keeps a suspect point.`,
      marks: ['no-fault-found', ...collectLastingMarks(facts)],
      suspects: ['fixture'],
    }),
  },
  setAsideRule,
  {
    id: 'D12',
    text: 'A unit that passes the full test after a repair that explains its failures passes as reworked.',
    applies: (facts) => hasPassed(facts) && facts.failures.length === 0 && facts.repairCount > 0,
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: [
        `It was repaired ${facts.repairCount === 1 ? 'once' : `${facts.repairCount} times`} and passed in full.`,
      ],
      wouldChange: 'A further failure of this unit.',
      marks: collectLastingMarks(facts),
      suspects: [],
    }),
  },
  {
    id: 'D16',
    text: 'A pass with a time or a value more than three sigma from the lot’s usual passes as marginal.',
    applies: (facts) =>
      hasPassed(facts) && facts.failures.length === 0 && describeMarginalValues(facts.input).length > 0,
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: describeMarginalValues(facts.input),
      wouldChange: 'A second run inside the usual range.',
      marks: ['marginal', ...collectLastingMarks(facts)],
      suspects: [],
    }),
  },
  {
    id: 'D16a',
    text: 'A pass for which a step had to be repeated passes as marginal.',
    applies: (facts) =>
      hasPassed(facts) && facts.failures.length === 0 && describeRecoveredSteps(facts.input.run).length > 0,
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: describeRecoveredSteps(facts.input.run),
      wouldChange: 'A second run in which no step has to be repeated.',
      marks: ['marginal', ...collectLastingMarks(facts)],
      suspects: ['fixture', 'unit'],
    }),
  },
  {
    id: 'D17',
    text: 'Everything passed at the first run that counts.',
    applies: (facts) => hasPassed(facts) && facts.failures.length === 0,
    decide: (facts) => ({
      disposition: 'pass',
      instruction: sendToBin('pass'),
      because: ['All steps passed.'],
      wouldChange: 'A further run that fails.',
      marks: collectLastingMarks(facts),
      suspects: [],
    }),
  },
];

/** A pass after a failure that is not yet confirmed. */
export const confirmationRule: VerdictRule = {
  id: 'D6',
  text: 'A unit that failed once and then passed must pass again, on another fixture than the one it failed on.',
  applies: (facts) => hasPassed(facts),
  decide: (facts) => ({
    disposition: 'retest',
    instruction: retestElsewhere(facts),
    because: describeAttempts(facts.attempts),
    wouldChange: `Passes in a row so far: ${facts.passesInARow} of ${countNeededPasses(facts)}; a failure among them makes the unit intermittent.`,
    suspects: ['fixture', 'unit'],
  }),
};

/** Passes in a row that clear the unit: more after an analysis than after a single failure. */
function countNeededPasses({ isAnalysed, input }: UnitHistory): number {
  return isAnalysed ? input.policy.passesAfterAnalysis : input.policy.passesAfterFailure;
}

/** Failures that the recipe's own retry made good, one sentence each. */
function describeRecoveredSteps(run: UnjudgedRun): readonly string[] {
  return run.steps.flatMap(({ id, failure, attempt }) =>
    failure ? [`Step ${id} failed at attempt ${attempt} (${failure.message}) and passed when repeated.`] : [],
  );
}

function hasPassed({ input }: UnitHistory): boolean {
  return input.run.result === 'pass';
}

/** As many passes in a row as are needed, one of them away from the fixture of the failure where the station has another. */
function isConfirmed({ attempts, failures, passesInARow, input }: UnitHistory, needed: number): boolean {
  const failedOn = failures.at(-1)!.fixture;
  const passes: readonly RunAttempt[] = attempts.slice(attempts.length - passesInARow);
  const elsewhereToo = passes.some((attempt) => !isSameFixture(attempt.fixture, failedOn)) || input.fixtures.length < 2;
  return passesInARow >= needed && elsewhereToo;
}

/** As many passes in a row as a repair without a finding asks for, on two fixtures where the station has them. */
function isConfirmedOverLife({ passesInLife, input }: UnitHistory): boolean {
  const needed = input.policy.passesAfterUnexplainedRepair;
  const places = Math.min(2, Math.max(1, input.fixtures.length));
  return needed > 0 && passesInLife.length >= needed && countFixtures(passesInLife) >= places;
}

/** A rework recipe repairs and tests in one run. */
function wasWrittenByProbe({ run }: UnitHistory['input']): boolean {
  return run.steps.some(({ kind }) => kind === 'swd-flash');
}

/** Where the station does not hold such units, they are marked. */
function hasSkippedOperation({ after, run, ...known }: UnitHistory['input']): boolean {
  return (
    after !== undefined && run.purpose === 'production' && findEarlierOperationStatus(after, known) === 'no-record'
  );
}

/** It failed where a fixture was found guilty: the failure does not count and is not forgotten. */
function hasVoidedFailure({ unitRuns, voidedRunIds }: UnitHistory['input']): boolean {
  return unitRuns.some((run) => isUnitFailure(run) && (voidedRunIds.has(run.runId) || run.verdict.rule === 'D7'));
}

function collectLastingMarks({ repairCount, input }: UnitHistory): readonly Mark[] {
  return [
    ...(repairCount > 0 || wasWrittenByProbe(input) ? (['reworked'] as const) : []),
    ...(input.openIntents.length > 0 ? (['resumed'] as const) : []),
    ...(hasSkippedOperation(input) ? (['no-earlier-operation'] as const) : []),
    ...(hasVoidedFailure(input) ? (['failure-voided'] as const) : []),
  ];
}
