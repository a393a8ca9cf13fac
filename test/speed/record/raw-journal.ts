// The same rows into SQLite with nothing around them: what the record's own work is held against.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { toCanonicalJson } from '../../../src/base/canonical-json.ts';
import { migrations } from '../../../src/record/store/migrations.ts';
import { sampleHeader, sampleRun, sampleStep } from '../../record/sample-runs.ts';

/** One commit: statements with their values. */
type Commit = readonly (readonly [sql: string, values: readonly SQLInputValue[]])[];

const LASTING_TABLES = [
  'records', 'evidence', 'runs', 'run_keys', 'identities', 'unit_names', 'unit_ids', 'unit_standing',
] as const; // biome-ignore format: one list

/** Per run the same commits as the journal makes, with the rows that the record at `file` was left with. Returns ms. */
export function writeRaw(file: string, runCount: number): number {
  const commits = commitsLike(file, runCount);
  const directory = mkdtempSync(join(tmpdir(), 'flashline-raw-'));
  const database = new DatabaseSync(join(directory, 'raw.db'));
  for (const sql of migrations) database.exec(sql);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const statements = new Map(
    [...new Set(commits.flat().map(([sql]) => sql))].map((sql) => [sql, database.prepare(sql)]),
  );
  const startedAt = performance.now();
  for (const commit of commits) {
    database.exec('BEGIN IMMEDIATE');
    for (const [sql, values] of commit) statements.get(sql)!.run(...values);
    database.exec('COMMIT');
  }
  const elapsedMs = performance.now() - startedAt;
  database.close();
  rmSync(directory, { recursive: true });
  return elapsedMs;
}

function commitsLike(file: string, runCount: number): readonly Commit[] {
  const source = new DatabaseSync(file, { readOnly: true });
  const lasting = LASTING_TABLES.map((table) => ({ table, rows: rowsOf(source, table) }));
  source.close();
  return Array.from({ length: runCount }, (_, index) => commitsOfRun(index + 1, runCount, lasting)).flat();
}

function commitsOfRun(
  number: number,
  runCount: number,
  lasting: readonly { table: string; rows: readonly SQLInputValue[][] }[],
): readonly Commit[] {
  const { runId, fixture } = sampleHeader({ number });
  const header = toCanonicalJson(sampleHeader({ number }));
  const step = toCanonicalJson(sampleStep());
  const kept = lasting.flatMap(({ table, rows }) =>
    share(rows, number, runCount).map(
      (row) => [`INSERT INTO ${table} VALUES (${row.map(() => '?').join()})`, row] as const,
    ),
  );
  const gone = ['open_steps', 'open_intents', 'open_runs'].map(
    (table) => [`DELETE FROM ${table} WHERE run_id = ?`, [runId]] as const,
  );
  return [
    [['INSERT INTO open_runs VALUES (?, ?, ?, ?)', [runId, fixture, header, '{}']]],
    ...sampleRun({ number }).steps.map((): Commit => [['INSERT INTO open_steps VALUES (?, ?)', [runId, step]]]),
    [...kept, ...sumsOf(number), ...gone],
  ];
}

/** The sums of every run, step and unit: the same statements, the same few rows. */
function sumsOf(number: number): Commit {
  const group = ['2026-01-05', 'photon-2.3.1', 'B-1', 1];
  return [
    [
      'INSERT INTO run_tally VALUES (?, ?, ?, ?, ?, 1, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET run_count = run_count + 1',
      [...group, 'pass', '', '', number],
    ],
    [
      'INSERT INTO step_tally VALUES (?, ?, ?, ?, ?, 1, 0, ?, 0) ON CONFLICT DO UPDATE SET step_count = step_count + 1',
      [...group, 'flash', number],
    ],
    [
      'INSERT INTO unit_tally VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET unit_count = unit_count + 1',
      [...group, '{}'],
    ],
  ];
}

function share<Item>(items: readonly Item[], number: number, count: number): readonly Item[] {
  return items.slice(Math.floor(((number - 1) * items.length) / count), Math.floor((number * items.length) / count));
}

function rowsOf(source: DatabaseSync, table: string): readonly SQLInputValue[][] {
  return source
    .prepare(`SELECT * FROM ${table}`)
    .all()
    .map((row) => Object.values(row));
}
