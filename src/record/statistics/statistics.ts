// The numbers behind the reports, read from sums: yields, Pareto, fixtures, days, steps, measurements.

import {
  computeYieldsFromTallies,
  isStationFault,
  type TalliedUnits,
  type UnitTally,
  type Yields,
} from '../../domain/quality/yields.ts';
import type { RunResult } from '../../domain/run/run.ts';
import { type Disposition, dispositions } from '../../domain/run/verdict.ts';
import type { Database } from '../store/database.ts';
import { buildRunFilterSql, type RunFilter } from '../store/run-filter.ts';
import { computeMeasurementFigures, type MeasurementFigures } from './measurement-figures.ts';

/** Production runs of a filter in numbers. Runs are filed by their own day; a unit by the day, batch and fixture of its first run. */
export interface ProductionFigures extends Yields {
  readonly unitsByDisposition: Readonly<Record<Disposition, number>>;
  readonly runsByResult: Readonly<Partial<Record<RunResult, number>>>;
  /** Mean duration of a run in ms; null without runs. */
  readonly meanRunMs: number | null;
}

/** Runs that did not pass and tell something of their unit, by what went wrong first. */
export interface ParetoCount {
  /** Id of the failing step; empty when the run ended outside a step. */
  readonly step: string;
  readonly code: string;
  readonly fixture: number;
  readonly runCount: number;
}

export interface StepFigures {
  readonly step: string;
  readonly count: number;
  readonly failedCount: number;
  readonly meanMs: number;
  readonly longestMs: number;
}

/** Everything counted; a filter restricts all of it alike. */
export interface Statistics {
  computeFigures(filter: RunFilter): ProductionFigures;
  computeFiguresByFixture(filter: RunFilter): ReadonlyMap<number, ProductionFigures>;
  computeFiguresByDay(filter: RunFilter): ReadonlyMap<string, ProductionFigures>;
  computeFiguresByBatch(filter: RunFilter): ReadonlyMap<string, ProductionFigures>;
  /** Most frequent first, at most `limit` rows. */
  computePareto(filter: RunFilter, limit: number): readonly ParetoCount[];
  computeStepFigures(filter: RunFilter): readonly StepFigures[];
  computeMeasurementFigures(filter: RunFilter): readonly MeasurementFigures[];
}

/** The statistics of an open record. */
export function openStatistics(database: Database): Statistics {
  return {
    computeFigures: (filter) =>
      queryGroupedFigures<'all'>(database, "'all'", filter).get('all') ?? combineFigures([], []),
    computeFiguresByFixture: (filter) => queryGroupedFigures<number>(database, 'fixture', filter),
    computeFiguresByDay: (filter) => queryGroupedFigures<string>(database, 'day', filter),
    computeFiguresByBatch: (filter) => queryGroupedFigures<string>(database, 'batch', filter),
    computePareto: (filter, limit) => queryPareto(database, filter, limit),
    computeStepFigures: (filter) => queryStepFigures(database, filter),
    computeMeasurementFigures: (filter) => computeMeasurementFigures(database, filter),
  };
}

interface RunSum {
  readonly result: RunResult;
  readonly runs: number;
  readonly durationMs: number;
}

interface UnitSum {
  readonly tally: string;
  readonly units: number;
}

/** `column` is one of this file's own words, never something from outside. */
function queryGroupedFigures<Key>(
  database: Database,
  column: "'all'" | 'fixture' | 'day' | 'batch',
  filter: RunFilter,
): ReadonlyMap<Key, ProductionFigures> {
  const { where, values } = buildRunFilterSql(filter);
  const runs = database.getAll<RunSum & { key: Key }>(
    `SELECT ${column} AS key, result, sum(run_count) AS runs, sum(duration_ms) AS durationMs
     FROM run_tally WHERE ${where} GROUP BY 1, 2 ORDER BY 1`,
    ...values,
  );
  const units = database.getAll<UnitSum & { key: Key }>(
    `SELECT ${column} AS key, tally, sum(unit_count) AS units FROM unit_tally WHERE ${where} GROUP BY 1, 2`,
    ...values,
  );
  const unitsByKey = Map.groupBy(units, (row) => row.key);
  return new Map(
    [...Map.groupBy(runs, (row) => row.key)].map(([key, rows]) => [
      key,
      combineFigures(rows, unitsByKey.get(key) ?? []),
    ]),
  );
}

function combineFigures(runs: readonly RunSum[], unitSums: readonly UnitSum[]): ProductionFigures {
  const units = unitSums.map(
    ({ tally, units: count }): TalliedUnits => ({ tally: JSON.parse(tally) as UnitTally, count }),
  );
  const runCount = sumBy(runs, (row) => row.runs);
  const stationFaults = sumBy(runs, (row) => (isStationFault(row) ? row.runs : 0));
  const standing = (disposition: Disposition): number =>
    sumBy(units, ({ tally, count }) => (tally.disposition === disposition ? count : 0));
  return {
    ...computeYieldsFromTallies(units, runCount, stationFaults),
    unitsByDisposition: Object.fromEntries(
      dispositions.map((name) => [name, standing(name)]),
    ) as ProductionFigures['unitsByDisposition'],
    runsByResult: Object.fromEntries(runs.map((row) => [row.result, row.runs])),
    meanRunMs: runCount === 0 ? null : sumBy(runs, (row) => row.durationMs) / runCount,
  };
}

function queryPareto(database: Database, filter: RunFilter, limit: number): readonly ParetoCount[] {
  const { where, values } = buildRunFilterSql(filter);
  return database
    .getAll<ParetoCount>(
      `SELECT step, code, fixture, sum(run_count) AS runCount FROM run_tally
       WHERE result <> 'pass' AND counts = 1 AND ${where}
       GROUP BY step, code, fixture ORDER BY runCount DESC, step, code, fixture LIMIT ?`,
      ...values,
      limit,
    )
    .map((row) => ({ ...row }));
}

function queryStepFigures(database: Database, filter: RunFilter): readonly StepFigures[] {
  const { where, values } = buildRunFilterSql(filter);
  return database
    .getAll<StepFigures>(
      `SELECT step, sum(step_count) AS count, sum(failed_count) AS failedCount,
         sum(duration_ms) / sum(step_count) AS meanMs, max(longest_ms) AS longestMs
       FROM step_tally WHERE ${where} GROUP BY step ORDER BY step`,
      ...values,
    )
    .map((row) => ({ ...row }));
}

function sumBy<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
