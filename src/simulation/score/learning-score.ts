// What could be learnt on a simulated line from its record so far, each time before the truth is asked how right it was.
import type { RunRecord } from '../../domain/run/run.ts';
import { FailureTrails } from '../../verdict/quality/failure-trails.ts';
import { type LikelihoodModel, learnLikelihood } from '../../verdict/quality/learnt-likelihood.ts';
import type { LineUnit } from '../line/line-unit.ts';

/** It is learnt anew after so many runs of units that have failed. */
const RUNS_UNTIL_NEW = 20;

export class LearningScore {
  readonly #trails = new FailureTrails();
  #model: LikelihoodModel = learnLikelihood([], 0);
  #runs = 0;
  #runsSince = 0;

  /** Adds the run; gives the probability that the unit is at fault by what was learnt before it, null where it never failed. */
  addRun(unit: LineUnit, run: RunRecord): number | null {
    this.#runs += 1;
    const trail = this.#trails.addRun({
      unit: unit.label,
      failed: run.result !== 'pass',
      failureClass: run.verdict.failureClass ?? null,
      fixture: run.fixture,
      sequence: this.#runs,
    });
    if (!trail) return null;
    this.#runsSince += 1;
    const { probability } = this.#model.estimate(trail);
    if (this.#runsSince < RUNS_UNTIL_NEW) return probability;
    this.#runsSince = 0;
    this.#model = learnLikelihood(this.#trails.list(), this.#runs);
    return probability;
  }

  addRepair(unit: LineUnit): void {
    this.#trails.addRepair(unit.label);
  }

  addProof(unit: LineUnit): void {
    this.#trails.addProof(unit.label);
  }
}
