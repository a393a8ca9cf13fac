// Rules for a run that failed: rework where the evidence is certain, scrap at most proposed, and never at the first failure.
import { type Attempt, countedAttempts } from '../attempt.ts';
import {
  type Case,
  goldenFailedSince,
  goldenPassedSince,
  hasPassedSince,
  independentProof,
  sinceRepair,
} from '../history.ts';
import { mayProve } from '../probe-proof.ts';
import type { Rule } from './rule.ts';
import { attemptSentences, elsewhere, fixtureWords, toBin } from './where-next.ts';

/** Failures of a class that one-off trouble can make need one more than the two of hard evidence. */
const ALIKE_HARD = 2;
const ALIKE_SOFT = 3;
/** Classes in which scrap may be proposed on hard evidence; F3 and F5 only with proof over SWD. */
const SCRAP_CLASSES: readonly string[] = ['F4', 'F6', 'F7', 'F10', 'F11'];
const SCRAP_CLASSES_WITH_PROOF: readonly string[] = ['F3', 'F5'];

/** Final decisions on a failure, in order. */
export const failureRules: readonly Rule[] = [
  {
    id: 'D4a',
    text: 'Another product, or an image that this product cannot hold, is sorted out: held, not reworked.',
    applies: ({ diagnosis }) => diagnosis?.symptom.remedy === 'sort-out',
    decide: ({ input: { run } }) => ({
      disposition: 'hold',
      instruction: toBin('hold'),
      because: [run.failure!.message],
      wouldChange: 'The recipe of its own product.',
      counts: false,
      reason: 'Not the product of this recipe.',
    }),
  },
  {
    id: 'D4',
    text: 'Foreign or damaged bootloader, or protected memory: the evidence is certain at once, the unit goes to rework over SWD.',
    applies: (facts) => facts.diagnosis?.symptom.remedy !== undefined && canBeRepaired(facts),
    decide: (facts) => ({
      disposition: 'rework',
      instruction: toBin('rework'),
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
      isReproduced(facts) &&
      facts.failures.some((failure) => goldenFailedSince(facts.input, failure.fixture, failure.endedAtMs)),
    decide: (facts) => ({
      disposition: 'retest',
      instruction: { do: 'call-technician' },
      because: [...attemptSentences(facts.attempts), 'A golden unit failed there as well.'],
      wouldChange: 'A golden unit that passes on this station.',
      suspects: ['station', 'fixture'],
      counts: false,
    }),
  },
  {
    id: 'D13',
    text: 'Scrap is proposed when two fixtures and cables, a golden pass after the failure, an independent path (or the spent repair budget) and the class of failure all agree.',
    applies: (facts) => isReproduced(facts) && missingForScrap(facts).length === 0,
    decide: (facts) => ({
      disposition: 'scrap-proposed',
      instruction: toBin('hold'),
      because: [
        ...attemptSentences(facts.attempts),
        `A golden unit passed on fixture ${facts.failures.at(-1)!.fixture} afterwards.`,
        independentProof(facts.input) ?? `Repaired ${facts.repairCount} times without success.`,
      ],
      wouldChange: `${facts.input.policy.signatures} people decide; a pass at another station, or a clean sector over SWD, would speak against scrap.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} Scrap proposed.`,
    }),
  },
  {
    id: 'D12a',
    text: 'A repaired unit that fails as it did before the repair is not tried on every fixture again: back to rework while repairs are left, else held.',
    applies: (facts) => facts.repairCount > 0 && failsAsBefore(facts),
    decide: (facts) => ({
      disposition: canBeRepaired(facts) ? 'rework' : 'hold',
      instruction: toBin(canBeRepaired(facts) ? 'rework' : 'hold'),
      because: [
        `It was repaired ${facts.repairCount === 1 ? 'once' : `${facts.repairCount} times`} and fails as before: ${facts.diagnosis!.symptom.operator}`,
      ],
      wouldChange: canBeRepaired(facts)
        ? 'A repair with another cause.'
        : `Missing for a proposal of scrap: ${missingForScrap(facts).join('; ')}.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} The repair did not cure it.`,
    }),
  },
  {
    id: 'D13b',
    text: 'Scrap is proposed when flash fails over SWD, twice at one place, as it failed over DFU on two fixtures and cables with a golden pass after.',
    applies: (facts) => mayProve(facts.input.run) && missingForScrapByProbe(facts).length === 0,
    decide: (facts) => ({
      disposition: 'scrap-proposed',
      instruction: toBin('hold'),
      because: [
        ...attemptSentences(overDfu(facts)),
        `A golden unit passed on fixture ${overDfu(facts).at(-1)!.fixture} afterwards.`,
        independentProof(facts.input)!,
      ],
      wouldChange: `${facts.input.policy.signatures} people decide; a clean sector over SWD would speak against scrap.`,
      suspects: ['unit'],
      reason: `${facts.diagnosis!.symptom.operator} Scrap proposed.`,
    }),
  },
  {
    id: 'D13c',
    text: 'Flash fails over SWD, but one of the two proofs is missing: held, with what is missing.',
    applies: (facts) => mayProve(facts.input.run),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: toBin('hold'),
      because: [...attemptSentences(overDfu(facts)), facts.input.run.failure!.message],
      wouldChange: `Missing for a proposal of scrap: ${missingForScrapByProbe(facts).join('; ')}.`,
      suspects: ['unit'],
      reason: 'Flash fails over SWD; evidence for scrap incomplete.',
    }),
  },
  {
    id: 'D10',
    text: 'Failed on two fixtures in different ways, or with passes in between: intermittent, held for analysis and never scrap.',
    applies: (facts) =>
      fixturesOf(facts.failures) >= 2 && (alike(facts).length < facts.failures.length || hasPassBetween(facts)),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: toBin('hold'),
      because: attemptSentences(facts.attempts),
      wouldChange: 'The same failure again at the same place, with a golden unit passing there.',
      suspects: ['unit', 'fixture'],
      reason: 'Fails in different ways: analysis.',
    }),
  },
  {
    id: 'D8b',
    text: 'Condemned by two fixtures, but neither has passed a unit since: held until a golden unit has run there.',
    applies: (facts) => isReproduced(facts) && !isWitnessed(facts),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: toBin('hold'),
      because: attemptSentences(facts.attempts),
      wouldChange: `A golden unit on ${fixtureWords(alike(facts))}: if it passes, the unit goes to rework; if it fails, the station is at fault.`,
      suspects: ['unit', 'station'],
      reason: 'Waiting for a golden unit.',
    }),
  },
  {
    id: 'D8',
    text: 'Failed alike on two fixtures that pass other units: rework.',
    applies: (facts) => isReproduced(facts) && canBeRepaired(facts),
    decide: (facts) => ({
      disposition: 'rework',
      instruction: toBin('rework'),
      because: [
        ...attemptSentences(facts.attempts),
        `Other units passed there since: ${fixtureWords(alike(facts))} can pass a unit.`,
      ],
      wouldChange: `Over SWD: ${probeQuestion(facts)}`,
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
      instruction: toBin('hold'),
      because: [...attemptSentences(facts.attempts), `It was repaired ${facts.repairCount} times.`],
      wouldChange: `Missing for a proposal of scrap: ${missingForScrap(facts).join('; ') || 'a failure reproduced on a second fixture'}.`,
      suspects: ['unit'],
      reason: 'Repairs spent; evidence for scrap incomplete.',
    }),
  },
];

