// Sums that grow with every production run, so that a million units are as quick to ask about as a hundred.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import { toCalendarDay } from '../../base/moment.ts';
import { toLimitBounds } from '../../domain/quality/limit-bounds.ts';
import { isCountedRun, tallyUnit, toYieldRun, type UnitTally } from '../../domain/quality/yields.ts';
import { findFailingStep } from '../../domain/run/failing-step.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import type { Database, SqlValue } from '../store/database.ts';

/** Adds a run to all sums inside the caller's transaction; reference units and experiments stay out of every yield. */
export function tallyRun(database: Database, run: RunRecord, unit: string): void {
  if (run.purpose !== 'production') return;
  const group: TallyGroup = [toCalendarDay(run.startedAt), run.recipe.name, run.batch, run.fixture];
  addRun(database, group, run);
  for (const step of run.steps) addStep(database, group, step);
  const standing = findUnitTallyEntry(database, run.recipe.name, unit);
  updateUnitTally(database, { group, unit, standing, next: tallyUnit(standing?.tally, toYieldRun(run, unit)) });
}

/** Moves a unit to another disposition without a run: people decided. */
export function updateUnitDisposition(
  database: Database,
  recipe: string,
  unit: string,
  disposition: Disposition,
): void {
  const standing = findUnitTallyEntry(database, recipe, unit);
  if (standing)
    updateUnitTally(database, { group: standing.group, unit, standing, next: { ...standing.tally, disposition } });
}

/** Day, recipe, batch, fixture. */
type TallyGroup = readonly [string, string, string, number];

function addRun(database: Database, group: TallyGroup, run: RunRecord): void {
  const isPassed = run.result === 'pass';
  database.run(
    `INSERT INTO run_tally VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET run_count = run_count + 1, duration_ms = duration_ms + excluded.duration_ms`,
    ...group,
    run.result,
    isCountedRun({ result: run.result, countsAgainstUnit: run.verdict.countsAgainstUnit }) ? 1 : 0,
    isPassed ? '' : (findFailingStep(run)?.id ?? ''),
    isPassed ? '' : (run.failure?.code ?? run.error?.code ?? run.result),
    run.durationMs,
  );
}

function addStep(database: Database, group: TallyGroup, step: StepRecord): void {
  if (step.result === 'skipped') return;
  database.run(
    `INSERT INTO step_tally VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
       step_count = step_count + 1, failed_count = failed_count + excluded.failed_count,
       duration_ms = duration_ms + excluded.duration_ms, longest_ms = max(longest_ms, excluded.longest_ms)`,
    ...group,
    step.id,
    step.result === 'passed' ? 0 : 1,
    step.durationMs,
    step.durationMs,
  );
  for (const measurement of step.measurements) addMeasurement(database, [...group, step.id], measurement);
}

/**
 * Mean and squared deviations grow by Welford's method, so that no precision is lost over a million values; `ranges`
 * sums the steps from one value to the next.
 */
function addMeasurement(database: Database, group: readonly SqlValue[], measurement: Measurement): void {
  const { name, unit, value, limits, result } = measurement;
  if (typeof value !== 'number' || !Number.isFinite(value)) return;
  const { low = null, high = null } = toLimitBounds(limits);
  database.run(
    `INSERT INTO measurement_tally VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, 0, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       value_count = value_count + 1, failed_count = failed_count + excluded.failed_count,
       mean = mean + (excluded.mean - mean) / (value_count + 1),
       squares = squares + (excluded.mean - mean) * (excluded.mean - mean) * value_count / (value_count + 1),
       ranges = ranges + abs(excluded.last - last), last = excluded.last,
       least = min(least, excluded.least), greatest = max(greatest, excluded.greatest),
       low = excluded.low, high = excluded.high`,
    ...group,
    name,
    unit,
    result === 'fail' ? 1 : 0,
    value,
    value,
    value,
    value,
    low,
    high,
  );
}

/** A unit at an operation: where its first run is filed, and what yields know of it. */
interface UnitTallyEntry {
  readonly group: TallyGroup;
  readonly tally: UnitTally;
}

function findUnitTallyEntry(database: Database, recipe: string, unit: string): UnitTallyEntry | undefined {
  const row = database.get<{ day: string; batch: string; fixture: number; tally: string }>(
    'SELECT day, batch, fixture, tally FROM unit_standing WHERE recipe = ? AND unit = ?',
    recipe,
    unit,
  );
  return row && { group: [row.day, recipe, row.batch, row.fixture], tally: JSON.parse(row.tally) as UnitTally };
}

interface UnitTallyChange {
  /** Where the unit is filed when this is its first run. */
  readonly group: TallyGroup;
  readonly unit: string;
  readonly standing: UnitTallyEntry | undefined;
  readonly next: UnitTally;
}

/** The unit keeps the day, batch and fixture of its first run; only what is known of it moves. */
function updateUnitTally(database: Database, { group, unit, standing, next }: UnitTallyChange): void {
  const tally = toCanonicalJson(next);
  if (standing) {
    const before = toCanonicalJson(standing.tally);
    if (before === tally) return;
    adjustUnitCount(database, standing.group, before, -1);
    database.run('UPDATE unit_standing SET tally = ? WHERE recipe = ? AND unit = ?', tally, group[1], unit);
  } else {
    const [day, recipe, batch, fixture] = group;
    database.run('INSERT INTO unit_standing VALUES (?, ?, ?, ?, ?, ?)', recipe, unit, day, batch, fixture, tally);
  }
  adjustUnitCount(database, standing?.group ?? group, tally, 1);
}

function adjustUnitCount(database: Database, group: TallyGroup, tally: string, change: 1 | -1): void {
  database.run(
    `INSERT INTO unit_tally VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET unit_count = unit_count + excluded.unit_count`,
    ...group,
    tally,
    change,
  );
}
