// What has to agree before scrap may be proposed: from the fixtures (D13), and from a probe beside them (D13b).

import { type FixtureRef, getFixtureKey, isSameFixture } from '../../domain/run/fixture-ref.ts';
import type { JudgementInput } from '../attempts/judgement-input.ts';
import {
  countFixtures,
  listFixtures,
  type RunAttempt,
  selectCountedAttempts,
  selectSameSignatureFailures,
} from '../attempts/run-attempt.ts';
import { selectAttemptsSinceRepair } from '../history/repairs.ts';
import { findIndependentProof, hasGoldenPassedSince, type UnitHistory } from '../history/unit-history.ts';
import type { Diagnosis } from '../symptoms/diagnose.ts';
import { formatFixture } from './next-instruction.ts';

/** Classes in which scrap may be proposed on hard evidence; F3 and F5 only with proof over SWD. */
const SCRAP_CLASSES: readonly string[] = ['F4', 'F6', 'F7', 'F10', 'F11'];
const SCRAP_CLASSES_WITH_PROOF: readonly string[] = ['F3', 'F5'];
const FLASH_CLASSES: readonly string[] = ['F3', 'F4', 'F5', 'F6', 'F7'];

/** What rule D13 still lacks, in words; empty when scrap may be proposed. */
export function findMissingScrapEvidence(facts: UnitHistory): readonly string[] {
  return [...findMissingUnitEvidence(facts), ...findMissingFixtureEvidence(facts.failures, facts.input)];
}

/**
 * Where a golden unit has to run when nothing else is missing for a proposal of scrap: the fixture of the last failure, or
 * those with an open stop or fault. Null when more is missing than what fixtures have to show, or nothing at all.
 */
export function listFixturesToProve(facts: UnitHistory): readonly number[] | null {
  return findMissingUnitEvidence(facts).length > 0 ? null : selectFixturesToProve(facts.failures, facts.input);
}

/** What rule D13b still lacks, in words: the probe's proof, and the other one, from the fixtures. */
export function findMissingProbeScrapEvidence(facts: UnitHistory): readonly string[] {
  return [...findMissingUnitProbeEvidence(facts), ...findMissingFixtureEvidence(selectDfuFailures(facts), facts.input)];
}

/** As `listFixturesToProve`, for rule D13b. Fixtures are numbers of the station that asks: of another's, none is named. */
export function listFixturesToProveForProbe(facts: UnitHistory): readonly number[] | null {
  if (findMissingUnitProbeEvidence(facts).length > 0) return null;
  const failures = selectDfuFailures(facts);
  return failures.every(({ station }) => station === facts.input.run.station)
    ? selectFixturesToProve(failures, facts.input)
    : null;
}

function findMissingUnitEvidence({ input, failures, diagnosis, repairCount }: UnitHistory): readonly string[] {
  const { fixturesToCondemn, repairs } = input.policy;
  const same = selectSameSignatureFailures(failures);
  const proof = findIndependentProof(input);
  return dropPresentEvidence([
    countFixtures(same) < fixturesToCondemn && `a failure on ${fixturesToCondemn} fixtures`,
    checkSecondCable(same),
    proof === null && repairCount < repairs && 'the same failure over SWD, or the repairs spent',
    !isScrapClass(diagnosis, proof !== null) && 'a kind of failure that cannot be repaired',
  ]);
}

function findMissingUnitProbeEvidence(facts: UnitHistory): readonly string[] {
  const { input } = facts;
  const { fixturesToCondemn } = input.policy;
  const failures = selectDfuFailures(facts);
  const same = selectSameSignatureFailures(failures);
  return dropPresentEvidence([
    findIndependentProof(input) === null &&
      'the same over SWD once more, with power off between, and protection and supply ruled out',
    countFixtures(same) < fixturesToCondemn && `the same failure in flash over DFU on ${fixturesToCondemn} fixtures`,
    checkSecondCable(same),
    same.length < failures.length && 'failures over DFU that are alike',
    selectDfuAttempts(facts).some(({ passed }) => passed) && 'runs over DFU without a pass among them',
  ]);
}

/** What the fixtures of these failures have to show. */
function findMissingFixtureEvidence(failures: readonly RunAttempt[], input: JudgementInput): readonly string[] {
  return dropPresentEvidence([
    checkGoldenPassAfter(failures.at(-1), input),
    selectTroubledFixtures(failures, input).length > 0 && 'fixtures without open stops or faults',
  ]);
}

function selectFixturesToProve(failures: readonly RunAttempt[], input: JudgementInput): readonly number[] | null {
  const last = failures.at(-1);
  const unproved = last && checkGoldenPassAfter(last, input) !== false ? [last.fixture] : [];
  const fixtures = new Map(
    [...unproved, ...selectTroubledFixtures(failures, input)].map((fixture) => [getFixtureKey(fixture), fixture]),
  );
  const isHere = [...fixtures.values()].every(({ station }) => station === null);
  return fixtures.size > 0 && isHere ? [...fixtures.values()].map(({ number }) => number) : null;
}

/** It failed on as many fixtures as make it intermittent when it passes as well: two, or the only one. */
export function hasFailedOnEnoughFixtures({ failures, fixturesToCondemn }: UnitHistory): boolean {
  return countFixtures(failures) >= Math.min(2, fixturesToCondemn);
}

/** What the unit did at other operations since its last repair. */
export function selectDfuAttempts({ input }: UnitHistory): readonly RunAttempt[] {
  return selectAttemptsSinceRepair(selectCountedAttempts(input.otherRuns, input.voidedRunIds), input);
}

function selectDfuFailures(facts: UnitHistory): readonly RunAttempt[] {
  return selectDfuAttempts(facts).filter(({ passed, diagnosis }) => !passed && isFlashFailure(diagnosis));
}

/** A failure of an erase, a write or a comparison, which is all that a probe can confirm. */
export function isFlashFailure(diagnosis: Diagnosis | null): boolean {
  return FLASH_CLASSES.includes(diagnosis?.symptom.class ?? '');
}

/** What is missing, in words; false when it is not. */
type MissingEvidence = string | false;

function dropPresentEvidence(missing: readonly MissingEvidence[]): readonly string[] {
  return missing.filter((item) => item !== false);
}

function checkSecondCable(failures: readonly RunAttempt[]): MissingEvidence {
  return new Set(failures.map(({ cable }) => cable)).size < 2 && 'a second cable';
}

function checkGoldenPassAfter(last: RunAttempt | undefined, input: JudgementInput): MissingEvidence {
  const hasPassed = last !== undefined && hasGoldenPassedSince(input, last);
  return !hasPassed && `a golden pass on fixture ${last ? formatFixture(last.fixture) : '?'} after the failure`;
}

/** Fixtures of failures like the last that a stop or a fault leaves in doubt. */
function selectTroubledFixtures(failures: readonly RunAttempt[], { fixtures }: JudgementInput): readonly FixtureRef[] {
  const failedOn = listFixtures(selectSameSignatureFailures(failures));
  const troubled = fixtures.filter(({ stopped, openFaults }) => stopped !== null || openFaults.length > 0);
  return troubled.filter((fixture) => failedOn.some((failed) => isSameFixture(failed, fixture)));
}

function isScrapClass(diagnosis: Diagnosis | null, isProven: boolean): boolean {
  const { class: failureClass = '', hard = false } = diagnosis?.symptom ?? {};
  if (SCRAP_CLASSES_WITH_PROOF.includes(failureClass)) return isProven;
  return SCRAP_CLASSES.includes(failureClass) && (hard || isProven);
}
