// The folder of a record: made, known by its files, and open to nobody but its owner.
import { chmodSync, closeSync, constants, existsSync, fsyncSync, lstatSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';
import { SIGNS_OF_A_RECORD } from '../../base/record-signs.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';

const RECORD_FILE = 'record.db';

/** What a record's files and folder allow: their owner everything, others nothing, whatever the umask says. */
const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const GROUP_AND_OTHERS = 0o077;

/** What is kept beside the record, and what SQLite puts there. */
const PRIVATE_FILES = [
  RECORD_FILE,
  `${RECORD_FILE}-wal`,
  `${RECORD_FILE}-shm`,
  ...SIGNS_OF_A_RECORD,
  'station.owner',
  'events.ndjson',
];

/** Where the record of a station folder lies. */
export function getRecordFilePath(directory: string): string {
  return join(directory, RECORD_FILE);
}

/**
 * Makes the folder for its owner alone and syncs its parent, so that a power cut cannot take the folder away again; one
 * that is there, with its files, is closed to others. Throws StationError `record/cannot-open`.
 */
export function makeRecordFolder(directory: string): void {
  const isNew = !existsSync(directory);
  if (isNew) makeFolder(directory, NO_FOLDER);
  try {
    for (const path of [directory, ...PRIVATE_FILES.map((name) => join(directory, name))]) closeToOthers(path);
    if (isNew) syncFolder(dirname(directory));
  } catch (cause) {
    const message = `The folder for the record cannot be used: ${directory} (${getErrorMessage(cause)})`;
    throw new StationError({ ...NO_FOLDER, message, cause });
  }
}

/** Makes an empty file for its owner alone where there is none; never through a link. Throws StationError `record/cannot-open`. */
export function createOwnerOnlyFile(file: string): void {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    closeSync(openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY_FILE));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new StationError({ ...NO_FOLDER, message: `${file} cannot be made (${getErrorMessage(cause)})`, cause });
  }
}

/** Opens a file for its owner alone, emptied or at its end; never through a link. */
export function openOwnerOnlyFile(file: string, at: 'start' | 'end'): number {
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_TRUNC, O_APPEND } = constants;
  return openSync(file, O_WRONLY | O_CREAT | O_NOFOLLOW | (at === 'start' ? O_TRUNC : O_APPEND), OWNER_ONLY_FILE);
}

/** Syncs a folder's own entries to the disk. */
export function syncFolder(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A path that is somebody else's keeps its rights: only its owner can change them, and what it lacks is found on use. */
function closeToOthers(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink() || (found.mode & GROUP_AND_OTHERS) === 0) return;
  const uid = process.getuid?.();
  if (uid !== undefined && uid !== 0 && found.uid !== uid) return;
  chmodSync(path, found.isDirectory() ? OWNER_ONLY_FOLDER : OWNER_ONLY_FILE);
}

const NO_FOLDER = {
  code: 'record/cannot-open',
  hint: 'Check the path of the record in the station file and the rights on its parent folder.',
} as const;
