// Passes that stand out: a step's time or a measured value far from what the lot usually shows (Nelson's first rule).
import type { RunRecord, StepRecord, UnjudgedRun } from '../../domain/run/run.ts';
import type { JudgementInput } from '../attempts/judgement-input.ts';

/** Fewer passed runs of the recipe than this say nothing of what is usual. */
const MIN_RUNS = 30;
const MAX_RUNS = 100;
const SIGMAS = 3;
/** What is less than this share from the usual is nothing to tell, however small the spread. */
const MIN_DEVIATION_SHARE = 0.1;

/** Sentences on each value that is out of the ordinary; empty for an ordinary pass. */
export function describeMarginalValues({
  run,
  recentRuns,
}: Pick<JudgementInput, 'run' | 'recentRuns'>): readonly string[] {
  const usual: RunRecord[] = [];
  for (const other of recentRuns) {
    if (isComparableRun(run, other)) usual.push(other);
    if (usual.length === MAX_RUNS) break;
  }
  if (usual.length < MIN_RUNS) return describeValuesNearLimits(run);
  return [...describeValuesNearLimits(run), ...describeUnusualTimes(run, usual), ...describeUnusualValues(run, usual)];
}

function isComparableRun(run: UnjudgedRun, other: RunRecord): boolean {
  return other.result === 'pass' && other.recipe.name === run.recipe.name && other.recipe.sha256 === run.recipe.sha256;
}

/** Values that the recipe's own marginal band marked. */
function describeValuesNearLimits(run: UnjudgedRun): readonly string[] {
  return run.steps
    .flatMap((step) => step.measurements)
    .filter((measurement) => measurement.result === 'marginal')
    .map(({ name, value, unit }) => `${name} is ${value} ${unit}, close to its limit.`.replace(' ,', ','));
}

/** Steps that took far longer than usual; only when slow: a unit that already held its image is quick and sound. */
function describeUnusualTimes(run: UnjudgedRun, usual: readonly RunRecord[]): readonly string[] {
  return run.steps.flatMap(({ id, result, durationMs }) => {
    if (result !== 'passed') return [];
    const spread = calculateSpread(usual, (step) =>
      step.id === id && step.result === 'passed' ? step.durationMs : undefined,
    );
    const isSlow = isOutlier(durationMs, spread) && durationMs > spread.mean;
    return isSlow ? [formatOutlier(`The time of ${id}`, durationMs, ' ms', spread)] : [];
  });
}

function describeUnusualValues(run: UnjudgedRun, usual: readonly RunRecord[]): readonly string[] {
  return run.steps
    .flatMap((step) => step.measurements)
    .flatMap(({ name, value, unit }) => {
      if (typeof value !== 'number') return [];
      const spread = calculateSpread(usual, (step) => findMeasuredNumber(step, name));
      return isOutlier(value, spread) ? [formatOutlier(name, value, unit && ` ${unit}`, spread)] : [];
    });
}

function findMeasuredNumber({ measurements }: StepRecord, name: string): number | undefined {
  const value = measurements.find((measurement) => measurement.name === name)?.value;
  return typeof value === 'number' ? value : undefined;
}

interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly sigma: number;
}

/** Mean and standard deviation of what `pick` finds in the steps of the runs. */
function calculateSpread(runs: readonly RunRecord[], pick: (step: StepRecord) => number | undefined): Spread {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const run of runs) {
    for (const step of run.steps) {
      const value = pick(step);
      if (value === undefined) continue;
      count += 1;
      const apart = value - mean;
      mean += apart / count;
      squares += apart * (value - mean);
    }
  }
  return { count, mean, sigma: count < 2 ? 0 : Math.sqrt(squares / (count - 1)) };
}

/** Nelson 1, and by a share that somebody would notice: quantised values have next to no spread. */
function isOutlier(value: number, { count, mean, sigma }: Spread): boolean {
  const distance = Math.abs(value - mean);
  return count >= MIN_RUNS && sigma > 0 && distance > SIGMAS * sigma && distance > MIN_DEVIATION_SHARE * Math.abs(mean);
}

function formatOutlier(name: string, value: number, unit: string, { mean, sigma, count }: Spread): string {
  return `${name} is ${formatValue(value)}${unit}; usual is ${formatValue(mean)} ± ${formatValue(sigma)} over ${count} passes.`;
}

function formatValue(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
