// A whole record in one file, and back: checked before it is trusted, and nothing newer is ever lost to it.
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { backup } from 'node:sqlite';
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import { type ChainHead, readChainHead } from '../chain/chain.ts';
import { getHeadFilePath, type SignedHead, writeHeadFile } from '../chain/head-file.ts';
import { readCheckpointHeads } from '../chain/signed-chain.ts';
import { createStationKey, readStationKey, type StationKey } from '../chain/station-key.ts';
import { leaveVouching, type RestoredBody } from '../chain/vouching.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { createLockOwner, lockStation } from '../store/lock.ts';
import { migrations } from '../store/migrations.ts';
import { openRecordFileForReading, readMeta, readSchemaVersion } from '../store/record-file.ts';
import { getRecordFilePath, makeRecordFolder, syncFolder } from '../store/record-folder.ts';
import { type CopyTarget, prepareBackupTarget } from './backup-target.ts';
import { type VerifyReport, verifyDatabase } from './verify.ts';

/**
 * Copies the record of a folder, also while its station runs, into one file that appears only when it is whole and
 * proved. It costs nothing that is there. Throws StationError `record/none`, `record/cannot-write`,
 * `record/backup-damaged`, `record/backup-place`.
 */
export async function backUpRecord(directory: string, file: string): Promise<VerifyReport> {
  const database = openRecordFileForReading(directory);
  let target: CopyTarget | undefined;
  try {
    target = prepareBackupTarget(database, file);
    await backup(database.connection, target.draft);
    makeSelfContained(target.draft);
    const report = verifyBackup(target.draft);
    target.place();
    syncFolder(dirname(resolve(file)));
    return report;
  } catch (error) {
    throw error instanceof StationError ? error : createCopyError(file, error);
  } finally {
    target?.discard();
    database.close();
  }
}

/** What is restored, from where, into where. */
export interface RestoreOptions {
  readonly file: string;
  readonly directory: string;
  readonly clock: Clock;
  readonly program: string;
  /** Who restores it, as the record will say. */
  readonly by: Person;
  /** Take the backup although the folder's record holds more. */
  readonly force?: boolean;
}

/**
 * Puts a backup in the place of a folder's record; what was there is set aside, never deleted, and its path returned.
 * Throws StationError `record/backup-damaged`, `record/would-lose` (the folder's record holds what the backup does not,
 * and `force` is not set), `record/in-use`, `record/not-allowed`.
 */
export function restoreRecord(order: RestoreOptions): {
  readonly report: VerifyReport;
  readonly setAside: string | null;
} {
  const { file, directory, clock, program, by } = order;
  assertPermission(by, 'restore-record');
  const report = verifyBackup(file);
  makeRecordFolder(directory);
  const lock = lockStation(directory, createLockOwner(program, formatIsoMoment(clock.readWallMs())));
  try {
    if (!order.force) assertNothingLost(directory, report.head);
    const draft = `${getRecordFilePath(directory)}.restoring`;
    copyFileSync(file, draft);
    const key = readStationKey(directory) ?? createStationKey(directory);
    noteRestore(draft, key, { file: basename(file), head: report.head, by });
    const heads = readHeadsOfBackup(draft);
    const setAside = setRecordAside(directory, formatIsoMoment(clock.readWallMs()).replaceAll(/[^0-9]/g, ''));
    writeHeadFile(getHeadFilePath(directory), heads);
    renameSync(draft, getRecordFilePath(directory));
    syncFolder(directory);
    return { report, setAside };
  } catch (error) {
    throw error instanceof StationError ? error : createCopyError(directory, error);
  } finally {
    lock.release();
  }
}

/** One plain file: no write-ahead log beside it, synced to the disk. */
function makeSelfContained(file: string): void {
  const copy = openDatabase(file);
  try {
    copy.runScript('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
  syncFile(file);
}

/** Left in the restored file for the next opening, which makes a record of it. */
function noteRestore(file: string, key: StationKey, body: RestoredBody): void {
  const copy = openDatabase(file);
  try {
    leaveVouching(copy, readMeta(copy, 'station') ?? '', key, { kind: 'restored', body });
  } finally {
    copy.close();
  }
  syncFile(file);
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function verifyBackup(file: string): VerifyReport {
  const report = withReadOnlyDatabase(file, (database) => {
    if (readSchemaVersion(database) > migrations.length)
      throw createBackupDamagedError(file, 'it was written by a newer Flashline');
    return verifyDatabase(database, null);
  });
  const [first] = report.faults;
  if (first) throw createBackupDamagedError(file, first.text);
  return report;
}

function readHeadsOfBackup(file: string): readonly SignedHead[] {
  return withReadOnlyDatabase(file, readCheckpointHeads);
}

function withReadOnlyDatabase<T>(file: string, read: (database: Database) => T): T {
  if (!existsSync(file)) throw createBackupDamagedError(file, 'it is not there');
  const database = openDatabase(file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** A record that cannot be read any more has nothing to lose that a backup could not give back; it is set aside all the same. */
function assertNothingLost(directory: string, head: ChainHead): void {
  if (!existsSync(getRecordFilePath(directory))) return;
  const lost = countRecordsBeyond(directory, head);
  if (lost === 0) return;
  throw new StationError({
    code: 'record/would-lose',
    message: `The record in ${directory} holds ${lost} records that the backup does not`,
    hint: 'Back the record up first. To restore all the same, add --force: the present record is set aside.',
  });
}

function countRecordsBeyond(directory: string, head: ChainHead): number {
  try {
    const database = openRecordFileForReading(directory);
    try {
      const present = readChainHead(database);
      const shared = database.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', head.sequence);
      return shared && shared.hash !== head.hash ? present.sequence : Math.max(0, present.sequence - head.sequence);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof StationError && error.code === 'record/damaged') return 0;
    throw error;
  }
}

function setRecordAside(directory: string, stamp: string): string | null {
  const file = getRecordFilePath(directory);
  const suffix = `.replaced-${stamp}`;
  for (const name of [file, `${file}-wal`, `${file}-shm`, getHeadFilePath(directory)])
    if (existsSync(name)) renameSync(name, join(directory, `${basename(name)}${suffix}`));
  return existsSync(`${file}${suffix}`) ? `${file}${suffix}` : null;
}

function createBackupDamagedError(file: string, what: string): StationError {
  return new StationError({
    code: 'record/backup-damaged',
    message: `${file} cannot be used as a backup: ${what}`,
    hint: 'Take an older backup, or make a new one from a record that "flashline verify" finds whole.',
  });
}

function createCopyError(place: string, cause: unknown): StationError {
  return new StationError({
    code: 'record/cannot-write',
    message: `The record cannot be copied to ${place} (${getErrorMessage(cause)})`,
    hint: 'Check the path, the rights on the folder and the room on its disk.',
    cause,
  });
}
