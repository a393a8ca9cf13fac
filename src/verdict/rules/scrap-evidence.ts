// What has to agree before scrap may be proposed: from the fixtures (D13), and from a probe beside them (D13b).

import type { JudgementInput } from '../attempts/judgement-input.ts';
import { type Attempt, alike, countedAttempts, fixtureCount } from '../attempts/run-attempt.ts';
import { type Case, goldenPassedSince, independentProof, sinceRepair } from '../history/unit-history.ts';
import type { Diagnosis } from '../symptoms/diagnose.ts';

/** Classes in which scrap may be proposed on hard evidence; F3 and F5 only with proof over SWD. */
const SCRAP_CLASSES: readonly string[] = ['F4', 'F6', 'F7', 'F10', 'F11'];
const SCRAP_CLASSES_WITH_PROOF: readonly string[] = ['F3', 'F5'];
const FLASH_CLASSES: readonly string[] = ['F3', 'F4', 'F5', 'F6', 'F7'];

/** What rule D13 still lacks, in words; empty when scrap may be proposed. */
export function missingForScrap({ input, failures, diagnosis, repairCount }: Case): readonly string[] {
  const { fixturesToCondemn, repairs } = input.policy;
  const same = alike(failures);
  const proof = independentProof(input);
  return told([
    fixtureCount(same) < fixturesToCondemn && `a failure on ${fixturesToCondemn} fixtures`,
    secondCable(same),
    goldenPassAfter(failures.at(-1), input),
    proof === null && repairCount < repairs && 'the same failure over SWD, or the repairs spent',
    soundFixtures(same, input),
    !isScrapClass(diagnosis, proof !== null) && 'a kind of failure that cannot be repaired',
  ]);
}

/** What rule D13b still lacks, in words: the probe's proof, and the other one, from the fixtures. */
export function missingForScrapByProbe(facts: Case): readonly string[] {
  const { input } = facts;
  const { fixturesToCondemn } = input.policy;
  const attempts = overDfu(facts);
  const failures = attempts.filter(({ passed, diagnosis }) => !passed && isInFlash(diagnosis));
  const same = alike(failures);
  return told([
    independentProof(input) === null &&
      'the same over SWD once more, with power off between, and protection and supply ruled out',
    fixtureCount(same) < fixturesToCondemn && `the same failure in flash over DFU on ${fixturesToCondemn} fixtures`,
    secondCable(same),
    same.length < failures.length && 'failures over DFU that are alike',
    attempts.some(({ passed }) => passed) && 'runs over DFU without a pass among them',
    goldenPassAfter(failures.at(-1), input),
    soundFixtures(same, input),
  ]);
}

/** What the unit did at other operations since its last repair. */
export function overDfu({ input }: Case): readonly Attempt[] {
  return sinceRepair(countedAttempts(input.otherRuns, input.voidedRunIds), input);
}

/** A failure of an erase, a write or a comparison, which is all that a probe can confirm. */
export function isInFlash(diagnosis: Diagnosis | null): boolean {
  return FLASH_CLASSES.includes(diagnosis?.symptom.class ?? '');
}

/** What is missing, in words; false when it is not. */
type Missing = string | false;

function told(missing: readonly Missing[]): readonly string[] {
  return missing.filter((item) => item !== false);
}

function secondCable(failures: readonly Attempt[]): Missing {
  return new Set(failures.map(({ cable }) => cable)).size < 2 && 'a second cable';
}

function goldenPassAfter(last: Attempt | undefined, input: JudgementInput): Missing {
  const hasPassed = last !== undefined && goldenPassedSince(input, last);
  return !hasPassed && `a golden pass on fixture ${last?.fixture ?? '?'} after the failure`;
}

function soundFixtures(failures: readonly Attempt[], { fixtures }: JudgementInput): Missing {
  const troubled = fixtures.filter(({ stopped, openFaults }) => stopped !== null || openFaults.length > 0);
  const isOpen = troubled.some(({ number }) => failures.some(({ fixture }) => fixture === number));
  return isOpen && 'fixtures without open stops or faults';
}

function isScrapClass(diagnosis: Diagnosis | null, isProven: boolean): boolean {
  const { class: failureClass = '', hard = false } = diagnosis?.symptom ?? {};
  if (SCRAP_CLASSES_WITH_PROOF.includes(failureClass)) return isProven;
  return SCRAP_CLASSES.includes(failureClass) && (hard || isProven);
}
