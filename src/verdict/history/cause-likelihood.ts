// What the observations say by Bayes' rule: advice printed beside a verdict, never the authority for it.
import type { Case } from './unit-history.ts';
import { goldenFailedSince, goldenPassedSince, independentProof } from './unit-history.ts';

/** Whom a failure may be due to. */
export const causes = ['unit', 'fixture', 'station', 'one-off'] as const;

export type Cause = (typeof causes)[number];

/** Something observed. `at` says where: on the first fixture, on another of the same station, at another station. */
export type Observation =
  | { readonly saw: 'fail' | 'pass' | 'golden-fail' | 'golden-pass'; readonly at: Place }
  | { readonly saw: 'probe-fail' | 'probe-pass' };

type Place = 'first-fixture' | 'other-fixture' | 'other-station';

/** Shares of all runs (practice sheet §6.4); a station learns its own. */
const PRIORS: Readonly<Record<Cause, number>> = { unit: 0.03, fixture: 0.01, station: 0.002, 'one-off': 0.02 };

const UNIT_FAILS = 0.98;
const UNIT_FAILS_ON_PROBE = 0.5;
const BAD_FIXTURE_FAILS = 0.6;
const SOUND_PLACE_FAILS = 0.01;
const ONE_OFF_FAILS_AGAIN = 0.02;
const GOLDEN_FAILS = 0.005;

export type Likelihood = Readonly<Record<Cause, number>>;

/** Probability of each cause given a failing run and what was observed, in order; the first observation is that failure. */
export function posterior(observations: readonly Observation[]): Likelihood {
  const weights = causes.map((cause) =>
    observations.reduce((weight, seen, at) => weight * likelihood(seen, cause, at === 0), PRIORS[cause]),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(causes.map((cause, at) => [cause, weights[at]! / sum])) as Likelihood;
}

function likelihood(seen: Observation, cause: Cause, isFirst: boolean): number {
  const failure = failureProbability(seen, cause, isFirst);
  return seen.saw.endsWith('fail') ? failure : 1 - failure;
}

function failureProbability(seen: Observation, cause: Cause, isFirst: boolean): number {
  switch (seen.saw) {
    case 'probe-fail':
    case 'probe-pass':
      return cause === 'unit' ? UNIT_FAILS_ON_PROBE : failsElsewhere(cause);
    case 'golden-fail':
    case 'golden-pass':
      return isGuiltyAt(seen.at, cause) ? BAD_FIXTURE_FAILS : GOLDEN_FAILS;
    default:
      return failsAt(seen.at, cause, isFirst);
  }
}

function failsAt(place: Place, cause: Cause, isFirst: boolean): number {
  if (cause === 'unit') return UNIT_FAILS;
  if (cause === 'one-off') return isFirst ? 1 : ONE_OFF_FAILS_AGAIN;
  return isGuiltyAt(place, cause) ? BAD_FIXTURE_FAILS : SOUND_PLACE_FAILS;
}

function failsElsewhere(cause: Cause): number {
  return cause === 'one-off' ? ONE_OFF_FAILS_AGAIN : SOUND_PLACE_FAILS;
}

function isGuiltyAt(place: Place, cause: Cause): boolean {
  if (cause === 'fixture') return place === 'first-fixture';
  return cause === 'station' && place !== 'other-station';
}

/** The observations of a case: its runs from the first failure on, golden units since, and the probe. */
export function observationsOf({ attempts, failures, input }: Case): readonly Observation[] {
  const first = failures[0];
  if (!first) return [];
  const placeOf = (fixture: number, station: string): Place => {
    if (station !== first.station) return 'other-station';
    return fixture === first.fixture ? 'first-fixture' : 'other-fixture';
  };
  const runs = attempts.slice(attempts.indexOf(first)).map(
    (attempt): Observation => ({
      saw: attempt.passed ? 'pass' : 'fail',
      at: placeOf(attempt.fixture, attempt.station),
    }),
  );
  const goldens = [...new Map(failures.map((failure) => [failure.fixture, failure])).values()].flatMap(
    (failure): readonly Observation[] => {
      const at = placeOf(failure.fixture, failure.station);
      if (goldenFailedSince(input, failure)) return [{ saw: 'golden-fail', at }];
      return goldenPassedSince(input, failure) ? [{ saw: 'golden-pass', at }] : [];
    },
  );
  return [...runs, ...goldens, ...(independentProof(input) ? [{ saw: 'probe-fail' } as const] : [])];
}
