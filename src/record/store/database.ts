// SQLite as the record uses it: prepared once, one transaction at a time, its errors put into the station's words.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type WatchedFile, watchFilePlace } from './file-place.ts';
import { isFailedSync, wrapSqliteErrors } from './sqlite-errors.ts';

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
  /** Throws StationError `record/moved`, `record/changed-below` when the path no longer names what this connection writes. */
  assertInPlace(): void;
  /** From now on a statement waits so long for another's lock: whoever waits longer should not stop others meanwhile. */
  setWaitMs(waitMs: number): void;
  close(): void;
  /** The connection itself, for what only SQLite's own calls can do (backup). */
  readonly connection: DatabaseSync;
}

/** How long a statement waits for a reader's lock before it gives up. */
export const BUSY_TIMEOUT_MS = 2_000;

/** How a file is opened. */
export interface OpenDatabaseOptions {
  readonly readOnly?: boolean;
  /** How long a statement waits for another's lock; `BUSY_TIMEOUT_MS` when left out. */
  readonly waitMs?: number;
  /** Every transaction makes sure, before and after, that the path still names this file. */
  readonly isWatched?: boolean;
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
  const place: WatchedFile | undefined = options.isWatched ? watchFilePlace(file) : undefined;
  let failedSync: unknown;
  const write = <T>(work: () => T): T => {
    if (failedSync) throw failedSync;
    place?.assertInPlace();
    try {
      const result = runInTransaction(database, 'BEGIN IMMEDIATE', work);
      place?.noteOwnWrite();
      return result;
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
    runScript: (sql) => {
      if (!connection.isTransaction) place?.assertInPlace();
      wrapSqliteErrors(file, () => connection.exec(sql));
      if (!connection.isTransaction) place?.noteOwnWrite();
    },
    withTransaction: write,
    withUnsyncedTransaction: (work) => withSyncDisabled(database, () => write(work)),
    withSnapshot: (work) => runInTransaction(database, 'BEGIN', work),
    get isOpen() {
      return connection.isOpen;
    },
    assertInPlace: () => place?.assertInPlace(),
    setWaitMs: (waitMs) => wrapSqliteErrors(file, () => connection.exec(`PRAGMA busy_timeout = ${waitMs}`)),
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
