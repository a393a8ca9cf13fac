// What the observations say by Bayes' rule: advice printed beside a verdict, never the authority for it.
import { getFixtureKey, isSameFixture } from '../../domain/run/fixture-ref.ts';
import type { RunAttempt } from '../attempts/run-attempt.ts';
import type { UnitHistory } from './unit-history.ts';
import { findIndependentProof, hasGoldenFailedSince, hasGoldenPassedSince } from './unit-history.ts';

/** Whom a failure may be due to. */
export const failureCauses = ['unit', 'fixture', 'station', 'one-off'] as const;

export type FailureCause = (typeof failureCauses)[number];

/** Something observed. `at` says where: on the first fixture, on another of the same station, at another station. */
export type CauseObservation =
  | { readonly saw: 'fail' | 'pass' | 'golden-fail' | 'golden-pass'; readonly at: ObservationPlace }
  | { readonly saw: 'probe-fail' | 'probe-pass' };

type ObservationPlace = 'first-fixture' | 'other-fixture' | 'other-station';

/** Shares of all runs (practice sheet §6.4); a station learns its own. */
const PRIORS: Readonly<Record<FailureCause, number>> = { unit: 0.03, fixture: 0.01, station: 0.002, 'one-off': 0.02 };

const BAD_UNIT_FAIL_SHARE = 0.98;
const BAD_UNIT_FAIL_SHARE_ON_PROBE = 0.5;
const BAD_FIXTURE_FAIL_SHARE = 0.6;
const SOUND_FIXTURE_FAIL_SHARE = 0.01;
const ONE_OFF_REPEAT_SHARE = 0.02;
const GOLDEN_FAIL_SHARE = 0.005;

export type CauseLikelihood = Readonly<Record<FailureCause, number>>;

/** Probability of each cause given a failing run and what was observed, in order; the first observation is that failure. */
export function calculateCauseLikelihood(observations: readonly CauseObservation[]): CauseLikelihood {
  const weights = failureCauses.map((cause) =>
    observations.reduce(
      (weight, seen, at) => weight * calculateObservationLikelihood(seen, cause, at === 0),
      PRIORS[cause],
    ),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(failureCauses.map((cause, at) => [cause, weights[at]! / sum])) as CauseLikelihood;
}

function calculateObservationLikelihood(seen: CauseObservation, cause: FailureCause, isFirst: boolean): number {
  const failure = calculateFailureProbability(seen, cause, isFirst);
  return seen.saw.endsWith('fail') ? failure : 1 - failure;
}

function calculateFailureProbability(seen: CauseObservation, cause: FailureCause, isFirst: boolean): number {
  switch (seen.saw) {
    case 'probe-fail':
    case 'probe-pass':
      return cause === 'unit' ? BAD_UNIT_FAIL_SHARE_ON_PROBE : getFailureProbabilityElsewhere(cause);
    case 'golden-fail':
    case 'golden-pass':
      return isCausePresentAt(seen.at, cause) ? BAD_FIXTURE_FAIL_SHARE : GOLDEN_FAIL_SHARE;
    default:
      return getFailureProbabilityAt(seen.at, cause, isFirst);
  }
}

function getFailureProbabilityAt(place: ObservationPlace, cause: FailureCause, isFirst: boolean): number {
  if (cause === 'unit') return BAD_UNIT_FAIL_SHARE;
  if (cause === 'one-off') return isFirst ? 1 : ONE_OFF_REPEAT_SHARE;
  return isCausePresentAt(place, cause) ? BAD_FIXTURE_FAIL_SHARE : SOUND_FIXTURE_FAIL_SHARE;
}

function getFailureProbabilityElsewhere(cause: FailureCause): number {
  return cause === 'one-off' ? ONE_OFF_REPEAT_SHARE : SOUND_FIXTURE_FAIL_SHARE;
}

function isCausePresentAt(place: ObservationPlace, cause: FailureCause): boolean {
  if (cause === 'fixture') return place === 'first-fixture';
  return cause === 'station' && place !== 'other-station';
}

/** The observations of a case: its runs from the first failure on, golden units since, and the probe. */
export function collectObservations({ attempts, failures, input }: UnitHistory): readonly CauseObservation[] {
  const first = failures[0];
  if (!first) return [];
  const placeOf = ({ fixture, station }: RunAttempt): ObservationPlace => {
    if (station !== first.station) return 'other-station';
    return isSameFixture(fixture, first.fixture) ? 'first-fixture' : 'other-fixture';
  };
  const runs = attempts.slice(attempts.indexOf(first)).map(
    (attempt): CauseObservation => ({
      saw: attempt.passed ? 'pass' : 'fail',
      at: placeOf(attempt),
    }),
  );
  const goldens = [...new Map(failures.map((failure) => [getFixtureKey(failure.fixture), failure])).values()].flatMap(
    (failure): readonly CauseObservation[] => {
      const at = placeOf(failure);
      if (hasGoldenFailedSince(input, failure)) return [{ saw: 'golden-fail', at }];
      return hasGoldenPassedSince(input, failure) ? [{ saw: 'golden-pass', at }] : [];
    },
  );
  return [...runs, ...goldens, ...(findIndependentProof(input) ? [{ saw: 'probe-fail' } as const] : [])];
}
