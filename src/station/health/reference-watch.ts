// Reference units under suspicion: one that behaves wrongly wherever it is put is more likely wrong itself than every tester.
import type { RunRecord } from '../../domain/run/run.ts';
import type { ChallengeSet } from '../../recipe/recipe.ts';
import { describeContradiction, findChallengeName } from './challenge-proof.ts';

/** Wrong runs in a row, and on how many fixtures, after which the unit itself is in doubt. */
const RUNS_TO_DOUBT = 3;
const FIXTURES_TO_DOUBT = 2;

/** A reference unit that has behaved wrongly in a row, in words. */
export interface ReferenceDoubt {
  readonly unit: string;
  readonly message: string;
}

export class ReferenceWatch {
  readonly #challenge: ChallengeSet | null;
  /** Fixtures of the wrong runs of each unit since it last behaved as it must. */
  readonly #wrong = new Map<string, number[]>();

  constructor(challenge: ChallengeSet | null) {
    this.#challenge = challenge;
  }

  /** Takes in a run. Other units say nothing of reference units, nor do runs without a result. */
  addRun(run: RunRecord): void {
    const name = this.#challenge && findChallengeName(this.#challenge, run.unit);
    if (!name) return;
    if (describeContradiction(run, this.#challenge))
      this.#wrong.set(name, [...(this.#wrong.get(name) ?? []), run.fixture]);
    else if (run.result === 'pass' || run.result === 'fail' || run.result === 'timeout') this.#wrong.delete(name);
  }

  /** What speaks against the reference unit of this run; null while it is the fixture that is in doubt. */
  findDoubt(run: RunRecord): ReferenceDoubt | null {
    const name = this.#challenge && findChallengeName(this.#challenge, run.unit);
    const fixtures = (name && this.#wrong.get(name)) || [];
    if (!name || !isInDoubt(fixtures)) return null;
    const places = [...new Set(fixtures)].sort((left, right) => left - right);
    const message = `${name} behaved wrongly ${fixtures.length} times in a row, on fixtures ${places.join(', ')}: the unit itself is in doubt.`;
    return { unit: name, message };
  }

  get isAnyInDoubt(): boolean {
    return [...this.#wrong.values()].some(isInDoubt);
  }
}

function isInDoubt(fixtures: readonly number[]): boolean {
  return fixtures.length >= RUNS_TO_DOUBT && new Set(fixtures).size >= FIXTURES_TO_DOUBT;
}
