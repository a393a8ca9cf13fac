// Whatever SQLite or the disk refuses is said in the station's words, with what to do.
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isStationError } from '../../src/base/station-error.ts';
import { openDatabase } from '../../src/record/store/database.ts';
import { temporaryFolder } from './sample-runs.ts';

let folder = temporaryFolder();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.dispose());

const file = (): string => join(folder.path, 'a.db');

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing';
  } catch (error) {
    return isStationError(error) && error.hint ? error.code : String(error);
  }
}

describe('errors of the database', () => {
  it('a full disk is no room', () => {
    const database = openDatabase(file());
    database.runScript('CREATE TABLE a (x); PRAGMA max_page_count = 3');
    expect(codeOf(() => database.run('INSERT INTO a VALUES (?)', 'x'.repeat(100_000)))).toBe('record/no-room');
    database.close();
  });

  it('a file that may only be read cannot be written', () => {
    openDatabase(file()).close();
    const database = openDatabase(file(), { readOnly: true });
    expect(codeOf(() => database.runScript('CREATE TABLE a (x)'))).toBe('record/cannot-write');
    database.close();
  });

  it('another program’s lock is busy', () => {
    const first = openDatabase(file());
    const second = openDatabase(file(), { waitMs: 0 });
    first.runScript('BEGIN EXCLUSIVE');
    expect(codeOf(() => second.withTransaction(() => undefined))).toBe('record/busy');
    first.close();
    second.close();
  });

  it('a file that is none of SQLite is damaged', () => {
    writeFileSync(file(), 'no database '.repeat(500));
    const database = openDatabase(file());
    expect(codeOf(() => database.getAll('SELECT * FROM sqlite_schema'))).toBe('record/damaged');
    database.close();
  });

  it('a folder in the place of the file cannot be opened', () => {
    mkdirSync(file());
    chmodSync(file(), 0o700);
    expect(codeOf(() => openDatabase(file()))).toBe('record/cannot-open');
  });

  it('a bug of ours stays what it is', () => {
    const database = openDatabase(file());
    expect(codeOf(() => database.runScript('nonsense'))).toContain('syntax error');
    database.close();
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when its work throws, and the next one works', () => {
    const database = openDatabase(file());
    database.runScript('CREATE TABLE a (x)');
    const failing = (): void =>
      database.withTransaction(() => {
        database.run('INSERT INTO a VALUES (1)');
        throw new Error('in the middle');
      });
    expect(failing).toThrow('in the middle');
    database.withTransaction(() => database.run('INSERT INTO a VALUES (2)'));
    expect(database.getAll<{ x: number }>('SELECT x FROM a').map((row) => row.x)).toEqual([2]);
    database.close();
  });
});

describe('a sync that fails', () => {
  it('is the last write of its connection: nobody knows what of the ones before is on the disk', () => {
    const database = openDatabase(file());
    database.runScript('CREATE TABLE a (x)');
    const prepare = vi.spyOn(database.connection, 'prepare').mockImplementation((sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
      return DatabaseSync.prototype.prepare.call(database.connection, sql);
    });
    const insert = (): void => database.withTransaction(() => void database.run('INSERT INTO a VALUES (1)'));
    expect(codeOf(insert)).toBe('record/cannot-write');
    prepare.mockRestore();
    expect(codeOf(insert)).toBe('record/cannot-write');
    expect(codeOf(() => database.withUnsyncedTransaction(() => undefined))).toBe('record/cannot-write');
    expect(database.getAll('SELECT * FROM a')).toEqual([]);
    database.close();
    const again = openDatabase(file());
    again.withTransaction(() => void again.run('INSERT INTO a VALUES (2)'));
    expect(again.getAll<{ x: number }>('SELECT x FROM a').map(({ x }) => x)).toEqual([2]);
    again.close();
  });
});

describe('a quick transaction', () => {
  /** More than the thousand pages of the log after which SQLite moves it into the file by itself. */
  const LONG_LOG = 1_200;
  const insert = (database: ReturnType<typeof openDatabase>): void =>
    void database.run('INSERT INTO a VALUES (?)', 'x'.repeat(8_000));

  it('leaves the log where it is: only a commit that was synced moves it, since nobody is told of a move that fails', () => {
    const database = openDatabase(file());
    database.runScript('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE a (x)');
    const before = statSync(file()).size;
    for (let count = 0; count < LONG_LOG; count += 1) database.withUnsyncedTransaction(() => insert(database));
    expect(statSync(file()).size).toBe(before);
    database.withTransaction(() => insert(database));
    expect(statSync(file()).size).toBeGreaterThan(LONG_LOG * 8_000);
    database.close();
  });
});
