// Opens the record's file: created, migrated or refused whole, and set so that a commit is on the disk.
import { existsSync } from 'node:fs';
import { StationError } from '../../base/station-error.ts';
import { type Database, openDatabase } from './database.ts';
import { migrations } from './migrations.ts';
import { createOwnerOnlyFile, getRecordFilePath } from './record-folder.ts';

/** A commit is on the disk when it returns; damage and hostile schemas are noticed rather than trusted. */
const DURABLE = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON; PRAGMA journal_size_limit = 8388608; PRAGMA temp_store = MEMORY;
  PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF`;

/**
 * The record of an existing folder, ready to write: every commit is synced before it returns (WAL, synchronous=FULL), and the
 * tables are those of this program. Throws StationError `record/newer`, `record/other-station`, `record/damaged`,
 * `record/cannot-open`.
 */
export function openRecordFile(directory: string, station: string): Database {
  const file = getRecordFilePath(directory);
  // SQLite would make it for everybody to read, and gives its log the rights of the file.
  createOwnerOnlyFile(file);
  const database = openDatabase(file, { isWatched: true });
  try {
    const version = readSchemaVersion(database);
    if (version > migrations.length) throw createNewerRecordError(database.file, version);
    if (version === 0) database.runScript('PRAGMA auto_vacuum = INCREMENTAL');
    database.runScript(DURABLE);
    migrateSchema(database, migrations);
    claimForStation(database, station);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The record of a folder for reading beside a running station. Throws StationError `record/none` where there is none. */
export function openRecordFileForReading(directory: string): Database {
  const file = getRecordFilePath(directory);
  if (!existsSync(file)) {
    throw new StationError({
      code: 'record/none',
      message: `There is no record in ${directory}`,
      hint: 'Name the folder in which the station keeps its record, or run a batch first.',
    });
  }
  const database = openDatabase(file, { readOnly: true });
  const version = readSchemaVersion(database);
  if (version === migrations.length) return database;
  database.close();
  throw version > migrations.length ? createNewerRecordError(file, version) : createOlderRecordError(file);
}

/** The version of the tables in a file. */
export function readSchemaVersion(database: Database): number {
  return database.get<{ user_version: number }>('PRAGMA user_version')!.user_version;
}

/** Brings the tables to the last version in one transaction, or throws StationError `record/newer` and changes nothing. */
export function migrateSchema(database: Database, steps: readonly string[]): void {
  const version = readSchemaVersion(database);
  if (version === steps.length) return;
  if (version > steps.length) throw createNewerRecordError(database.file, version);
  database.withTransaction(() => {
    for (const step of steps.slice(version)) database.runScript(step);
    database.runScript(`PRAGMA user_version = ${steps.length}`);
  });
}

/** A value that belongs to the file as a whole. */
export function readMeta(database: Database, name: string): string | undefined {
  return database.get<{ value: string }>('SELECT value FROM meta WHERE name = ?', name)?.value;
}

/** Sets a value that belongs to the file as a whole. */
export function writeMeta(database: Database, name: string, value: string): void {
  database.run('INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value);
}

function claimForStation(database: Database, station: string): void {
  const owner = readMeta(database, 'station');
  if (owner === undefined) writeMeta(database, 'station', station);
  if (owner === undefined || owner === station) return;
  throw new StationError({
    code: 'record/other-station',
    message: `${database.file} is the record of station "${owner}", not of "${station}"`,
    hint: 'Give each station a folder of its own, or put the old name back into the station file.',
  });
}

function createNewerRecordError(file: string, version: number): StationError {
  return new StationError({
    code: 'record/newer',
    message: `${file} was written by a newer Flashline (tables of version ${version}, this program knows ${migrations.length})`,
    hint: 'Start the newer program, or restore a backup made before the update. Nothing was changed.',
  });
}

function createOlderRecordError(file: string): StationError {
  return new StationError({
    code: 'record/older',
    message: `${file} was written by an older Flashline and has not been brought up to date`,
    hint: 'Start the station once: it brings its record up to date by itself.',
  });
}
