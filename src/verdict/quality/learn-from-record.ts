// What a record teaches of failed units, and how right each stage of that learning was about the run that came next.
import { FailureTrails, type TrailRun } from './failure-trails.ts';
import { type LearntLikelihood, type LikelihoodModel, learnLikelihood } from './learnt-likelihood.ts';

/** Something that happened to a unit, in the order of the record. */
export type LearningEvent =
  | ({ readonly kind: 'run' } & TrailRun)
  | { readonly kind: 'repaired' | 'proved'; readonly unit: string };

/** Predictions that the next run fails, in bins by what was said. */
export interface CalibrationBin {
  readonly from: number;
  readonly count: number;
  readonly said: number;
  readonly happened: number;
}

export interface LearntRecord {
  readonly model: LikelihoodModel;
  /** At the first failure of each class, most cases first. */
  readonly classes: readonly (LearntLikelihood & { readonly failureClass: string })[];
  readonly calibration: {
    readonly count: number;
    /** Mean squared error of the probabilities said; null without any. */
    readonly brier: number | null;
    readonly bins: readonly CalibrationBin[];
  };
}

/** It is learnt anew after so many runs of units that have failed. */
const RUNS_UNTIL_NEW = 25;
const BIN_EDGES = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9];

/** Learns from the events; each prediction that is held against what happened was made by what came before it alone. */
export function learnFromRecord(events: readonly LearningEvent[]): LearntRecord {
  const trails = new FailureTrails();
  const said: { readonly probability: number; readonly failed: boolean }[] = [];
  let model = learnLikelihood([], 0);
  let runs = 0;
  for (const event of events) {
    if (event.kind === 'repaired') trails.addRepair(event.unit);
    if (event.kind === 'proved') trails.addProof(event.unit);
    if (event.kind === 'run') {
      const before = trails.find(event.unit);
      if (before) said.push({ probability: model.estimate(before).nextFails, failed: event.failed });
      if (!trails.addRun(event)) continue;
      runs += 1;
      if (runs % RUNS_UNTIL_NEW === 0) model = learnLikelihood(trails.list(), trails.lastSequence);
    }
  }
  model = learnLikelihood(trails.list(), trails.lastSequence);
  return { model, classes: listClasses(model, trails), calibration: measureCalibration(said) };
}

function listClasses(model: LikelihoodModel, trails: FailureTrails): LearntRecord['classes'] {
  const classes = [...new Set(trails.list().map(({ failureClass }) => failureClass))];
  return classes
    .map((failureClass) => {
      const first = { failureClass, isAfterRepair: false, outcomes: [], isProved: false, sequence: 0 };
      return { failureClass, ...model.estimate(first) };
    })
    .sort((left, right) => right.caseCount - left.caseCount);
}

function measureCalibration(
  said: readonly { readonly probability: number; readonly failed: boolean }[],
): LearntRecord['calibration'] {
  const bins = BIN_EDGES.flatMap((from, at): readonly CalibrationBin[] => {
    const to = BIN_EDGES[at + 1] ?? Number.POSITIVE_INFINITY;
    const own = said.filter(({ probability }) => probability >= from && probability < to);
    if (own.length === 0) return [];
    const mean = own.reduce((sum, { probability }) => sum + probability, 0) / own.length;
    return [{ from, count: own.length, said: mean, happened: own.filter(({ failed }) => failed).length / own.length }];
  });
  const errors = said.map(({ probability, failed }) => (probability - (failed ? 1 : 0)) ** 2);
  const brier = errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { count: said.length, brier, bins };
}
