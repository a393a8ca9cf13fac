// Passes that stand out: a step's time or a measured value far from what the lot usually shows (Nelson's first rule).
import type { RunRecord, UnjudgedRun } from '../model/run.ts';
import type { JudgementInput } from './case.ts';

/** Fewer passed runs of the recipe than this say nothing of what is usual. */
const MINIMUM_RUNS = 30;
const MOST_RUNS = 100;
const SIGMAS = 3;
/** A time is only slow when it is also slower than usual by this share: quantised times have next to no spread. */
const LEAST_SHARE = 0.1;

/** Sentences on each value that is out of the ordinary; empty for an ordinary pass. */
export function marginalFindings({ run, recentRuns }: Pick<JudgementInput, 'run' | 'recentRuns'>): readonly string[] {
  const usual = recentRuns.filter((other) => isLike(run, other)).slice(0, MOST_RUNS);
  if (usual.length < MINIMUM_RUNS) return nearLimits(run);
  const history = usual.map(valuesOf);
  const unusual = [...valuesOf(run)].flatMap(([name, value]) => {
    const values = history.flatMap((known) => known.get(name) ?? []);
    return values.length < MINIMUM_RUNS ? [] : outOfTheOrdinary(name, value, values);
  });
  return [...nearLimits(run), ...unusual];
}

function isLike(run: UnjudgedRun, other: RunRecord): boolean {
  return other.result === 'pass' && other.recipe.name === run.recipe.name && other.recipe.sha256 === run.recipe.sha256;
}

/** Values that the recipe's own marginal band marked. */
function nearLimits(run: UnjudgedRun): readonly string[] {
  return run.steps
    .flatMap((step) => step.measurements)
    .filter((measurement) => measurement.result === 'marginal')
    .map(({ name, value, unit }) => `${name} is ${value} ${unit}, close to its limit.`.replace(' ,', ','));
}

/** Durations of steps that passed at once, and numeric measurements, by name. */
function valuesOf(run: UnjudgedRun): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const step of run.steps) {
    if (step.result !== 'passed') continue;
    values.set(`time of ${step.id}`, step.durationMs);
    for (const { name, value } of step.measurements) if (typeof value === 'number') values.set(name, value);
  }
  return values;
}

/** Times only when slow: a unit that already held its image is quick and sound. */
function outOfTheOrdinary(name: string, value: number, values: readonly number[]): readonly string[] {
  const mean = values.reduce((sum, known) => sum + known, 0) / values.length;
  const sigma = Math.sqrt(values.reduce((sum, known) => sum + (known - mean) ** 2, 0) / (values.length - 1));
  const isTime = name.startsWith('time of ');
  const distance = isTime ? value - mean : Math.abs(value - mean);
  if (sigma === 0 || distance <= SIGMAS * sigma || distance <= LEAST_SHARE * Math.abs(mean)) return [];
  return [
    `${name} is ${round(value)}${isTime ? ' ms' : ''}; usual is ${round(mean)} ± ${round(sigma)} over ${values.length} passes.`,
  ];
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