/** Failures that need another run, in order. */
export const retestRules: readonly Rule[] = [
  {
    id: 'D8a',
    text: 'Failed alike on two fixtures in a way that one-off trouble can make: one more run decides.',
    applies: ({ failures }) => fixturesOf(failures) >= 2,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: elsewhere(facts),
      because: attemptSentences(facts.attempts),
      wouldChange: 'The third run: the same again condemns the unit, a pass makes it intermittent.',
    }),
  },
  {
    id: 'D5a',
    text: 'Failed again on the same fixture: one fixture alone cannot condemn, another is needed.',
    applies: ({ failures }) => failures.length > 1,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: elsewhere(facts),
      because: attemptSentences(facts.attempts),
      wouldChange: 'A run on another fixture.',
    }),
  },
  {
    id: 'D5',
    text: 'A first failure is tried again on another fixture; a unit alone with one fixture is re-seated.',
    applies: () => true,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: elsewhere(facts),
      because: [facts.input.run.failure?.message ?? 'The run failed.'],
      wouldChange: 'A run on another fixture.',
    }),
  },
];

/** The budget is used up and nothing could be decided. */
export const budgetRule: Rule = {
  id: 'D15',
  text: 'The retest budget is used up: held for engineering, no further run without a repair.',
  applies: ({ attempts, input }) => attempts.length >= input.policy.runsWithoutRepair,
  decide: (facts) => ({
    disposition: 'hold',
    instruction: toBin('hold'),
    because: attemptSentences(facts.attempts),
    wouldChange: 'A repair with a cause starts a new budget.',
    reason: `${facts.attempts.length} runs without a decision.`,
  }),
};

/** The same class had condemned the unit before its last repair. */
function failsAsBefore({ beforeRepair, failures }: Case): boolean {
  const failureClass = failures.at(-1)?.diagnosis?.symptom.class;
  const alikeBefore = beforeRepair.filter(({ diagnosis }) => diagnosis?.symptom.class === failureClass);
  return alikeBefore.length > 0 && new Set([...alikeBefore, ...failures].map(({ fixture }) => fixture)).size >= 2;
}

/** What the unit did at other operations since its last repair. */
function overDfu({ input }: Case): readonly Attempt[] {
  return sinceRepair(countedAttempts(input.otherRuns, input.voidedRunIds), input);
}

