// Rules for a run that failed: rework where the evidence is certain, scrap at most proposed, and never at the first failure.

import { canProveDeadFlash } from '../attempts/dead-flash-proof.ts';
import { countFixtures, selectSameSignatureFailures } from '../attempts/run-attempt.ts';
import {
  findIndependentProof,
  hasFixturePassedSince,
  hasGoldenFailedSince,
  type UnitHistory,
} from '../history/unit-history.ts';
import {
  describeAttempts,
  describeFixtures,
  formatFixture,
  listOwnFixtures,
  retestElsewhere,
  sendToBin,
} from './next-instruction.ts';
import { boardProofRule, goldenProofRule } from './proof-rules.ts';
import { hasPassBetweenFailures, isReproduced } from './reproduced-failures.ts';
import type { VerdictRule } from './rule.ts';
import {
  findMissingProbeScrapEvidence,
  findMissingScrapEvidence,
  hasFailedOnEnoughFixtures,
  isFlashFailure,
  listFixturesToProveForProbe,
  selectDfuAttempts,
} from './scrap-evidence.ts';

/** Final decisions on a failure, in order. */
export const failureRules: readonly VerdictRule[] = [
  {
    id: 'D4a',
    text: 'Another product, or an image that this product cannot hold, is sorted out: held, not reworked.',
    applies: ({ diagnosis }) => diagnosis?.symptom.remedy === 'sort-out',
    decide: ({ input: { run } }) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [run.failure!.message],
      wouldChange: 'The recipe of its own product.',
      counts: false,
      reason: 'Not the product of this recipe.',
    }),
  },
  {
    id: 'D4b',
    text: 'Read protection of level 2 is for ever: no rework, the review board decides.',
    applies: ({ diagnosis }) => diagnosis?.symptom.remedy === 'none',
    decide: ({ input: { run } }) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [run.failure!.message],
      wouldChange: 'Over SWD: option bytes that read another level.',
      suspects: ['unit'],
      reason: 'Closed for ever: no rework opens it.',
    }),
  },
  {
    id: 'D4',
    text: 'Foreign or damaged bootloader, or protected memory: the evidence is certain at once, the unit goes to rework over SWD.',
    applies: (facts) => facts.diagnosis?.symptom.remedy !== undefined && canBeRepaired(facts),
    decide: (facts) => ({
      disposition: 'rework',
      instruction: sendToBin('rework'),
      because: [facts.input.run.failure!.message],
      wouldChange: 'Over SWD: a bootloader that reads back right would contradict this.',
      reason:
        facts.diagnosis!.symptom.remedy === 'replace-bootloader'
          ? 'Replace the bootloader over SWD.'
          : 'Remove the protection over SWD.',
    }),
  },
  {
    id: 'D9',
    text: 'Failed on two fixtures, and a golden unit failed too: the station is at fault, the unit is run again.',
    applies: (facts) =>
      isReproduced(facts) && facts.failures.some((failure) => hasGoldenFailedSince(facts.input, failure)),
    decide: (facts) => ({
      disposition: 'retest',
      instruction: { do: 'call-technician' },
      because: [...describeAttempts(facts.attempts), 'A golden unit failed there as well.'],
      wouldChange: 'A golden unit that passes on this station.',
      suspects: ['station', 'fixture'],
      counts: false,
    }),
  },
  {
    id: 'D13',
    text: 'Scrap is proposed when two fixtures and cables, a golden pass after the failure, an independent path (or the spent repair budget) and the class of failure all agree.',
    applies: (facts) => isReproduced(facts) && findMissingScrapEvidence(facts).length === 0,
    decide: (facts) => ({
      disposition: 'scrap-proposed',
      instruction: sendToBin('hold'),
      because: [
        ...describeAttempts(facts.attempts),
        `A golden unit passed on fixture ${formatFixture(facts.failures.at(-1)!.fixture)} afterwards.`,
        findIndependentProof(facts.input) ?? `Repaired ${facts.repairCount} times without success.`,
      ],
      wouldChange: `${facts.input.policy.signatures} people decide; a pass at another station, or a clean sector over SWD, would speak against scrap.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} Scrap proposed.`,
    }),
  },
  goldenProofRule,
  boardProofRule,
  {
    id: 'D12a',
    text: 'A repaired unit that fails as it did before the repair, or at all after a repair that found nothing, is not tried on every fixture again: back to rework while a repair with a finding is left, else held for the review board.',
    applies: (facts) => facts.repairCount > 0 && (hasFailedAsBeforeRepair(facts) || facts.unexplained.length > 0),
    decide: (facts) => ({
      disposition: canBeRepairedAgain(facts) ? 'rework' : 'hold',
      instruction: sendToBin(canBeRepairedAgain(facts) ? 'rework' : 'hold'),
      because: [
        `It was repaired ${facts.repairCount === 1 ? 'once' : `${facts.repairCount} times`} and fails ${hasFailedAsBeforeRepair(facts) ? 'as before' : 'again'}: ${facts.diagnosis!.symptom.operator}`,
        ...(facts.unexplained.length > 0 ? ['No repair has found what explains its failures.'] : []),
      ],
      wouldChange: canBeRepairedAgain(facts)
        ? 'A repair with another cause.'
        : `Two people decide: scrap, return or regrade. Missing for a proposal of scrap: ${findMissingScrapEvidence(facts).join('; ')}.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} The repair did not cure it.`,
    }),
  },
  {
    id: 'D13b',
    text: 'Scrap is proposed when flash fails over SWD, twice at one place, as it failed over DFU on two fixtures and cables with a golden pass after.',
    applies: (facts) => canProveDeadFlash(facts.input.run) && findMissingProbeScrapEvidence(facts).length === 0,
    decide: (facts) => ({
      disposition: 'scrap-proposed',
      instruction: sendToBin('hold'),
      because: [
        ...describeAttempts(selectDfuAttempts(facts)),
        `A golden unit passed on fixture ${formatFixture(selectDfuAttempts(facts).at(-1)!.fixture)} afterwards.`,
        findIndependentProof(facts.input)!,
      ],
      wouldChange: `${facts.input.policy.signatures} people decide; a clean sector over SWD would speak against scrap.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} Scrap proposed.`,
    }),
  },
  {
    id: 'D13c',
    text: 'Flash fails over SWD, but one of the two proofs is missing: held, with what is missing.',
    applies: (facts) => canProveDeadFlash(facts.input.run),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [...describeAttempts(selectDfuAttempts(facts)), facts.input.run.failure!.message],
      wouldChange: `Missing for a proposal of scrap: ${findMissingProbeScrapEvidence(facts).join('; ')}.`,
      suspects: ['unit'],
      reason: 'Flash fails over SWD; evidence for scrap incomplete.',
      awaitsFixtures: listFixturesToProveForProbe(facts) ?? [],
    }),
  },
  {
    id: 'D10b',
    text: 'A unit that was analysed, released and fails again is intermittent for certain: held for the review board.',
    applies: (facts) =>
      facts.analysisCount >= facts.input.policy.analyses && hasFailedSinceAnalysis(facts) && !isReproduced(facts),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [...describeAttempts(facts.attempts), 'It was analysed and released, and has failed since.'],
      wouldChange:
        'A repair with a finding that explains the failures. Else two people decide: regrade, return or scrap.',
      suspects: ['unit'],
      reason: 'Fails again after its analysis: the review board decides.',
    }),
  },
  {
    id: 'D10',
    text: 'Failed on two fixtures in different ways, or with passes in between: intermittent, held for analysis and never scrap.',
    applies: (facts) =>
      facts.failures.length >= 2 &&
      hasFailedOnEnoughFixtures(facts) &&
      (selectSameSignatureFailures(facts.failures).length < facts.failures.length || hasPassBetweenFailures(facts)),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: describeAttempts(facts.attempts),
      wouldChange: 'The same failure again at the same place, with a golden unit passing there.',
      suspects: ['unit', 'fixture'],
      reason: 'Fails in different ways: analysis.',
    }),
  },
  {
    id: 'D8b',
    text: 'Condemned by its fixtures, but none of them has passed a unit since: held until two other units or a golden unit have passed there.',
    applies: (facts) => isReproduced(facts) && !isFixtureConfirmed(facts),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: describeAttempts(facts.attempts),
      wouldChange: `A golden unit on ${describeFixtures(selectSameSignatureFailures(facts.failures))}: if it passes, the unit goes to rework; if it fails, the station is at fault.`,
      suspects: ['unit', 'station'],
      reason: 'Waiting for a pass of other units on its fixtures.',
      awaitsFixtures: listOwnFixtures(selectSameSignatureFailures(facts.failures)),
    }),
  },
  {
    id: 'D8',
    text: 'Failed alike on two fixtures, or again and again on the only one, that pass other units: rework.',
    applies: (facts) => isReproduced(facts) && canBeRepaired(facts),
    decide: (facts) => ({
      disposition: 'rework',
      instruction: sendToBin('rework'),
      because: [
        ...describeAttempts(facts.attempts),
        `Other units passed there since: ${describeFixtures(selectSameSignatureFailures(facts.failures))} can pass a unit.`,
      ],
      wouldChange: `Over SWD: ${describeProbeTest(facts)}`,
      suspects: ['unit'],
      reason: facts.diagnosis!.symptom.operator,
    }),
  },
  {
    id: 'D13a',
    text: 'Repairs are spent and scrap cannot be proposed yet: held, with what is missing.',
    applies: (facts) => isReproduced(facts) || (facts.diagnosis?.symptom.remedy !== undefined && !canBeRepaired(facts)),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [...describeAttempts(facts.attempts), `It was repaired ${facts.repairCount} times.`],
      wouldChange: `Missing for a proposal of scrap: ${findMissingScrapEvidence(facts).join('; ') || 'a failure reproduced on a second fixture'}.`,
      suspects: ['unit'],
      reason: 'Repairs spent; evidence for scrap incomplete.',
    }),
  },
];

