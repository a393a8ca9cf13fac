// The numbers behind the reports, read from sums: yields, Pareto, fixtures, days, steps, measurements.
import { type RunResult, runResults } from '../model/run.ts';
import { type Disposition, dispositions } from '../model/verdict.ts';
import type { Database, SqlValue } from './database.ts';
import { type MeasurementFigures, measurementFigures } from './measurement-figures.ts';
import { type RunFilter, whereOf } from './run-filter.ts';

/** A share with what it was made of; `share` is null when there is nothing to divide by. */
export interface Share {
  readonly part: number;
  readonly whole: number;
  readonly share: number | null;
}

/** Yields of one operation's runs. Production only: reference units and experiments are in none of them. */
export interface Yields {
  readonly runCount: number;
  /** Units that ran at least once. */
  readonly unitCount: number;
  /** First run that speaks of the unit passed: station's errors, voided, aborted and interrupted runs left out. */
  readonly unitFirstPass: Share;
  /** Very first run passed, aborted and interrupted ones left out; errors and timeouts count as not passed. */
  readonly firstPass: Share;
  /** Very first run passed, whatever else it came to counts as not passed. */
  readonly strictFirstPass: Share;
  /** Units that passed at their first, second, third or later attempt. */
  readonly passedAtAttempt: readonly [number, number, number];
  /** Runs that ended by the station's doing: error, void, interrupted. */
  readonly stationFault: Share;
  /** Units that failed and then passed with nothing repaired. */
  readonly noFaultFound: Share;
  readonly marginalCount: number;
  /** Runs beyond the first of each unit, by units. */
  readonly retest: Share;
  /** Units whose last disposition is pass. */
  readonly finalPass: Share;
  readonly unitsByDisposition: Readonly<Record<Disposition, number>>;
  readonly runsByResult: Readonly<Record<RunResult, number>>;
  /** Mean duration of a run in ms; null without runs. */
  readonly meanRunMs: number | null;
}

/** Runs that did not pass, by what went wrong first. */
export interface ParetoRow {
  /** Id of the first failing step; empty when the run ended outside a step. */
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
  yields(filter: RunFilter): Yields;
  /** Most frequent first, at most `limit` rows. */
  pareto(filter: RunFilter, limit: number): readonly ParetoRow[];
  yieldsByFixture(filter: RunFilter): ReadonlyMap<number, Yields>;
  yieldsByDay(filter: RunFilter): ReadonlyMap<string, Yields>;
  yieldsByBatch(filter: RunFilter): ReadonlyMap<string, Yields>;
  steps(filter: RunFilter): readonly StepFigures[];
  measurements(filter: RunFilter): readonly MeasurementFigures[];
}

/** The statistics of an open record. */
export function openStatistics(database: Database): Statistics {
  return {
    yields: (filter) => yieldsBy<0>(database, '0', filter).get(0) ?? yieldsOf([], []),
    pareto: (filter, limit) => pareto(database, filter, limit),
    yieldsByFixture: (filter) => yieldsBy<number>(database, 'fixture', filter),
    yieldsByDay: (filter) => yieldsBy<string>(database, 'day', filter),
    yieldsByBatch: (filter) => yieldsBy<string>(database, 'batch', filter),
    steps: (filter) => steps(database, filter),
    measurements: (filter) => measurementFigures(database, filter),
  };
}

interface RunSum {
  readonly result: RunResult;
  readonly isFirst: number;
  readonly attempt: number;
  readonly runs: number;
  readonly durationMs: number;
  readonly marginal: number;
  readonly nff: number;
}

interface UnitSum {
  readonly disposition: Disposition;
  readonly units: number;
}

