// Proof of the tester itself: which golden and known-bad units have shown, at each fixture, that it passes and fails rightly.
import type { RunRecord } from '../model/run.ts';
import type { UnitIdentity } from '../model/unit.ts';
import type { ChallengeSet } from '../recipe/recipe.ts';
import type { Policy } from '../verdict/policy.ts';

/** What reference units have shown at one fixture; times in ms since 1970. */
export interface FixtureProof {
  /** Name of the unit -> when it last behaved as it must. */
  readonly shown: ReadonlyMap<string, number>;
  /** Name of the unit -> how often in a row it behaved otherwise than it must, up to now. */
  readonly contradicted: ReadonlyMap<string, number>;
  readonly goldenPassedMs: number | null;
  readonly goldenFailedMs: number | null;
}

export const noProof: FixtureProof = {
  shown: new Map(),
  contradicted: new Map(),
  goldenPassedMs: null,
  goldenFailedMs: null,
};

/** The challenge set as the station has it run: a recipe may ask for it more often than the policy, never more seldom. */
export function challengeUnder(
  policy: Pick<Policy, 'challengeHours'>,
  challenge: ChallengeSet | null,
): ChallengeSet | null {
  return challenge && { ...challenge, everyMs: Math.min(challenge.everyMs, policy.challengeHours * MS_PER_HOUR) };
}

const MS_PER_HOUR = 3_600_000;

/** The proof after one more run at the fixture; runs of other units leave it as it is. */
export function foldProof(proof: FixtureProof, run: RunRecord, challenge: ChallengeSet | null): FixtureProof {
  const endedMs = Date.parse(run.endedAt);
  const isTelling = run.result === 'pass' || run.result === 'fail' || run.result === 'timeout';
  if (!isTelling || (run.purpose !== 'golden' && run.purpose !== 'known-bad')) return proof;
  const name = challenge && nameIn(challenge, run.unit);
  return {
    ...(name ? namedProof(proof, name, behavedRightly(challenge, name, run) ? endedMs : null) : proof),
    goldenPassedMs: run.purpose === 'golden' && run.result === 'pass' ? endedMs : proof.goldenPassedMs,
    goldenFailedMs: run.purpose === 'golden' && run.result !== 'pass' ? endedMs : proof.goldenFailedMs,
  };
}

/** The proof of one unit, shown at `shownMs` or not shown: then what it had shown before no longer counts. */
function namedProof(
  { shown, contradicted }: FixtureProof,
  name: string,
  shownMs: number | null,
): Pick<FixtureProof, 'shown' | 'contradicted'> {
  if (shownMs !== null)
    return { shown: new Map([...shown, [name, shownMs]]), contradicted: without(contradicted, name) };
  return {
    shown: without(shown, name),
    contradicted: new Map([...contradicted, [name, (contradicted.get(name) ?? 0) + 1]]),
  };
}

/** What is wrong with the tester when a reference unit behaved otherwise than it must, in words; null when all is well. */
export function contradiction(run: RunRecord, challenge: ChallengeSet | null): string | null {
  const name = challenge && nameIn(challenge, run.unit);
  if (!name || (run.result !== 'pass' && run.result !== 'fail' && run.result !== 'timeout')) return null;
  if (behavedRightly(challenge, name, run)) return null;
  const must = challenge.mustFail.get(name);
  const did = run.result === 'pass' ? 'passed' : `failed with ${run.failure?.code ?? run.result}`;
  return must ? `${name} must fail with ${must} and ${did}` : `${name} must pass and ${did}`;
}

/** Reference units that have shown nothing at the fixture since then. */
export function missingProof(proof: FixtureProof, challenge: ChallengeSet, sinceMs: number): readonly string[] {
  const all = [...challenge.mustPass, ...challenge.mustFail.keys()];
  return all.filter((name) => (proof.shown.get(name) ?? Number.NEGATIVE_INFINITY) < sinceMs);
}

/**
 * Contradictions in a row of one unit after which the fixture is stopped. One-off trouble (2 % of runs) fails a golden unit
 * as well: a single contradiction only has the unit run again before anything else.
 */
export const CONTRADICTIONS_TO_STOP = 2;

/** The most contradictions in a row of any reference unit. */
export function contradictionCount({ contradicted }: FixtureProof): number {
  return Math.max(0, ...contradicted.values());
}

function without<Value>(map: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  return new Map([...map].filter(([key]) => key !== name));
}

function nameIn(challenge: ChallengeSet, { label, deviceId }: UnitIdentity): string | undefined {
  return [label, deviceId].find(
    (name) => name !== undefined && (challenge.mustPass.includes(name) || challenge.mustFail.has(name)),
  );
}

function behavedRightly(challenge: ChallengeSet, name: string, run: RunRecord): boolean {
  const must = challenge.mustFail.get(name);
  return must === undefined ? run.result === 'pass' : run.failure?.code === must;
}
