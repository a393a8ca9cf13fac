// SQLite's errors in the station's words: what the disk or another program did, and what a person does about it.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StationError } from '../../base/station-error.ts';
import type { StationErrorCode } from '../../base/station-error-codes.ts';

/** SQLITE_IOERR_FSYNC, an extended result code. */
const SYNC_FAILED = 10 | (4 << 8);

/**
 * Linux gives up what it could not write and syncs the next commit as if all before it were there
 * (https://wiki.postgresql.org/wiki/Fsync_Errors): what was not synced by then would be missing in the middle.
 */
export function isFailedSync(error: unknown): boolean {
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

/** Does the work; what SQLite throws becomes a StationError `record/...`. */
export function wrapSqliteErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw convertSqliteError(error, file);
  }
}

/** The station's word for an SQLite error; anything else (a bug of ours) comes back as it is. */
function convertSqliteError(error: unknown, file: string): unknown {
  const resultCode = (error as { errcode?: unknown }).errcode;
  if (typeof resultCode !== 'number') return error;
  const because = (code: StationErrorCode, message: string, hint: string): StationError =>
    new StationError({
      code,
      message: `${message}: ${file} (${(error as Error).message})`,
      hint,
      cause: error,
    });
  if (resultCode === SYNC_FAILED)
    return because(
      'record/cannot-write',
      'The disk did not take what was written to the record',
      'Check the disk, then start the station again. Nothing is recorded until then.',
    );
  switch (resultCode & 0xff) {
    case FULL:
      return because(
        'record/no-room',
        'The disk has no room for the record',
        'Free space on the disk, then start the station again.',
      );
    case READ_ONLY:
    case IO_ERROR:
      return because(
        'record/cannot-write',
        'The disk of the record cannot be read or written',
        'Check that the disk is connected and its folder may be written, then start the station again: the record may well be whole. Restore a backup only if "flashline verify" finds damage.',
      );
    case CANNOT_OPEN:
      return because(
        'record/cannot-open',
        'The record cannot be opened',
        'Check that the folder exists, that its rights allow writing, and that not too many files are open.',
      );
    case CORRUPT:
    case NOT_A_DATABASE:
      if (isReadable(file) && isSoundToAFreshReader(file))
        return because(
          'record/cannot-write',
          'The disk of the record gave a wrong answer once',
          'Check the disk and its cable, then start the station again: the record was read anew and is whole.',
        );
      return isReadable(file)
        ? because(
            'record/damaged',
            'The record file is damaged',
            'Keep the file as it is, run "flashline verify", and restore the last backup with "flashline restore".',
          )
        : because('record/disk-gone', 'The disk of the record is gone', PUT_THE_DISK_BACK);
    case BUSY:
      return because(
        'record/busy',
        'Another program keeps the record locked',
        'Close the program that has the file open.',
      );
    default:
      return error;
  }
}

/** What people do when the record's file is out of reach. */
export const PUT_THE_DISK_BACK =
  'Connect and mount the disk again, start the station, and run "flashline verify": the record may well be whole. Test again what was not shown as recorded.';

/**
 * Whether a connection of its own finds the file sound: one read that failed leaves SQLite with a page that looks damaged.
 * Reads the whole file, which matters no more to a station that has just lost its record.
 */
function isSoundToAFreshReader(file: string): boolean {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

const PAGE_BYTES = 4_096;

/**
 * Whether the file can still be read from the disk, to its end: what SQLite takes for damage may be a disk that is gone.
 * Asked only when a connection is lost anyway, because closing a file lets go of the process's locks on it.
 */
function isReadable(file: string): boolean {
  try {
    const { size } = statSync(file);
    const handle = openSync(file, 'r');
    try {
      const page = Buffer.alloc(PAGE_BYTES);
      readSync(handle, page, 0, PAGE_BYTES, 0);
      readSync(handle, page, 0, PAGE_BYTES, Math.max(0, size - PAGE_BYTES));
      return size > 0;
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}
