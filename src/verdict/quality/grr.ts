// Gauge repeatability and reproducibility: does each fixture judge the same unit alike, again and again, and like its neighbours?
import type { RunRecord } from '../../domain/run/run.ts';
import { calculateCohensKappa } from './statistics.ts';

/** Times each unit of the set is run on each fixture. */
export const GRR_TRIALS = 10;

/** One run of the study. */
export interface GrrTrial {
  readonly fixture: number;
  readonly unit: string;
  /** What is known of the unit beforehand. */
  readonly shouldPass: boolean;
  readonly passed: boolean;
  /** Numeric measurements by name. */
  readonly values: ReadonlyMap<string, number>;
}

/** A reference unit of the study. */
export interface GrrUnit {
  readonly label: string;
  readonly shouldPass: boolean;
}

/** The trial that a run was; null for a run of another unit or one that did not come to an end by itself. */
export function toGrrTrial(run: RunRecord, units: readonly GrrUnit[]): GrrTrial | null {
  const unit = units.find(({ label }) => label === run.unit.label);
  if (!unit || !['pass', 'fail', 'timeout'].includes(run.result)) return null;
  const measured = run.steps.flatMap((step) => step.measurements);
  return {
    fixture: run.fixture,
    unit: unit.label,
    shouldPass: unit.shouldPass,
    passed: run.result === 'pass',
    values: new Map(measured.flatMap(({ name, value }) => (typeof value === 'number' ? [[name, value] as const] : []))),
  };
}

/** The trial that a run on record was, its unit known by the run's purpose; null for a run that tells nothing of the fixture. */
export function readRecordedGrrTrial(run: RunRecord): GrrTrial | null {
  const label = run.unit.label;
  const isReference = run.purpose === 'golden' || run.purpose === 'known-bad' || run.purpose === 'grr';
  if (!isReference || label === undefined) return null;
  return toGrrTrial(run, [{ label, shouldPass: run.purpose !== 'known-bad' }]);
}

/** Trials of a unit at a fixture that are still to be run. */
export function countGrrTrialsLeft(trials: readonly GrrTrial[], fixture: number, unit: string): number {
  return GRR_TRIALS - trials.filter((trial) => trial.fixture === fixture && trial.unit === unit).length;
}

/** `capable`: below 10 % (kappa from 0.75); `marginal`: in between; `not capable`: above 30 % (kappa below 0.40); `too few`: nothing can be said. */
export type GrrGrade = 'capable' | 'marginal' | 'not capable' | 'too few';

export interface AttributeGrr {
  readonly fixture: number;
  readonly trials: number;
  /** Runs that agreed with what is known of the unit. */
  readonly agreed: number;
  /** Agreement beyond chance with what is known; null when all units are of one kind. */
  readonly kappa: number | null;
  /** Units that were not judged the same in all their runs. */
  readonly wavering: readonly string[];
  readonly grade: GrrGrade;
}

export interface MeasurementGrr {
  readonly name: string;
  /** Standard deviations: within a fixture, between fixtures, between units. */
  readonly repeatability: number;
  readonly reproducibility: number;
  readonly unitVariation: number;
  /** Spread of the gauge (6 sigma) in percent of the limits' span; with one limit, 3 sigma in percent of the way to it. */
  readonly percent: number;
  /** Number of distinct categories the gauge can tell; 5 or more is good. */
  readonly distinctCategories: number;
  readonly grade: GrrGrade;
}

export interface GrrReport {
  readonly fixtures: readonly AttributeGrr[];
  readonly measurements: readonly MeasurementGrr[];
}

/** Limits of a measurement: what its spread is held against. */
export interface GrrLimits {
  readonly low?: number;
  readonly high?: number;
}

/** Limits of a run's measurements by name. */
export function collectGrrLimits(run: RunRecord): ReadonlyMap<string, GrrLimits> {
  const measured = run.steps.flatMap((step) => step.measurements);
  return new Map(measured.flatMap(({ name, limits }) => (limits ? [[name, limits] as const] : [])));
}

