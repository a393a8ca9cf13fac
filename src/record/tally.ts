// Sums that grow with every production run, so that a million units are as quick to ask about as a hundred.
import type { Comparator, Limits, Measurement } from '../model/measurement.ts';
import type { RunRecord, StepRecord } from '../model/run.ts';
import type { Disposition } from '../model/verdict.ts';
import type { RunCounts } from './attempts.ts';
import type { Database, SqlValue } from './database.ts';
import { dayOf } from './moment.ts';

/** What is known of a run's place among the unit's runs. */
export interface RunPlace {
  /** The unit's earlier runs at this operation. */
  readonly before: RunCounts;
  /** Whether this run uses up one of the unit's attempts. */
  readonly counts: boolean;
  readonly unit: string;
}

/** Attempts from the third on are summed together. */
const LAST_ATTEMPT = 3;

/** Adds a run to all sums inside the caller's transaction; reference units and experiments stay out of every yield. */
export function tallyRun(database: Database, run: RunRecord, place: RunPlace): void {
  if (run.purpose !== 'production') return;
  const group = [dayOf(run.startedAt), run.recipe.name, run.batch, run.fixture] as const;
  addRun(database, group, run, place);
  for (const step of run.steps) addStep(database, group, step);
  moveUnit(database, group, place.unit, run.verdict.disposition);
}

/** Moves a unit to another disposition without a run: two people decided. */
export function restateUnit(database: Database, recipe: string, unit: string, disposition: Disposition): void {
  const standing = standingOf(database, recipe, unit);
  if (standing) moveUnit(database, [standing.day, recipe, standing.batch, standing.fixture], unit, disposition);
}

/** Day, recipe, batch, fixture. */
type Group = readonly [string, string, string, number];

function addRun(database: Database, group: Group, run: RunRecord, { before, counts }: RunPlace): void {
  const attempt = counts ? Math.min(before.countingCount + 1, LAST_ATTEMPT) : 0;
  database.run(
    `INSERT INTO run_tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
       run_count = run_count + 1, duration_ms = duration_ms + excluded.duration_ms,
       marginal_count = marginal_count + excluded.marginal_count, nff_count = nff_count + excluded.nff_count`,
    ...group,
    run.result,
    firstFailingStep(run)?.id ?? '',
    run.failure?.code ?? run.error?.code ?? '',
    before.allCount === 0 ? 1 : 0,
    attempt,
    run.durationMs,
    run.verdict.marks.includes('marginal') ? 1 : 0,
    run.verdict.marks.includes('no-fault-found') ? 1 : 0,
  );
}

function firstFailingStep(run: RunRecord): StepRecord | undefined {
  if (run.result === 'pass') return undefined;
  return (
    run.steps.find((step) => step.failure?.code === run.failure?.code && isNotPassed(step)) ??
    run.steps.find(isNotPassed)
  );
}

function isNotPassed(step: StepRecord): boolean {
  return step.result !== 'passed' && step.result !== 'skipped';
}

function addStep(database: Database, group: Group, step: StepRecord): void {
  if (step.result === 'skipped') return;
  database.run(
    `INSERT INTO step_tally VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
       step_count = step_count + 1, failed_count = failed_count + excluded.failed_count,
       duration_ms = duration_ms + excluded.duration_ms, longest_ms = max(longest_ms, excluded.longest_ms)`,
    ...group,
    step.id,
    isNotPassed(step) ? 1 : 0,
    step.durationMs,
    step.durationMs,
  );
  for (const measurement of step.measurements) addMeasurement(database, [...group, step.id], measurement);
}

/** Mean and sum of squared deviations grow by Welford's method: no precision is lost over a million values. */
function addMeasurement(database: Database, group: readonly SqlValue[], measurement: Measurement): void {
  const { name, unit, value, limits, result } = measurement;
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  const { lower, upper } = specificationOf(limits);
  database.run(
    `INSERT INTO measurement_tally VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       value_count = value_count + 1, failed_count = failed_count + excluded.failed_count,
       mean = mean + (excluded.mean - mean) / (value_count + 1),
       squares = squares + (excluded.mean - mean) * (excluded.mean - mean) * value_count / (value_count + 1),
       least = min(least, excluded.least), greatest = max(greatest, excluded.greatest),
       low = excluded.low, high = excluded.high`,
    ...group,
    name,
    unit,
    result === 'fail' ? 1 : 0,
    value,
    value,
    value,
    lower,
    upper,
  );
}

const INSIDE: ReadonlySet<Comparator> = new Set(['GTLT', 'GELE', 'GELT', 'GTLE']);

/** The specification limits that capability is told by: inside a span, above a limit, or below one. */
function specificationOf(limits: Limits | null): { readonly lower: number | null; readonly upper: number | null } {
  const none = { lower: null, upper: null };
  if (!limits) return none;
  const { comparator, low = null, high = null } = limits;
  if (INSIDE.has(comparator)) return { lower: low, upper: high };
  if (comparator === 'GT' || comparator === 'GE') return { lower: low, upper: null };
  return comparator === 'LT' || comparator === 'LE' ? { lower: null, upper: low } : none;
}

interface Standing {
  readonly day: string;
  readonly batch: string;
  readonly fixture: number;
  readonly disposition: string;
}

function standingOf(database: Database, recipe: string, unit: string): Standing | undefined {
  return database.get<Standing>(
    'SELECT day, batch, fixture, disposition FROM unit_standing WHERE recipe = ? AND unit = ?',
    recipe,
    unit,
  );
}

/** The unit keeps the day, batch and fixture of its first run; only its disposition moves. */
function moveUnit(
  database: Database,
  [day, recipe, batch, fixture]: Group,
  unit: string,
  disposition: Disposition,
): void {
  const standing = standingOf(database, recipe, unit);
  if (standing?.disposition === disposition) return;
  const place = standing ?? { day, batch, fixture };
  const group = [place.day, recipe, place.batch, place.fixture] as const;
  if (standing) {
    countUnit(database, group, standing.disposition, -1);
    database.run('UPDATE unit_standing SET disposition = ? WHERE recipe = ? AND unit = ?', disposition, recipe, unit);
  } else {
    database.run('INSERT INTO unit_standing VALUES (?, ?, ?, ?, ?, ?)', recipe, unit, day, batch, fixture, disposition);
  }
  countUnit(database, group, disposition, 1);
}

function countUnit(database: Database, group: Group, disposition: string, change: 1 | -1): void {
  database.run(
    `INSERT INTO unit_tally VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET unit_count = unit_count + excluded.unit_count`,
    ...group,
    disposition,
    change,
  );
}
