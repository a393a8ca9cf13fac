// What came before, found through indices: a unit's runs by any of its identities, the station's last runs, label conflicts.
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type { RunRecord, WriteIntent } from '../../domain/run/run.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { canBeSameUnit, compareUnits, listUnitKeys, type UnitComparison } from '../../domain/unit/unit-matching.ts';
import type { Database } from '../store/database.ts';
import { buildRunFilterSql, type RunFilter } from '../store/run-filter.ts';
import { attachEvidence, type RunBody } from './evidence-store.ts';
import { findOpenWriteIntents } from './half-flashed.ts';

/** Other units with this label or with a key of this unit, or other labels of this unit. */
export interface IdentityConflict {
  readonly kind: NonNullable<UnitComparison['conflict']>;
  readonly other: UnitIdentity;
}

/** The past as the station and the reports ask for it. */
export interface History {
  /** The unit's finished runs at this operation, oldest first, at most the last `MAX_RUNS_OF_UNIT`. */
  findRunsOfUnit(unit: UnitIdentity, recipeName: string): Promise<readonly RecordedRun[]>;
  /** The unit's finished runs at other operations than this, oldest first. */
  findRunsAtOtherOperations(unit: UnitIdentity, recipeName: string): Promise<readonly RecordedRun[]>;
  /** The end (ISO 8601) of a fixture's last run of a reference unit with this result; null when there was none. */
  findLastReferenceRunEnd(
    fixture: number,
    purpose: 'golden' | 'known-bad',
    result: 'pass' | 'fail',
  ): Promise<string | null>;
  /** Finished runs of the station, newest first. */
  findRecentRuns(limit: number): Promise<readonly RecordedRun[]>;
  findOpenWriteIntents(unit: UnitIdentity): Promise<readonly WriteIntent[]>;
  findIdentityConflicts(unit: UnitIdentity): Promise<readonly IdentityConflict[]>;
  /** Finished runs of whatever unit is called so by its label or device id, at every operation, oldest first. */
  findRunsByUnitName(name: string): Promise<readonly RecordedRun[]>;
  /** The last run of each production unit that is neither passed nor scrapped nor only waiting for its next run, oldest first. */
  findWaitingRuns(): Promise<readonly RecordedRun[]>;
  /** The last run of every production unit at each operation, one at a time, oldest first; refused insertions apart. */
  iterateLastRuns(): Iterable<RecordedRun>;
  /** One finished run by its id. */
  findRun(runId: string): Promise<RecordedRun | undefined>;
  /** Finished runs that fit, in the order in which they were recorded, one at a time. */
  iterateRuns(filter: RunFilter): Iterable<RunRecord>;
  /** Every batch, recipe or fixture that a finished run names, each once, in order. */
  listRunNames(what: RunNameKind): readonly string[];
  /** How many runs were made at a fixture after that place in the record, counted up to `limit`: plug-ins of a cable. */
  countRunsAtFixture(fixture: number, afterSequence: number, limit: number): Promise<number>;
  /** Median duration (ms) of each step id over the last `MEDIAN_RUN_COUNT` passed runs of the recipe. */
  computeMedianStepMs(recipeName: string): Promise<ReadonlyMap<string, number>>;
}

/** What runs are told by that people give names or numbers to. */
export type RunNameKind = 'batch' | 'recipe' | 'fixture';

/** A golden unit is tested for years; nobody decides by its runs of long ago. */
const MAX_RUNS_OF_UNIT = 200;

/** Runs over which the usual duration of a step is taken. */
const MEDIAN_RUN_COUNT = 31;

/** How often newly learnt identities may lead to further runs: label to id, id to another label, and so on. */
const MAX_IDENTITY_HOPS = 3;