/** Fixtures whose judgement differs from the rest are found by `fixtures`, unsteady measurements with limits by `measurements`. */
export function analyseGrr(trials: readonly GrrTrial[], limits: ReadonlyMap<string, GrrLimits> = new Map()): GrrReport {
  const byFixture = [...Map.groupBy(trials, (trial) => trial.fixture)].sort(([left], [right]) => left - right);
  return {
    fixtures: byFixture.map(([fixture, own]) => analyseAttributeGrr(fixture, own)),
    measurements: [...limits].map(([name, own]) => analyseMeasurementGrr(name, trials, own)),
  };
}

function analyseAttributeGrr(fixture: number, trials: readonly GrrTrial[]): AttributeGrr {
  const agreed = trials.filter((trial) => trial.passed === trial.shouldPass).length;
  const byUnit = [...Map.groupBy(trials, (trial) => trial.unit)];
  const wavering = byUnit.filter(([, runs]) => new Set(runs.map((run) => run.passed)).size > 1).map(([unit]) => unit);
  const kinds = new Set(trials.map((trial) => trial.shouldPass)).size;
  const kappa = kinds < 2 ? null : calculateCohensKappa(trials.map((trial) => [trial.shouldPass, trial.passed]));
  const tooFew = byUnit.some(([, runs]) => runs.length < GRR_TRIALS);
  return {
    fixture,
    trials: trials.length,
    agreed,
    kappa,
    wavering,
    grade: tooFew ? 'too few' : gradeAttributeGrr(agreed / trials.length, kappa),
  };
}

/** Without known-bad units there is no kappa: then every disagreement counts against the fixture. */
function gradeAttributeGrr(agreement: number, kappa: number | null): GrrGrade {
  const score = kappa ?? (agreement === 1 ? 1 : agreement >= 0.9 ? 0.5 : 0);
  if (score >= 0.75) return 'capable';
  return score >= 0.4 ? 'marginal' : 'not capable';
}

/** Variance components of a crossed study, by means: the gauge's own, the fixtures', the units'. */
function analyseMeasurementGrr(name: string, trials: readonly GrrTrial[], limits: GrrLimits): MeasurementGrr {
  const seen = trials.flatMap((trial) => {
    const value = trial.values.get(name);
    return value === undefined ? [] : [{ ...trial, value }];
  });
  const cells = [...Map.groupBy(seen, (trial) => `${trial.fixture}/${trial.unit}`).values()];
  const within = calculateMean(
    cells.filter((cell) => cell.length > 1).map((cell) => calculateVariance(cell.map(({ value }) => value))),
  );
  const meansBy = (key: (trial: GrrTrial) => string | number): readonly number[] =>
    [...Map.groupBy(seen, key).values()].map((group) => calculateMean(group.map(({ value }) => value)));
  const fixtureMeans = meansBy((trial) => trial.fixture);
  const unitMeans = meansBy((trial) => trial.unit);
  const between = Math.max(
    0,
    calculateVariance(fixtureMeans) - (within * fixtureMeans.length) / Math.max(1, seen.length),
  );
  const units = Math.max(0, calculateVariance(unitMeans) - (within * unitMeans.length) / Math.max(1, seen.length));
  const gauge = Math.sqrt(within + between);
  const percent = calculateGaugePercent(gauge, calculateMean(seen.map(({ value }) => value)), limits);
  return {
    name,
    repeatability: Math.sqrt(within),
    reproducibility: Math.sqrt(between),
    unitVariation: Math.sqrt(units),
    percent,
    distinctCategories: gauge === 0 ? Number.POSITIVE_INFINITY : Math.floor((1.41 * Math.sqrt(units)) / gauge),
    grade:
      cells.length === 0 || cells.some((cell) => cell.length < GRR_TRIALS) ? 'too few' : gradeMeasurementGrr(percent),
  };
}

/** Infinite where a limit is touched; 0 without any spread. */
function calculateGaugePercent(gauge: number, centre: number, { low, high }: GrrLimits): number {
  if (gauge === 0) return 0;
  if (low !== undefined && high !== undefined) return (600 * gauge) / (high - low);
  return (300 * gauge) / Math.abs((low ?? high ?? centre) - centre);
}

function gradeMeasurementGrr(percent: number): GrrGrade {
  if (percent < 10) return 'capable';
  return percent <= 30 ? 'marginal' : 'not capable';
}

function calculateMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function calculateVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = calculateMean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
