// One owner per station folder and per fixture across processes: the kernel's lock decides, a file beside it says who.
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { computeSha256Hex } from '../../base/digest.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { toVisibleText } from '../../base/visible-text.ts';
import { type Database, openDatabase } from './database.ts';
import { createOwnerOnlyFile, openOwnerOnlyFile } from './record-folder.ts';

/** Two that start at the same moment can each see the other's attempt: one of them gets it within this time. */
const LOCK_WAIT_MS = 50;

/** Rights of what the users of a group share. */
const GROUP_TOO = 0o660;

/** Who holds a lock, as others are told. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  readonly program: string;
}

/** A lock that is held until released or until its process ends, however it ends. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a station folder. Throws StationError `record/in-use`, naming the owner.
 *
 * SQLite's exclusive lock on a file of its own is the lock: the kernel gives it to one process, and takes it back when
 * that process ends, so a lock is never stale and a process id that was given out again means nothing.
 */
export function lockStation(directory: string, owner: LockOwner): Lock {
  return acquireLock(join(directory, 'station'), `The station folder ${directory}`, owner);
}

/**
 * Takes the lock of a fixture's USB port for this machine; `directory` is the same for all stations of the machine, and
 * for all users of a group where it `isShared`.
 */
export function lockFixture(directory: string, portPath: string, owner: LockOwner, isShared = false): Lock {
  const stem = join(directory, `port-${computeSha256Hex(portPath).slice(0, 16)}`);
  return acquireLock(stem, `The fixture at USB port ${portPath}`, owner, isShared);
}

/** This process as the owner of a lock; `since` is ISO 8601. */
export function createLockOwner(program: string, since: string): LockOwner {
  return { pid: process.pid, host: hostname(), since, program };
}

/**
 * The locks of this process. The one piece of state outside a function in this room: a connection that nobody holds is
 * closed by the garbage collector, and the lock would go with it.
 */
const heldLocks = new Set<Database>();

function acquireLock(stem: string, what: string, owner: LockOwner, isShared = false): Lock {
  const database = openLockFile(`${stem}.lock`, isShared);
  try {
    database.runScript('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw isBusyError(error)
      ? createInUseError(what, readOwner(`${stem}.owner`), error)
      : createLockError(`${stem}.lock`, error);
  }
  try {
    writeOwner(`${stem}.owner`, owner, isShared);
  } catch (error) {
    database.close();
    throw createLockError(stem, error);
  }
  heldLocks.add(database);
  return {
    release: () => {
      if (heldLocks.delete(database)) database.close();
    },
  };
}

function openLockFile(file: string, isShared: boolean): Database {
  try {
    makeFolder(join(file, '..'), UNUSABLE);
    createOwnerOnlyFile(file);
    assertPlainFile(file, isShared);
    if (isShared && lstatSync(file).uid === process.getuid?.()) chmodSync(file, GROUP_TOO);
    return openDatabase(file, { waitMs: LOCK_WAIT_MS });
  } catch (error) {
    throw createLockError(file, error);
  }
}

/** SQLite follows links: what is locked must be a file with no other name, of this user or root, or of the folder's group. */
function assertPlainFile(file: string, isShared: boolean): void {
  const found = lstatSync(file);
  const { uid, nlink } = found;
  const own = process.getuid?.();
  const isOwn = own === undefined || own === 0 || uid === own || uid === 0;
  if (found.isFile() && nlink === 1 && (isOwn || isShared)) return;
  throw new Error('somebody else put it there: it is a link, or belongs to another user');
}

function isBusyError(error: unknown): boolean {
  return error instanceof StationError && error.code === 'record/busy';
}

function writeOwner(file: string, owner: LockOwner, isShared: boolean): void {
  const handle = openOwnerOnlyFile(`${file}.new`, 'start');
  try {
    if (isShared) fchmodSync(handle, GROUP_TOO);
    writeSync(handle, JSON.stringify(owner));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

/** Undefined while the owner has not yet written who it is. */
function readOwner(file: string): LockOwner | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

function createInUseError(what: string, owner: LockOwner | undefined, cause: unknown): StationError {
  const who = owner
    ? `process ${owner.pid} on ${toVisibleText(String(owner.host))} (${toVisibleText(String(owner.program))}, since ${toVisibleText(String(owner.since))})`
    : 'another process that is just starting';
  return new StationError({
    code: 'record/in-use',
    message: `${what} is in use by ${who}`,
    hint: 'Use the program that is already running, or end it first.',
    cause,
  });
}

const UNUSABLE = {
  code: 'record/cannot-open',
  hint: 'Check that the folder exists and that its rights allow writing.',
} as const;

function createLockError(file: string, cause: unknown): StationError {
  return new StationError({
    ...UNUSABLE,
    message: `The lock file cannot be used: ${file} (${getErrorMessage(cause)})`,
    cause,
  });
}
