// Writes that come together are committed together: one sync for all, and each stands or falls by itself.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { type Database, openDatabase } from '../../src/record/store/database.ts';
import { MAX_BUSY_MS, openGroupCommit } from '../../src/record/store/group-commit.ts';

let folder: string;
let database: Database;
let commitCount: number;
let completeGroup: () => void;
let clock: VirtualClock;
let waits: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-group-'));
  database = openDatabase(join(folder, 'record.db'));
  database.runScript('CREATE TABLE words (word TEXT PRIMARY KEY)');
  commitCount = 0;
  clock = createVirtualClock();
  waits = [];
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

function open(onCommit: () => void = () => undefined) {
  return openGroupCommit({
    database,
    append: (write) => {
      commitCount += 1;
      return database.withTransaction(() => {
        const result = write();
        onCommit();
        return result;
      });
    },
    gather: (complete) => {
      completeGroup = complete;
    },
    clock,
    onBusy: (waitedMs) => waits.push(waitedMs),
  });
}

const insert = (word: string) => () => void database.run('INSERT INTO words VALUES (?)', word);

function words(): readonly string[] {
  return database.getAll<{ word: string }>('SELECT word FROM words ORDER BY word').map(({ word }) => word);
}

describe('a group commit', () => {
  it('puts all writes of a group into one transaction, and tells each only after it', async () => {
    const group = open();
    const told: string[] = [];
    const writes = ['a', 'b', 'c'].map((word) => group.addWrite(insert(word)).then(() => told.push(word)));
    expect([commitCount, words()]).toEqual([0, []]);
    completeGroup();
    await Promise.all(writes);
    expect([commitCount, words(), told]).toEqual([1, ['a', 'b', 'c'], ['a', 'b', 'c']]);
  });

  it('begins a new group after one is complete', async () => {
    const group = open();
    for (const word of ['a', 'b']) {
      const write = group.addWrite(insert(word));
      completeGroup();
      await write;
    }
    expect([commitCount, words()]).toEqual([2, ['a', 'b']]);
  });

  it('undoes a write that throws, all of it and it alone', async () => {
    const group = open();
    const half = (): void => {
      insert('half')();
      throw new Error('not this one');
    };
    const ends = Promise.allSettled([group.addWrite(insert('a')), group.addWrite(half), group.addWrite(insert('c'))]);
    completeGroup();
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(words()).toEqual(['a', 'c']);
  });

  it('lets the database refuse one and keep the others', async () => {
    const group = open();
    const ends = Promise.allSettled(['a', 'a', 'b'].map((word) => group.addWrite(insert(word))));
    completeGroup();
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(words()).toEqual(['a', 'b']);
  });

  it('tells all of them when the commit itself fails, and keeps none', async () => {
    const group = open(() => {
      throw new Error('no room');
    });
    const ends = Promise.allSettled(['a', 'b'].map((word) => group.addWrite(insert(word))));
    completeGroup();
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { message: 'no room' } });
    expect(words()).toEqual([]);
  });

  it('tells all of them when SQLite refuses only at the commit, keeps none, and takes the next group', async () => {
    database.runScript(`PRAGMA foreign_keys = ON;
      CREATE TABLE pairs (word TEXT REFERENCES words DEFERRABLE INITIALLY DEFERRED)`);
    const group = open();
    const dangling = (): void => void database.run("INSERT INTO pairs VALUES ('nowhere')");
    const ends = Promise.allSettled([
      group.addWrite(insert('a')),
      group.addWrite(dangling),
      group.addWrite(insert('b')),
    ]);
    completeGroup();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(words()).toEqual([]);
    const next = group.addWrite(insert('c'));
    completeGroup();
    await next;
    expect(words()).toEqual(['c']);
  });

  it('throws for a write that is alone what that write threw', async () => {
    const group = open();
    const write = group.addWrite(() => {
      throw new Error('not begun');
    });
    completeGroup();
    await expect(write).rejects.toThrow('not begun');
  });

  it('commits at once what waits when it is flushed, and nothing twice', async () => {
    const group = open();
    const write = group.addWrite(insert('a'));
    group.flush();
    completeGroup();
    await write;
    expect([commitCount, words()]).toEqual([1, ['a']]);
  });

  it('waits while another program keeps the file locked, tells so, and keeps the order in which writes came', async () => {
    database.setWaitMs(0);
    const other = openDatabase(join(folder, 'record.db'));
    other.runScript('BEGIN IMMEDIATE');
    const group = open();
    const told: string[] = [];
    const first = group.addWrite(insert('first')).then(() => told.push('first'));
    completeGroup();
    const second = group.addWrite(insert('second')).then(() => told.push('second'));
    await clock.advance(2_000);
    expect([told, waits.at(-1)]).toEqual([[], 2_000]);
    other.runScript('COMMIT');
    other.close();
    await clock.advance(100);
    await Promise.all([first, second]);
    expect([told, words(), waits.at(-1)]).toEqual([['first', 'second'], ['first', 'second'], 0]);
  });

  it('refuses writes that waited as long as it may be', async () => {
    database.setWaitMs(0);
    const other = openDatabase(join(folder, 'record.db'));
    other.runScript('BEGIN IMMEDIATE');
    const group = open();
    const refused = expect(group.addWrite(insert('late'))).rejects.toMatchObject({ code: 'record/busy' });
    completeGroup();
    await clock.advance(MAX_BUSY_MS + 1_000);
    await refused;
    other.close();
    expect(words()).toEqual([]);
  });
});