/** `column` is one of this file's own words, never something from outside. */
function yieldsBy<Key extends SqlValue>(
  database: Database,
  column: '0' | 'fixture' | 'day' | 'batch',
  filter: RunFilter,
): ReadonlyMap<Key, Yields> {
  const { where, values } = whereOf(filter);
  const runs = database.all<RunSum & { key: Key }>(
    `SELECT ${column} AS key, result, is_first AS isFirst, attempt, sum(run_count) AS runs, sum(duration_ms) AS durationMs,
       sum(marginal_count) AS marginal, sum(nff_count) AS nff
     FROM run_tally WHERE ${where} GROUP BY 1, 2, 3, 4 ORDER BY 1`,
    ...values,
  );
  const units = database.all<UnitSum & { key: Key }>(
    `SELECT ${column} AS key, disposition, sum(unit_count) AS units FROM unit_tally WHERE ${where} GROUP BY 1, 2`,
    ...values,
  );
  const unitsByKey = Map.groupBy(units, (row) => row.key);
  return new Map(
    [...Map.groupBy(runs, (row) => row.key)].map(([key, rows]) => [key, yieldsOf(rows, unitsByKey.get(key) ?? [])]),
  );
}

const STATION_RESULTS: readonly RunResult[] = ['error', 'void', 'interrupted'];
const UNFINISHED_RESULTS: readonly RunResult[] = ['aborted', 'interrupted'];

function yieldsOf(runs: readonly RunSum[], units: readonly UnitSum[]): Yields {
  const count = (fits: (row: RunSum) => boolean): number => runs.filter(fits).reduce((sum, row) => sum + row.runs, 0);
  const isPass = (row: RunSum): boolean => row.result === 'pass';
  const isFirst = (row: RunSum): boolean => row.isFirst === 1;
  const isFinished = (row: RunSum): boolean => !UNFINISHED_RESULTS.includes(row.result);
  const passedAt = (attempt: number): number => count((row) => isPass(row) && row.attempt === attempt);
  const runCount = count(() => true);
  const unitCount = count(isFirst);
  const standing = recordOf(dispositions, (name) =>
    sumOf(
      units.filter((row) => row.disposition === name),
      (row) => row.units,
    ),
  );
  return {
    runCount,
    unitCount,
    unitFirstPass: shareOf(
      passedAt(1),
      count((row) => row.attempt === 1),
    ),
    firstPass: shareOf(
      count((row) => isFirst(row) && isPass(row)),
      count((row) => isFirst(row) && isFinished(row)),
    ),
    strictFirstPass: shareOf(
      count((row) => isFirst(row) && isPass(row)),
      unitCount,
    ),
    passedAtAttempt: [passedAt(1), passedAt(2), passedAt(3)],
    stationFault: shareOf(
      count((row) => STATION_RESULTS.includes(row.result)),
      runCount,
    ),
    noFaultFound: shareOf(
      sumOf(runs, (row) => row.nff),
      unitCount,
    ),
    marginalCount: sumOf(runs, (row) => row.marginal),
    retest: shareOf(runCount - unitCount, unitCount),
    finalPass: shareOf(
      standing.pass,
      sumOf(units, (row) => row.units),
    ),
    unitsByDisposition: standing,
    runsByResult: recordOf(runResults, (result) => count((row) => row.result === result)),
    meanRunMs: runCount === 0 ? null : sumOf(runs, (row) => row.durationMs) / runCount,
  };
}

function pareto(database: Database, filter: RunFilter, limit: number): readonly ParetoRow[] {
  const { where, values } = whereOf(filter);
  return database
    .all<ParetoRow>(
      `SELECT step, code, fixture, sum(run_count) AS runCount FROM run_tally WHERE result <> 'pass' AND ${where}
       GROUP BY step, code, fixture ORDER BY runCount DESC, step, code, fixture LIMIT ?`,
      ...values,
      limit,
    )
    .map((row) => ({ ...row }));
}

function steps(database: Database, filter: RunFilter): readonly StepFigures[] {
  const { where, values } = whereOf(filter);
  return database
    .all<StepFigures>(
      `SELECT step, sum(step_count) AS count, sum(failed_count) AS failedCount,
         sum(duration_ms) / sum(step_count) AS meanMs, max(longest_ms) AS longestMs
       FROM step_tally WHERE ${where} GROUP BY step ORDER BY step`,
      ...values,
    )
    .map((row) => ({ ...row }));
}

function shareOf(part: number, whole: number): Share {
  return { part, whole, share: whole === 0 ? null : part / whole };
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function recordOf<Name extends string>(names: readonly Name[], value: (name: Name) => number): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, number>;
}
