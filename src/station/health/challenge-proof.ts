// Proof of the tester itself: which golden and known-bad units have shown, at each fixture, that it passes and fails rightly.
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import type { Policy } from '../../verdict/policy/policy.ts';

/** When a reference unit behaved as it must: what came first is told by places, how long ago by the clock. */
export interface ReferenceUnitProof {
  readonly sequence: number;
  /** ms since 1970. */
  readonly atMs: number;
}

/** What reference units have shown at one fixture. */
export interface FixtureProof {
  /** Name of the unit -> when it last behaved as it must. */
  readonly shown: ReadonlyMap<string, ReferenceUnitProof>;
  /** Name of the unit -> how often in a row it behaved otherwise than it must, up to now. */
  readonly contradicted: ReadonlyMap<string, number>;
  /** Places in the record of the golden passes in a row up to now, newest first; bounded. */
  readonly goldenRow: readonly number[];
  /** Places in the record of the last golden pass and failure. */
  readonly goldenPass: number | null;
  readonly goldenFail: number | null;
}

export const emptyFixtureProof: FixtureProof = {
  shown: new Map(),
  contradicted: new Map(),
  goldenRow: [],
  goldenPass: null,
  goldenFail: null,
};

/** The challenge set as the station has it run: a recipe may ask for it more often than the policy, never more seldom. */
export function applyChallengePolicy(
  policy: Pick<Policy, 'challengeHours'>,
  challenge: ChallengeSet | null,
): ChallengeSet | null {
  return challenge && { ...challenge, everyMs: Math.min(challenge.everyMs, policy.challengeHours * MS_PER_HOUR) };
}

const MS_PER_HOUR = 3_600_000;

/** The proof after one more run at the fixture; runs of other units leave it as it is. */
export function updateFixtureProof(
  proof: FixtureProof,
  run: RecordedRun,
  challenge: ChallengeSet | null,
): FixtureProof {
  const isTelling = run.result === 'pass' || run.result === 'fail' || run.result === 'timeout';
  if (!isTelling || (run.purpose !== 'golden' && run.purpose !== 'known-bad')) return proof;
  const name = challenge && findChallengeName(challenge, run.unit);
  const { sequence } = run;
  const shown = { sequence, atMs: Date.parse(run.endedAt) };
  return {
    ...(name ? updateReferenceUnitProof(proof, name, hasExpectedResult(challenge, name, run) ? shown : null) : proof),
    goldenRow: extendGoldenRow(proof, run),
    goldenPass: run.purpose === 'golden' && run.result === 'pass' ? sequence : proof.goldenPass,
    goldenFail: run.purpose === 'golden' && run.result !== 'pass' ? sequence : proof.goldenFail,
  };
}

/** A golden unit that fails ends the row; known-bad units say nothing of it. */
function extendGoldenRow({ goldenRow }: FixtureProof, { purpose, result, sequence }: RecordedRun): readonly number[] {
  if (purpose !== 'golden') return goldenRow;
  return result === 'pass' ? [sequence, ...goldenRow].slice(0, MAX_GOLDEN_ROW) : [];
}

const MAX_GOLDEN_ROW = 10;

/** The proof of one unit, shown just now or not shown: then what it had shown before no longer counts. */
function updateReferenceUnitProof(
  { shown, contradicted }: FixtureProof,
  name: string,
  now: ReferenceUnitProof | null,
): Pick<FixtureProof, 'shown' | 'contradicted'> {
  if (now) return { shown: new Map([...shown, [name, now]]), contradicted: omitKey(contradicted, name) };
  return {
    shown: omitKey(shown, name),
    contradicted: new Map([...contradicted, [name, (contradicted.get(name) ?? 0) + 1]]),
  };
}

/** What is wrong with the tester when a reference unit behaved otherwise than it must, in words; null when all is well. */
export function describeContradiction(run: RunRecord, challenge: ChallengeSet | null): string | null {
  const name = challenge && findChallengeName(challenge, run.unit);
  if (!name || (run.result !== 'pass' && run.result !== 'fail' && run.result !== 'timeout')) return null;
  if (hasExpectedResult(challenge, name, run)) return null;
  const must = challenge.mustFail.get(name);
  const did = run.result === 'pass' ? 'passed' : `failed with ${run.failure?.code ?? run.result}`;
  return must ? `${name} must fail with ${must} and ${did}` : `${name} must pass and ${did}`;
}

/** Reference units that have shown nothing at the fixture after that place in the record. */
export function findMissingProofAfter(
  proof: FixtureProof,
  challenge: ChallengeSet,
  sequence: number,
): readonly string[] {
  return findMissingProof(proof, challenge, (shown) => shown.sequence > sequence);
}

/** A clock that is set right by seconds makes no proof untrue. */
const CLOCK_STEP_TOLERANCE_MS = 60_000;

/**
 * Reference units that have shown nothing at the fixture between the two times, ms since 1970. What was shown later than
 * now was shown before the clock was set back: nobody can tell how long ago, and it does not count.
 */
export function findMissingProofSince(
  proof: FixtureProof,
  challenge: ChallengeSet,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): readonly string[] {
  return findMissingProof(proof, challenge, ({ atMs }) => atMs >= sinceMs && atMs <= nowMs + CLOCK_STEP_TOLERANCE_MS);
}

function findMissingProof(
  { shown }: FixtureProof,
  { mustPass, mustFail }: ChallengeSet,
  counts: (shown: ReferenceUnitProof) => boolean,
): readonly string[] {
  return [...mustPass, ...mustFail.keys()].filter((name) => {
    const last = shown.get(name);
    return last === undefined || !counts(last);
  });
}

/**
 * Contradictions in a row of one unit after which the fixture is stopped. One-off trouble (2 % of runs) fails a golden unit
 * as well: a single contradiction only has the unit run again before anything else.
 */
export const CONTRADICTIONS_TO_STOP = 2;

/** The most contradictions in a row of any reference unit. */
export function countContradictions({ contradicted }: FixtureProof): number {
  return Math.max(0, ...contradicted.values());
}

function omitKey<Value>(map: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  return new Map([...map].filter(([key]) => key !== name));
}

/** The name by which the challenge set knows the unit. */
export function findChallengeName(challenge: ChallengeSet, { label, deviceId }: UnitIdentity): string | undefined {
  return [label, deviceId].find(
    (name) => name !== undefined && (challenge.mustPass.includes(name) || challenge.mustFail.has(name)),
  );
}

function hasExpectedResult(challenge: ChallengeSet, name: string, run: RunRecord): boolean {
  const must = challenge.mustFail.get(name);
  return must === undefined ? run.result === 'pass' : run.failure?.code === must;
}
