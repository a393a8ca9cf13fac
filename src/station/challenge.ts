// Proof of the tester itself: which golden and known-bad units have shown, at each fixture, that it passes and fails rightly.
import type { RunRecord } from '../model/run.ts';
import type { UnitIdentity } from '../model/unit.ts';
import type { ChallengeSet } from '../recipe/recipe.ts';

/** What reference units have shown at one fixture; times in ms since 1970. */
export interface FixtureProof {
  /** Name of the unit -> when it last behaved as it must. */
  readonly shown: ReadonlyMap<string, number>;
  readonly goldenPassedMs: number | null;
  readonly goldenFailedMs: number | null;
}

export const noProof: FixtureProof = { shown: new Map(), goldenPassedMs: null, goldenFailedMs: null };

/** The proof after one more run at the fixture; runs of other units leave it as it is. */
export function foldProof(proof: FixtureProof, run: RunRecord, challenge: ChallengeSet | null): FixtureProof {
  const endedMs = Date.parse(run.endedAt);
  const isTelling = run.result === 'pass' || run.result === 'fail' || run.result === 'timeout';
  if (!isTelling || (run.purpose !== 'golden' && run.purpose !== 'known-bad')) return proof;
  const name = challenge && nameIn(challenge, run.unit);
  const isRight = name && behavedRightly(challenge, name, run);
  return {
    shown: isRight ? new Map([...proof.shown, [name, endedMs]]) : proof.shown,
    goldenPassedMs: run.purpose === 'golden' && run.result === 'pass' ? endedMs : proof.goldenPassedMs,
    goldenFailedMs: run.purpose === 'golden' && run.result !== 'pass' ? endedMs : proof.goldenFailedMs,
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

function nameIn(challenge: ChallengeSet, { label, deviceId }: UnitIdentity): string | undefined {
  return [label, deviceId].find(
    (name) => name !== undefined && (challenge.mustPass.includes(name) || challenge.mustFail.has(name)),
  );
}

function behavedRightly(challenge: ChallengeSet, name: string, run: RunRecord): boolean {
  const must = challenge.mustFail.get(name);
  return must === undefined ? run.result === 'pass' : run.failure?.code === must;
}