/** Failures that need another run, in order. */
export const retestRules: readonly VerdictRule[] = [
  {
    id: 'D8a',
    text: 'Failed alike on two fixtures, or twice on the only one, in a way that one-off trouble can make: one more run decides.',
    applies: (facts) => facts.failures.length >= 2 && hasFailedOnEnoughFixtures(facts),
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestElsewhere(facts),
      because: describeAttempts(facts.attempts),
      wouldChange: 'The third run: the same again condemns the unit, a pass makes it intermittent.',
    }),
  },
  {
    id: 'D5a',
    text: 'Failed again on the same fixture: one fixture alone cannot condemn, another is needed.',
    applies: ({ failures }) => failures.length > 1,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestElsewhere(facts),
      because: describeAttempts(facts.attempts),
      wouldChange: 'A run on another fixture.',
    }),
  },
  {
    id: 'D5',
    text: 'A first failure is tried again on another fixture; a unit alone with one fixture is re-seated.',
    applies: () => true,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestElsewhere(facts),
      because: [facts.input.run.failure?.message ?? 'The run failed.'],
      wouldChange: 'A run on another fixture.',
    }),
  },
];

/** The budget is used up and nothing could be decided. */
export const budgetRule: VerdictRule = {
  id: 'D15',
  text: 'The retest budget is used up: held for engineering, no further run without a repair.',
  applies: ({ spentRuns, input }) => spentRuns >= input.policy.runsWithoutRepair,
  decide: (facts) => ({
    disposition: 'hold',
    instruction: sendToBin('hold'),
    because: describeAttempts(facts.attempts),
    wouldChange:
      'A repair with a finding starts a new budget; without one two people decide: regrade, return or scrap.',
    reason: `${facts.attempts.length} runs without a decision.`,
  }),
};

