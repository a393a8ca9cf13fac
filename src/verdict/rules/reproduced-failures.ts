// When a unit's failures condemn it: alike, often enough, on as many fixtures as are needed, and never a pass between.

import { isAfter } from '../../domain/run/record-place.ts';
import { countFixtures, selectSameSignatureFailures } from '../attempts/run-attempt.ts';
import type { UnitHistory } from '../history/unit-history.ts';

/** Failures of a class that one-off trouble can make need one more than the two of hard evidence. */
const MIN_HARD_FAILURES = 2;
const MIN_SOFT_FAILURES = 3;

/** The last failure was seen alike often enough on enough fixtures, and nothing else was seen. */
export function isReproduced(facts: UnitHistory): boolean {
  const same = selectSameSignatureFailures(facts.failures);
  const hard = facts.diagnosis?.symptom.hard === true;
  const enough = Math.max(hard ? MIN_HARD_FAILURES : MIN_SOFT_FAILURES, facts.fixturesToCondemn);
  return (
    same.length >= enough &&
    countFixtures(same) >= facts.fixturesToCondemn &&
    same.length === facts.failures.length &&
    !hasPassBetweenFailures(facts)
  );
}

/** It passed after its first failure, or may have. */
export function hasPassBetweenFailures({ attempts }: UnitHistory): boolean {
  const first = attempts.find((attempt) => !attempt.passed);
  return first !== undefined && attempts.some((attempt) => attempt.passed && isAfter(attempt, first) !== 'no');
}