/** What rule D13b still lacks, in words: the probe's proof, and the other one, from the fixtures. */
function missingForScrapByProbe(facts: Case): readonly string[] {
  const { input } = facts;
  const attempts = overDfu(facts);
  const failures = attempts.filter((attempt) => !attempt.passed && inFlash(attempt));
  const last = failures.at(-1);
  const same = failures.filter((failure) => failure.diagnosis?.signature === last?.diagnosis?.signature);
  const troubled = input.fixtures.filter(({ number }) => same.some((failure) => failure.fixture === number));
  const missing: (string | false)[] = [
    independentProof(input) === null &&
      'the same over SWD once more, with power off between, and protection and supply ruled out',
    fixturesOf(same) < input.policy.fixturesToCondemn &&
      `the same failure in flash over DFU on ${input.policy.fixturesToCondemn} fixtures`,
    new Set(same.map((failure) => failure.cable)).size < 2 && 'a second cable',
    same.length < failures.length && 'failures over DFU that are alike',
    attempts.some(({ passed }) => passed) && 'runs over DFU without a pass among them',
    !(last && goldenPassedSince(input, last.fixture, last.endedAtMs)) &&
      `a golden pass on fixture ${last?.fixture ?? '?'} after the failure`,
    troubled.some(({ stopped, openFaults }) => stopped !== null || openFaults.length > 0) &&
      'fixtures without open stops or faults',
  ];
  return missing.filter((item) => item !== false);
}

/** A failure of an erase, a write or a comparison, which is all that a probe can confirm. */
function inFlash({ diagnosis }: Attempt): boolean {
  return ['F3', 'F4', 'F5', 'F6', 'F7'].includes(diagnosis?.symptom.class ?? '');
}

/** Failures like the last one: the same class, and the same place where the class has one. */
function alike({ failures }: Case): readonly Attempt[] {
  const signature = failures.at(-1)?.diagnosis?.signature;
  return failures.filter((failure) => failure.diagnosis?.signature === signature);
}

/** The last failure was seen alike often enough on enough fixtures, and nothing else was seen. */
function isReproduced(facts: Case): boolean {
  const same = alike(facts);
  const hard = facts.diagnosis?.symptom.hard === true;
  const enough = Math.max(hard ? ALIKE_HARD : ALIKE_SOFT, facts.input.policy.fixturesToCondemn);
  return (
    same.length >= enough &&
    fixturesOf(same) >= facts.input.policy.fixturesToCondemn &&
    same.length === facts.failures.length &&
    !hasPassBetween(facts)
  );
}

function fixturesOf(attempts: readonly Attempt[]): number {
  return new Set(attempts.map((attempt) => attempt.fixture)).size;
}

function hasPassBetween({ attempts }: Case): boolean {
  const firstFailure = attempts.findIndex((attempt) => !attempt.passed);
  return attempts.slice(firstFailure).some((attempt) => attempt.passed);
}

function isWitnessed(facts: Case): boolean {
  return alike(facts).some((failure) => hasPassedSince(facts.input, failure.fixture, failure.endedAtMs));
}

function canBeRepaired({ repairCount, input }: Case): boolean {
  return repairCount < input.policy.repairs;
}

/** What rule D13 still lacks, in words; empty when scrap may be proposed. */
function missingForScrap(facts: Case): readonly string[] {
  const { input, failures, diagnosis } = facts;
  const same = alike(facts);
  const last = failures.at(-1);
  const proof = independentProof(input);
  const troubled = input.fixtures.filter(({ number }) => same.some((failure) => failure.fixture === number));
  const cables = new Set(same.map((failure) => failure.cable)).size;
  const missing: (string | false)[] = [
    fixturesOf(same) < input.policy.fixturesToCondemn && `a failure on ${input.policy.fixturesToCondemn} fixtures`,
    cables < 2 && 'a second cable',
    !(last && goldenPassedSince(input, last.fixture, last.endedAtMs)) &&
      `a golden pass on fixture ${last?.fixture ?? '?'} after the failure`,
    proof === null && facts.repairCount < input.policy.repairs && 'the same failure over SWD, or the repairs spent',
    troubled.some(({ stopped, openFaults }) => stopped !== null || openFaults.length > 0) &&
      'fixtures without open stops or faults',
    !isScrapClass(diagnosis?.symptom.class ?? '', diagnosis?.symptom.hard === true, proof !== null) &&
      'a kind of failure that cannot be repaired',
  ];
  return missing.filter((item) => item !== false);
}

function isScrapClass(failureClass: string, hard: boolean, proven: boolean): boolean {
  if (SCRAP_CLASSES_WITH_PROOF.includes(failureClass)) return proven;
  return SCRAP_CLASSES.includes(failureClass) && (hard || proven);
}

function probeQuestion({ diagnosis }: Case): string {
  const inFlash = ['F3', 'F4', 'F5', 'F6', 'F7'].includes(diagnosis?.symptom.class ?? '');
  return inFlash
    ? 'erase and write the failing sector; an error twice at the same place is dead flash, protection is not.'
    : 'a chip that answers and holds its image moves the suspicion to connector and peripherals.';
}
