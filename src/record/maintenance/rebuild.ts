// Everything that is looked up and counted, made again from the chain alone and compared: nobody reads what the chain does not say.
import { type ChainRecord, RECORD_COLUMNS } from '../chain/chain.ts';
import { type ChainFault, createRangeFault } from '../chain/chain-check.ts';
import { indexLogRecord } from '../log/index-log-record.ts';
import { attachEvidence, type RunBody, type StoredRun } from '../runs/evidence-store.ts';
import { indexFinishedRun } from '../runs/record-run.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { migrations } from '../store/migrations.ts';

/** Tables that follow from the chain, each compared row by row. */
const DERIVED_TABLES = [
  'runs',
  'run_keys',
  'identities',
  'half_flashed',
  'unit_names',
  'unit_ids',
  'run_tally',
  'step_tally',
  'measurement_tally',
  'unit_standing',
  'unit_tally',
  'signatures',
  'note_keys',
  'voided_runs',
] as const;

/** A second set of tables, filled record by record. */
export interface Rebuild {
  /** Takes in the next record of the chain; one that cannot be read is left out, since the chain names it. */
  addRecord(record: ChainRecord): void;
  /** What the record's own tables and their definitions say otherwise. */
  compare(): readonly ChainFault[];
  close(): void;
}

/** SQLite keeps a database without a name in memory and, when it grows, in a file that has no name either. */
const NAMELESS = '';

/** Begins with empty tables beside an open record. */
export function startRebuild(database: Database): Rebuild {
  const rebuilt = openDatabase(NAMELESS);
  rebuilt.runScript('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
  for (const step of migrations) rebuilt.runScript(step);
  rebuilt.runScript('BEGIN');
  let isHalfFlashedKnown = true;
  return {
    addRecord: (record) => {
      try {
        if (record.kind !== 'run') return indexLogRecord(rebuilt, record);
        const body = JSON.parse(record.body) as RunBody;
        const { run, isKnown } = recallImages(database, body.run, record.sequence);
        isHalfFlashedKnown &&= isKnown;
        if (body.intents.length > 0) keepRecord(rebuilt, record);
        indexFinishedRun(rebuilt, record.sequence, { ...body, run });
      } catch {
        return;
      }
    },
    compare: () => {
      const tables = isHalfFlashedKnown ? DERIVED_TABLES : DERIVED_TABLES.filter((table) => table !== 'half_flashed');
      return [
        ...compareSchemas(database, rebuilt),
        ...tables.flatMap((table) => compareTable(database, rebuilt, table)),
      ];
    },
    close: () => rebuilt.close(),
  };
}

/**
 * Version 0.1.0 did not say beside long evidence which image it proves: it is read from the evidence itself, and what
 * retention dropped of it cannot be known any more.
 */
function recallImages(
  database: Database,
  run: StoredRun,
  sequence: number,
): { readonly run: StoredRun; readonly isKnown: boolean } {
  const isMute = (item: unknown): boolean => {
    const { kind, was, image } = item as { kind: string; was?: string; image?: string };
    return kind === 'kept-apart' && was === 'flash-image' && image === undefined;
  };
  const items = (one: StoredRun): readonly unknown[] => one.steps.flatMap(({ evidence }) => evidence);
  if (!items(run).some(isMute)) return { run, isKnown: true };
  const whole = attachEvidence(run, sequence, database);
  const found = items(whole).filter((item) => (item as { kind: string }).kind === 'flash-image').length;
  return { run: whole, isKnown: found >= items(run).filter(isMute).length };
}

/** Which unit an interrupted write belongs to is read from the run itself. */
function keepRecord(rebuilt: Database, { sequence, kind, at, prevHash, hash, body }: ChainRecord): void {
  rebuilt.run(
    'INSERT INTO records (sequence, kind, at, prev_hash, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
    sequence,
    kind,
    at,
    prevHash,
    hash,
    body,
  );
}

interface SchemaRow {
  readonly what: string;
  readonly sql: string | null;
}

/** Tables, indices and triggers by name; a view or trigger that was planted is one too many. */
function compareSchemas(database: Database, rebuilt: Database): readonly ChainFault[] {
  const read = (one: Database): ReadonlyMap<string, string | null> =>
    new Map(
      one
        .getAll<SchemaRow>("SELECT type || ' ' || name AS what, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
        .map(({ what, sql }) => [what, sql]),
    );
  const [here, right] = [read(database), read(rebuilt)];
  return [...new Set([...here.keys(), ...right.keys()])].sort().flatMap((what) => {
    if (here.get(what) === right.get(what)) return [];
    const said = right.has(what) ? (here.has(what) ? 'was changed' : 'is missing') : 'was added';
    return [{ what: 'schema-differs', from: 0, to: 0, text: `The ${what} ${said}` } as const];
  });
}

/** Both in one order: the first row that differs is told, with the record where it names one. */
function compareTable(database: Database, rebuilt: Database, table: string): readonly ChainFault[] {
  const columns = rebuilt
    .getAll<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
    .map(({ name }) => name);
  const sql = `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${columns.map((_, at) => at + 1).join(', ')}`;
  try {
    const here = database.iterate<Row>(sql)[Symbol.iterator]();
    for (const right of rebuilt.iterate<Row>(sql)) {
      const next = here.next();
      if (next.done || !isSameRow(right, next.value)) {
        here.return?.();
        return [describeDifference(table, next.done ? undefined : next.value, right)];
      }
    }
    const surplus = here.next();
    here.return?.();
    return surplus.done ? [] : [describeDifference(table, surplus.value, undefined)];
  } catch {
    return [{ what: 'index-differs', from: 0, to: 0, text: `The table ${table} cannot be read` }];
  }
}

type Row = Readonly<Record<string, unknown>>;

function isSameRow(left: Row, right: Row): boolean {
  return Object.keys(left).every((name) => left[name] === right[name]);
}

function describeDifference(table: string, here: Row | undefined, right: Row | undefined): ChainFault {
  const sequence = Number((right ?? here)?.['sequence'] ?? 0);
  const text = `${table} says otherwise than the chain: ${formatRow(here)} instead of ${formatRow(right)}`;
  return sequence > 0
    ? { ...createRangeFault('index-differs', sequence, sequence, ''), text: `Record ${sequence}: ${text}` }
    : { what: 'index-differs', from: 0, to: 0, text };
}

const MAX_ROW_CHARACTERS = 160;

function formatRow(row: Row | undefined): string {
  return row ? JSON.stringify(row).slice(0, MAX_ROW_CHARACTERS) : 'nothing';
}

/** The chain, one record at a time. */
export function iterateChainRecords(database: Database): Iterable<ChainRecord> {
  return database.iterate<ChainRecord>(`SELECT ${RECORD_COLUMNS} FROM records ORDER BY sequence`);
}