/** The same class had condemned the unit before its last repair. */
function hasFailedAsBeforeRepair({ beforeRepair, failures, fixturesToCondemn }: UnitHistory): boolean {
  const failureClass = failures.at(-1)?.diagnosis?.symptom.class;
  const alikeBefore = beforeRepair.filter(({ diagnosis }) => diagnosis?.symptom.class === failureClass);
  return alikeBefore.length > 0 && countFixtures([...alikeBefore, ...failures]) >= Math.min(2, fixturesToCondemn);
}

function isFixtureConfirmed(facts: UnitHistory): boolean {
  return selectSameSignatureFailures(facts.failures).some((failure) => hasFixturePassedSince(facts.input, failure));
}

/** After a repair that found nothing the next one is as blind. */
function canBeRepairedAgain(facts: UnitHistory): boolean {
  return canBeRepaired(facts) && facts.unexplained.length === 0;
}

/** It failed after the last release from an analysis, and was released at all. */
function hasFailedSinceAnalysis({ analysisCount, isAnalysed, failures }: UnitHistory): boolean {
  return analysisCount > 0 && !isAnalysed && failures.length > 0;
}

function canBeRepaired({ repairCount, input }: UnitHistory): boolean {
  return repairCount < input.policy.repairs && findIndependentProof(input) === null;
}

function describeProbeTest({ diagnosis }: UnitHistory): string {
  return isFlashFailure(diagnosis)
    ? 'erase and write the failing sector; an error twice at the same place is dead flash, protection is not.'
    : 'a chip that answers and holds its image moves the suspicion to connector and peripherals.';
}
