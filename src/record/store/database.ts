// SQLite as the record uses it: prepared once, one transaction at a time, its errors put into the station's words.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StationError } from '../../base/station-error.ts';

/** What a statement takes and gives. */
export type SqlValue = SQLInputValue;

/** One open file. Every method throws StationError `record/...` when the file or the disk refuses. */
export interface Database {
  readonly file: string;
  run(sql: string, ...values: readonly SqlValue[]): number;
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined;
  getAll<Row>(sql: string, ...values: readonly SqlValue[]): readonly Row[];
  iterate<Row>(sql: string, ...values: readonly SqlValue[]): Iterable<Row>;
  /** Several statements without values: migrations and pragmas. */
  runScript(sql: string): void;
  /**
   * All or nothing, durable when it returns; what `work` throws undoes it. Never nested. After a sync that failed none
   * begins any more: opening the file again finds out what is there.
   */
  withTransaction<T>(work: () => T): T;
  /**
   * All or nothing, and it survives the end of the process; a loss of power may take it away until the next durable
   * transaction, which makes it durable too. For what happens many times within one unit of work.
   */
  withUnsyncedTransaction<T>(work: () => T): T;
  /** Everything that `work` reads is of one moment, whatever others write meanwhile. */
  withSnapshot<T>(work: () => T): T;
  readonly isOpen: boolean;
  close(): void;
  /** The connection itself, for what only SQLite's own calls can do (backup). */
  readonly connection: DatabaseSync;
}

/** How long a statement waits for a reader's lock before it gives up. */
const BUSY_TIMEOUT_MS = 2_000;

/** How a file is opened. */
export interface OpenDatabaseOptions {
  readonly readOnly?: boolean;
  /** How long a statement waits for another's lock; `BUSY_TIMEOUT_MS` when left out. */
  readonly waitMs?: number;
}

/** Opens (or creates) a database file. */
export function openDatabase(file: string, options: OpenDatabaseOptions = {}): Database {
  const connection = wrapSqliteErrors(
    file,
    () => new DatabaseSync(file, { readOnly: options.readOnly ?? false, timeout: options.waitMs ?? BUSY_TIMEOUT_MS }),
  );
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  let failedSync: unknown;
  const write = <T>(work: () => T): T => {
    if (failedSync) throw failedSync;
    try {
      return runInTransaction(database, 'BEGIN IMMEDIATE', work);
    } catch (error) {
      if (isFailedSync(error)) failedSync = error;
      throw error;
    }
  };
  const database: Database = {
    file,
    connection,
    run: (sql, ...values) => wrapSqliteErrors(file, () => Number(prepared(sql).run(...values).changes)),
    get: <Row>(sql: string, ...values: readonly SqlValue[]) =>
      wrapSqliteErrors(file, () => prepared(sql).get(...values) as Row | undefined),
    getAll: <Row>(sql: string, ...values: readonly SqlValue[]) =>
      wrapSqliteErrors(file, () => prepared(sql).all(...values) as unknown as readonly Row[]),
    iterate: <Row>(sql: string, ...values: readonly SqlValue[]) => iterateRows<Row>(file, connection, sql, values),
    runScript: (sql) => wrapSqliteErrors(file, () => connection.exec(sql)),
    withTransaction: write,
    withUnsyncedTransaction: (work) => withSyncDisabled(database, () => write(work)),
    withSnapshot: (work) => runInTransaction(database, 'BEGIN', work),
    get isOpen() {
      return connection.isOpen;
    },
    close: () => wrapSqliteErrors(file, () => connection.close()),
  };
  return database;
}

/** One row at a time, so that a million fit; a statement of its own, so that several may be under way. */
function* iterateRows<Row>(
  file: string,
  connection: DatabaseSync,
  sql: string,
  values: readonly SqlValue[],
): Iterable<Row> {
  const rows = wrapSqliteErrors(file, () => connection.prepare(sql).iterate(...values));
  for (;;) {
    const next = wrapSqliteErrors(file, () => rows.next());
    if (next.done) return;
    yield next.value as Row;
  }
}

/** SQLite's levels of `PRAGMA synchronous`: in WAL mode NORMAL syncs at checkpoints only, FULL at every commit. */
const SYNC_NORMAL = 1;

/**
 * Neither a sync nor a checkpoint: that one would sync the log, and SQLite tells nobody when it fails. After a durable
 * commit there is nothing left in the log to lose.
 */
function withSyncDisabled<T>(database: Database, work: () => T): T {
  const { synchronous } = database.get<{ synchronous: number }>('PRAGMA synchronous')!;
  if (synchronous <= SYNC_NORMAL) return work();
  const { wal_autocheckpoint: pages } = database.get<{ wal_autocheckpoint: number }>('PRAGMA wal_autocheckpoint')!;
  database.runScript(`PRAGMA synchronous = ${SYNC_NORMAL}; PRAGMA wal_autocheckpoint = 0`);
  try {
    return work();
  } finally {
    database.runScript(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${pages}`);
  }
}

function runInTransaction<T>(database: Database, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
  database.run(begin);
  try {
    const result = work();
    database.run('COMMIT');
    return result;
  } catch (error) {
    if (database.connection.isTransaction) database.run('ROLLBACK');
    throw error;
  }
}

/** SQLITE_IOERR_FSYNC, an extended result code. */
const SYNC_FAILED = 10 | (4 << 8);

/**
 * Linux gives up what it could not write and syncs the next commit as if all before it were there
 * (https://wiki.postgresql.org/wiki/Fsync_Errors): what was not synced by then would be missing in the middle.
 */
function isFailedSync(error: unknown): boolean {
  return error instanceof StationError && (error.cause as { errcode?: unknown } | undefined)?.errcode === SYNC_FAILED;
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html) that the station can tell people about. */
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

function wrapSqliteErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw convertSqliteError(error, file);
  }
}

/** The station's word for an SQLite error; anything else (a bug of ours) comes back as it is. */
function convertSqliteError(error: unknown, file: string): unknown {
  const code = (error as { errcode?: unknown }).errcode;
  if (typeof code !== 'number') return error;
  const because = (what: string, message: string, hint: string): StationError =>
    new StationError({
      code: `record/${what}`,
      message: `${message}: ${file} (${(error as Error).message})`,
      hint,
      cause: error,
    });
  if (code === SYNC_FAILED)
    return because(
      'cannot-write',
      'The disk did not take what was written to the record',
      'Check the disk, then start the station again. Nothing is recorded until then.',
    );
  switch (code & 0xff) {
    case FULL:
      return because(
        'no-room',
        'The disk has no room for the record',
        'Free space on the disk, then start the station again.',
      );
    case READ_ONLY:
    case IO_ERROR:
      return because(
        'cannot-write',
        'The record cannot be written',
        'Check the disk and the rights on the folder. Do not test units until this is cleared.',
      );
    case CANNOT_OPEN:
      return because(
        'cannot-open',
        'The record cannot be opened',
        'Check that the folder exists, that its rights allow writing, and that not too many files are open.',
      );
    case CORRUPT:
    case NOT_A_DATABASE:
      return because(
        'damaged',
        'The record file is damaged',
        'Keep the file as it is and restore the last backup with "flashline restore".',
      );
    case BUSY:
      return because('busy', 'Another program keeps the record locked', 'Close the program that has the file open.');
    default:
      return error;
  }
}