/** The history over an open store. */
export function openHistory(database: Database): History {
  return {
    findRunsOfUnit: async (unit, recipeName) => findRunsOfUnit(database, unit, 'recipe = ?', recipeName),
    findRunsAtOtherOperations: async (unit, recipeName) => findRunsOfUnit(database, unit, 'recipe <> ?', recipeName),
    findLastReferenceRunEnd: async (fixture, purpose, result) =>
      findLastReferenceRunEnd(database, fixture, purpose, result),
    findRecentRuns: async (limit) => queryRecordedRuns(database, 'ORDER BY runs.sequence DESC LIMIT ?', limit),
    findOpenWriteIntents: async (unit) => findOpenWriteIntents(database, unit),
    findIdentityConflicts: async (unit) => findIdentityConflicts(database, unit),
    findRunsByUnitName: async (name) =>
      queryRecordedRuns(
        database,
        'WHERE runs.sequence IN (SELECT sequence FROM run_keys WHERE key IN (?, ?)) ORDER BY runs.sequence DESC LIMIT ?',
        `label:${name}`,
        `id:${name}`,
        MAX_RUNS_OF_UNIT,
      ).toReversed(),
    findWaitingRuns: async () =>
      queryRecordedRuns(database, `WHERE runs.sequence IN (${WAITING_RUNS}) ORDER BY runs.sequence`),
    iterateLastRuns: () => iterateLastRuns(database),
    findRun: async (runId) => queryRecordedRuns(database, 'WHERE runs.run_id = ?', runId)[0],
    iterateRuns: (filter) => iterateFilteredRuns(database, filter),
    listRunNames: (what) => listRunNames(database, what),
    countRunsAtFixture: async (fixture, afterSequence, limit) =>
      countRunsAtFixture(database, fixture, afterSequence, limit),
    computeMedianStepMs: async (recipeName) => computeMedianStepMs(database, recipeName),
  };
}

/** Units by where they stand; a refused insertion is no run of theirs. */
const buildLastRunsSql = (where: string): string =>
  `SELECT max(last.sequence) FROM runs AS last
   JOIN unit_standing AS standing ON standing.recipe = last.recipe AND standing.unit = last.unit
   WHERE ${where} AND last.result <> 'void' GROUP BY last.recipe, last.unit`;

const WAITING_RUNS = buildLastRunsSql(
  "json_extract(standing.tally, '$.disposition') IN ('hold', 'rework', 'scrap-proposed')",
);

function* iterateLastRuns(database: Database): Iterable<RecordedRun> {
  const rows = database.iterate<RunRow>(
    `SELECT sequence, body FROM runs JOIN records USING (sequence)
     WHERE runs.sequence IN (${buildLastRunsSql('TRUE')}) ORDER BY runs.sequence`,
  );
  for (const row of rows) yield { ...parseRunRow(row, database), sequence: row.sequence };
}

function findRunsOfUnit(
  database: Database,
  unit: UnitIdentity,
  where: RecipeCondition,
  recipeName: string,
): readonly RecordedRun[] {
  const found = new Map<number, RunBody['run']>();
  let known = unit;
  let open = listUnitKeys(unit);
  const asked = new Set<string>();
  for (let hop = 0; hop < MAX_IDENTITY_HOPS && open.length > 0; hop += 1) {
    for (const key of open) {
      asked.add(key);
      for (const row of findRunRowsByKey(database, key, where, recipeName)) {
        const { run } = JSON.parse(row.body) as RunBody;
        if (!canBeSameUnit(run.unit, known)) continue;
        found.set(row.sequence, run);
        known = { ...run.unit, ...known };
      }
    }
    open = listUnitKeys(known).filter((key) => !asked.has(key));
  }
  return [...found]
    .sort(([left], [right]) => left - right)
    .slice(-MAX_RUNS_OF_UNIT)
    .map(([sequence, run]) => ({ ...attachEvidence(run, sequence, database), sequence }));
}

interface RunRow {
  readonly sequence: number;
  readonly body: string;
}

type RecipeCondition = 'recipe = ?' | 'recipe <> ?';

function findRunRowsByKey(
  database: Database,
  key: string,
  where: RecipeCondition,
  recipeName: string,
): readonly RunRow[] {
  return database.getAll(
    `SELECT sequence, body FROM run_keys JOIN runs USING (sequence) JOIN records USING (sequence)
     WHERE key = ? AND ${where} ORDER BY sequence DESC LIMIT ${MAX_RUNS_OF_UNIT}`,
    key,
    recipeName,
  );
}

function findLastReferenceRunEnd(database: Database, fixture: number, purpose: string, result: string): string | null {
  const row = database.get<{ at: string }>(
    `SELECT at FROM runs JOIN records USING (sequence)
     WHERE fixture = ? AND result = ? AND purpose = ? AND purpose <> 'production' ORDER BY sequence DESC LIMIT 1`,
    fixture,
    result,
    purpose,
  );
  return row?.at ?? null;
}

function queryRecordedRuns(
  database: Database,
  where: string,
  ...values: readonly (string | number)[]
): readonly RecordedRun[] {
  return database
    .getAll<RunRow>(`SELECT sequence, body FROM runs JOIN records USING (sequence) ${where}`, ...values)
    .map((row) => ({ ...parseRunRow(row, database), sequence: row.sequence }));
}

