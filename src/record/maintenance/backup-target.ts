// Where a copy may be written: never into a record's folder, never over anything but an older backup of the same record.
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, lstatSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isRecordFolder } from '../../base/record-signs.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { readChainHead } from '../chain/chain.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { readMeta } from '../store/record-file.ts';
import { createOwnerOnlyFile, getRecordFilePath } from '../store/record-folder.ts';

/** A place that a file may take. */
export interface CopyTarget {
  readonly file: string;
  /** An empty file of ours beside it, to be filled. */
  readonly draft: string;
  /** Puts the draft in its place. A file that appeared there since is left alone. */
  place(): void;
  /** Takes the draft away; after `place` there is none. */
  discard(): void;
}

/** The record folder that a path lies in, after links; undefined when it lies in none. */
function findRecordFolderAround(file: string): string | undefined {
  let folder = realpathSync(dirname(resolve(file)));
  for (;;) {
    if (isRecordFolder(folder)) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/**
 * Makes the draft of a backup of this record. Throws StationError `record/backup-place` where the backup would cost
 * something: in a record's folder, over a file that is no backup of this record, or over one that holds more.
 */
export function prepareBackupTarget(record: Database, file: string): CopyTarget {
  const around = findRecordFolderAround(file);
  if (around !== undefined) throw createPlaceError(file, `it lies in the folder of a record, ${around}`);
  for (const beside of ['-wal', '-journal', '-shm'])
    if (existsSync(`${file}${beside}`))
      throw createPlaceError(file, `${basename(file)}${beside} belongs to another file`);
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  if (isThere) assertOlderBackup(record, file);
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`;
  createOwnerOnlyFile(draft);
  return {
    file,
    draft,
    place: () => (isThere ? renameSync(draft, file) : placeNewFile(draft, file)),
    discard: () => {
      for (const name of [draft, `${draft}-journal`, `${draft}-wal`, `${draft}-shm`]) rmSync(name, { force: true });
    },
  };
}

/** A link is refused where a name is taken, which a rename is not; a file system without links gets the rename. */
function placeNewFile(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(file))
      throw createPlaceError(file, 'it is there since a moment');
    renameSync(draft, file);
  }
}

function assertOlderBackup(record: Database, file: string): void {
  if (!lstatSync(file).isFile()) throw createPlaceError(file, 'it is there and no plain file');
  const live = lstatSync(getRecordFilePath(dirname(record.file)), { throwIfNoEntry: false });
  const here = lstatSync(file);
  if (live && live.ino === here.ino && live.dev === here.dev) throw createPlaceError(file, 'it is the record itself');
  const why = describeForeignFile(record, file);
  if (why !== undefined) throw createPlaceError(file, why);
}

/** Undefined for a backup of this record that holds no more than the record does. */
function describeForeignFile(record: Database, file: string): string | undefined {
  try {
    const other = openDatabase(file, { readOnly: true });
    try {
      if (readMeta(other, 'station') !== readMeta(record, 'station')) return 'it is of another station';
      const head = readChainHead(other);
      const own = record.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', head.sequence);
      if (head.sequence > 0 && own?.hash !== head.hash) return 'it holds records that this record does not';
      return undefined;
    } finally {
      other.close();
    }
  } catch (error) {
    return `it is there and no backup of this record (${getErrorMessage(error)})`;
  }
}

function createPlaceError(file: string, why: string): StationError {
  return new StationError({
    code: 'record/backup-place',
    message: `The backup is not written to ${file}: ${why}`,
    hint: 'Name a new file outside every record, best on another disk. Nothing was changed.',
  });
}
