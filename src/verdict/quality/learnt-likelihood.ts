// What a station's own record says of a unit that has failed: empirical Bayes over class, failures, passes and fixtures.
//
// A unit that has failed is one of: sound, with a failure that happened once; sound, at a fixture that is not; or itself at
// fault, failing some share of its runs. How many of each there are is fitted to what units did in the runs after their
// first failure (a mixture, by expectation and maximisation), class by class, each class drawn towards all of them
// together and those towards published shares. Only the record is asked; what happened long ago is forgotten.

/** What a unit did from its first failure on, or from its first failure after a repair. */
export interface FailureTrail {
  /** Class of that failure (`F5`). */
  readonly failureClass: string;
  readonly isAfterRepair: boolean;
  /** The runs after it, oldest first; those that were voided left out. */
  readonly outcomes: readonly TrailOutcome[];
  /** True when a probe has shown the defect, or people have signed scrap. */
  readonly isProved: boolean;
  /** Place of the failure in the record, for forgetting. */
  readonly sequence: number;
}

export interface TrailOutcome {
  readonly failed: boolean;
  /** At the fixture of the failure itself. */
  readonly isAtFirstFixture: boolean;
}

/** The probability that the unit itself is at fault, with what it rests on. */
export interface LearntLikelihood {
  readonly probability: number;
  /** 95 % interval by the number of cases. */
  readonly low: number;
  readonly high: number;
  /** Cases of that class that stood where this one stands, the older ones counted less. */
  readonly caseCount: number;
  /** Probability that its next run fails, on another fixture. */
  readonly nextFails: number;
}

export interface LikelihoodModel {
  estimate(trail: FailureTrail): LearntLikelihood;
  /** Trails of a class, the older ones counted less. */
  countTrails(failureClass: string): number;
}

/** Share of runs that a sound unit fails at a sound fixture, and at one that is not. */
const SOUND_FAIL_SHARE = 0.025;
const BAD_FIXTURE_FAIL_SHARE = 0.5;
/** Shares of its runs that a unit at fault fails; the last is one that fails them all, or nearly. */
const UNIT_FAIL_SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.985];
const CAUSE_COUNT = 2 + UNIT_FAIL_SHARES.length;
/** Before anything is learnt (practice sheet §6.4): one-off 2 %, fixture 1 %, unit 3 % of which one in ten comes and goes. */
const PUBLISHED: readonly number[] = [
  0.35,
  0.1,
  ...UNIT_FAIL_SHARES.map((share) => (share > 0.95 ? 0.5 : 0.05 / (UNIT_FAIL_SHARES.length - 1))),
];
/** After a repair that did not cure, nearly all are the unit's. */
const PUBLISHED_AFTER_REPAIR: readonly number[] = [
  0.05,
  0.02,
  ...UNIT_FAIL_SHARES.map((share) => (share > 0.95 ? 0.85 : 0.08 / (UNIT_FAIL_SHARES.length - 1))),
];
/** As many cases as the published shares, and those of all classes together, count for. */
const PUBLISHED_STRENGTH = 8;
const POOLED_STRENGTH = 3;
const ROUNDS = 40;
/** A case counts half after so many runs of the record. */
const HALF_LIFE_RUNS = 5_000;
/** What a proof leaves to the causes outside the unit. */
const PROOF_ERROR = 0.002;