function parseRunRow(row: RunRow, database: Database): RunRecord {
  return attachEvidence((JSON.parse(row.body) as RunBody).run, row.sequence, database);
}

function* iterateFilteredRuns(database: Database, filter: RunFilter): Iterable<RunRecord> {
  const { where, values } = buildRunFilterSql(filter);
  const rows = database.iterate<RunRow>(
    `SELECT sequence, body FROM runs JOIN records USING (sequence) WHERE ${where} ORDER BY runs.sequence`,
    ...values,
  );
  for (const row of rows) yield parseRunRow(row, database);
}

/** `what` is one of this file's own words, never something from outside. */
function listRunNames(database: Database, what: RunNameKind): readonly string[] {
  return database
    .getAll<{ name: string | number }>(`SELECT DISTINCT ${what} AS name FROM runs ORDER BY 1`)
    .map(({ name }) => String(name));
}

interface IdentityRow {
  readonly label: string;
  readonly deviceId: string;
  readonly keyHash: string;
}

const IDENTITY_COLUMNS = 'label, device_id AS deviceId, key_hash AS keyHash';

/** Runs under one key that are looked at for what the index of identities does not hold. */
const MAX_RUNS_OF_KEY = 20;

function findIdentityConflicts(database: Database, unit: UnitIdentity): readonly IdentityConflict[] {
  const indexed = database
    .getAll<IdentityRow>(
      `SELECT ${IDENTITY_COLUMNS} FROM identities WHERE label = ?1 AND ?1 <> '' UNION
       SELECT ${IDENTITY_COLUMNS} FROM identities WHERE device_id = ?2 AND ?2 <> '' UNION
       SELECT ${IDENTITY_COLUMNS} FROM identities WHERE key_hash = ?3 AND ?3 <> ''`,
      unit.label ?? '',
      unit.deviceId ?? '',
      unit.keyHash ?? '',
    )
    .map(toUnitIdentity);
  const conflicts = new Map<string, IdentityConflict>();
  for (const other of [...indexed, ...findLatestUnits(database, unit)]) {
    const kind = compareUnits(other, unit).conflict;
    if (kind !== null) conflicts.set([kind, ...listUnitKeys(other)].join(' '), { kind, other });
  }
  return [...conflicts.values()];
}

/** Units that share the weaker identities with this one: MAC addresses, and keys without a label. A voided run proves nothing. */
function findLatestUnits(database: Database, unit: UnitIdentity): readonly UnitIdentity[] {
  return listUnitKeys({ ...unit, ...(unit.macAddress ? {} : { label: '' }), deviceId: '' })
    .flatMap((key) =>
      database.getAll<{ body: string }>(
        `SELECT body FROM run_keys JOIN runs USING (sequence) JOIN records USING (sequence)
         WHERE key = ? AND result <> 'void' ORDER BY sequence DESC LIMIT ${MAX_RUNS_OF_KEY}`,
        key,
      ),
    )
    .map(({ body }) => (JSON.parse(body) as RunBody).run.unit);
}

function toUnitIdentity(row: IdentityRow): UnitIdentity {
  return {
    ...(row.label && { label: row.label }),
    ...(row.deviceId && { deviceId: row.deviceId }),
    ...(row.keyHash && { keyHash: row.keyHash }),
  };
}

function countRunsAtFixture(database: Database, fixture: number, afterSequence: number, limit: number): number {
  return database.get<{ count: number }>(
    'SELECT count(*) AS count FROM (SELECT 1 FROM runs WHERE sequence > ? AND fixture = ? LIMIT ?)',
    afterSequence,
    fixture,
    limit,
  )!.count;
}

function computeMedianStepMs(database: Database, recipeName: string): ReadonlyMap<string, number> {
  const durations = new Map<string, number[]>();
  const last = database.getAll<{ body: string }>(
    `SELECT body FROM runs JOIN records USING (sequence) WHERE recipe = ? AND result = 'pass'
     ORDER BY runs.sequence DESC LIMIT ${MEDIAN_RUN_COUNT}`,
    recipeName,
  );
  for (const row of last) {
    for (const step of (JSON.parse(row.body) as RunBody).run.steps) {
      durations.set(step.id, [...(durations.get(step.id) ?? []), step.durationMs]);
    }
  }
  return new Map([...durations].map(([id, list]) => [id, computeMedianMs(list)]));
}

function computeMedianMs(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)]!;
}
