// Opening: what an older program wrote is brought up to date in one go, what is strange is refused whole and left as it was.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/record/store/database.ts';
import { migrateSchema, openRecordFileForReading, readSchemaVersion } from '../../src/record/store/record-file.ts';
import { openSample, temporaryFolder, writeRun } from './sample-runs.ts';

let folder = temporaryFolder();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.dispose());

describe('opening a record', () => {
  it('refuses one that a newer program wrote, and leaves it untouched', async () => {
    await (await openSample(folder.path)).close();
    const file = join(folder.path, 'record.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(file);
    await expect(openSample(folder.path)).rejects.toMatchObject({
      code: 'record/newer',
      hint: expect.stringContaining('Nothing was changed'),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(() => openRecordFileForReading(folder.path)).toThrow('newer Flashline');
  });

  it('refuses a folder that belongs to another station', async () => {
    await (await openSample(folder.path)).close();
    await expect(openSample(folder.path, { station: 'bench-2' })).rejects.toMatchObject({
      code: 'record/other-station',
    });
  });

  it('says that a damaged file is damaged and what to do', async () => {
    writeFileSync(
      join(folder.path, 'record.db'),
      'this is no database, and long enough to be read as a header of one. '.repeat(100),
    );
    await expect(openSample(folder.path)).rejects.toMatchObject({
      code: 'record/damaged',
      hint: expect.stringContaining('restore'),
    });
  });

  it('says that a folder cannot be made', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    await expect(openSample(join(folder.path, 'file', 'record'))).rejects.toMatchObject({ code: 'record/cannot-open' });
  });

  it('keeps its key to its owner and makes it once', async () => {
    await (await openSample(folder.path)).close();
    const file = join(folder.path, 'station.key');
    const key = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await (await openSample(folder.path)).close();
    expect(readFileSync(file, 'utf8')).toBe(key);
  });

  it('is refused for reading where there is none', () => {
    expect(() => openRecordFileForReading(folder.path)).toThrow('There is no record');
  });

  it('never lets a finished run be changed or removed', async () => {
    const record = await openSample(folder.path);
    await writeRun(record);
    await record.close();
    const database = new DatabaseSync(join(folder.path, 'record.db'));
    for (const sql of [
      "UPDATE records SET body = '{}'",
      'DELETE FROM records',
      "UPDATE runs SET result = 'fail'",
      'DELETE FROM runs',
    ])
      expect(() => database.exec(sql)).toThrow('never');
    database.close();
  });
});

describe('migrations', () => {
  const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); INSERT INTO b VALUES (1)'];

  it('bring an older file up to date, from each version', () => {
    for (const from of [0, 1, 2]) {
      const database = openDatabase(join(folder.path, `from-${from}.db`));
      migrateSchema(database, steps.slice(0, from));
      migrateSchema(database, steps);
      expect(readSchemaVersion(database)).toBe(2);
      expect(database.getAll('SELECT x FROM b')).toHaveLength(1);
      database.close();
    }
  });

  it('leave everything as it was when one of them fails', () => {
    const database = openDatabase(join(folder.path, 'half.db'));
    migrateSchema(database, steps.slice(0, 1));
    expect(() => migrateSchema(database, [...steps, 'nonsense'])).toThrow();
    expect(readSchemaVersion(database)).toBe(1);
    expect(() => database.getAll('SELECT x FROM b')).toThrow();
    database.close();
  });
});