/** Learns from the trails; `nowSequence` is the last place in the record. */
export function learnLikelihood(trails: readonly FailureTrail[], nowSequence: number): LikelihoodModel {
  const cases = trails.map((trail) => ({
    trail,
    weight: 0.5 ** ((nowSequence - trail.sequence) / HALF_LIFE_RUNS),
    chances: calculateChances(trail),
  }));
  const pooled = new Map<boolean, readonly number[]>();
  for (const isAfterRepair of [false, true]) {
    const among = cases.filter(({ trail }) => trail.isAfterRepair === isAfterRepair);
    pooled.set(isAfterRepair, fitShares(among, getPublished(isAfterRepair), PUBLISHED_STRENGTH));
  }
  const shares = new Map<string, readonly number[]>();
  const counts = new Map<string, number>();
  for (const key of new Set(cases.map(({ trail }) => nameGroup(trail)))) {
    const among = cases.filter(({ trail }) => nameGroup(trail) === key);
    shares.set(key, fitShares(among, pooled.get(among[0]!.trail.isAfterRepair)!, POOLED_STRENGTH));
  }
  for (const { trail, weight } of cases) {
    for (let length = 0; length <= trail.outcomes.length; length += 1) {
      const key = nameState({ ...trail, outcomes: trail.outcomes.slice(0, length) });
      counts.set(key, (counts.get(key) ?? 0) + weight);
    }
  }
  return {
    estimate: (trail) =>
      estimateFrom(
        trail,
        shares.get(nameGroup(trail)) ?? pooled.get(trail.isAfterRepair)!,
        counts.get(nameState(trail)) ?? 0,
      ),
    countTrails: (failureClass) =>
      cases.reduce((sum, { trail, weight }) => sum + (trail.failureClass === failureClass ? weight : 0), 0),
  };
}

interface WeightedCase {
  readonly weight: number;
  /** How likely what was seen is under each cause. */
  readonly chances: readonly number[];
}

/** The share of each cause among the cases, drawn towards `prior` as if that were so many cases more. */
function fitShares(cases: readonly WeightedCase[], prior: readonly number[], strength: number): readonly number[] {
  let shares = prior;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = prior.map((share) => share * strength);
    for (const { weight, chances } of cases) {
      const whole = sumProducts(shares, chances);
      for (let cause = 0; cause < CAUSE_COUNT; cause += 1)
        sums[cause]! += (weight * shares[cause]! * chances[cause]!) / whole;
    }
    const total = sums.reduce((sum, value) => sum + value, 0);
    shares = sums.map((sum) => sum / total);
  }
  return shares;
}

function estimateFrom(trail: FailureTrail, shares: readonly number[], caseCount: number): LearntLikelihood {
  const chances = calculateChances(trail);
  const whole = sumProducts(shares, chances);
  const after = shares.map((share, cause) => (share * chances[cause]!) / whole);
  const probability = after.slice(2).reduce((sum, value) => sum + value, 0);
  const next = after.reduce((sum, value, cause) => sum + value * getFailShare(cause, false), 0);
  return { probability, ...calculateInterval(probability, caseCount), caseCount, nextFails: next };
}

/** How likely the outcomes and the proof are under each cause. */
function calculateChances({ outcomes, isProved }: FailureTrail): readonly number[] {
  return Array.from({ length: CAUSE_COUNT }, (_, cause) =>
    outcomes.reduce(
      (chance, { failed, isAtFirstFixture }) => {
        const share = getFailShare(cause, isAtFirstFixture);
        return chance * (failed ? share : 1 - share);
      },
      isProved && cause < 2 ? PROOF_ERROR : 1,
    ),
  );
}

/** Causes in order: one-off, fixture, then the unit by the share of its runs that it fails. */
function getFailShare(cause: number, isAtFirstFixture: boolean): number {
  if (cause === 1 && isAtFirstFixture) return BAD_FIXTURE_FAIL_SHARE;
  return cause < 2 ? SOUND_FAIL_SHARE : UNIT_FAIL_SHARES[cause - 2]!;
}

/** Wilson's interval of a share that rests on so many cases; from 0 to 1 where it rests on none. */
function calculateInterval(share: number, count: number): { readonly low: number; readonly high: number } {
  if (count <= 0) return { low: 0, high: 1 };
  const z = 1.96;
  const middle = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

function getPublished(isAfterRepair: boolean): readonly number[] {
  return isAfterRepair ? PUBLISHED_AFTER_REPAIR : PUBLISHED;
}

function nameGroup({ failureClass, isAfterRepair }: FailureTrail): string {
  return isAfterRepair ? `${failureClass} after a repair` : failureClass;
}

function nameState(trail: FailureTrail): string {
  const failures = trail.outcomes.filter(({ failed }) => failed).length;
  return `${nameGroup(trail)} ${failures} ${trail.outcomes.length - failures}`;
}

function sumProducts(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, at) => sum + value * right[at]!, 0);
}
