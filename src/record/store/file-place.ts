// Whether an open record is still the file that its path names: a file that was moved away goes on being written to, unseen.
import { type BigIntStats, statSync } from 'node:fs';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { PUT_THE_DISK_BACK } from './sqlite-errors.ts';

/** Watches the place of a file that this process has open and alone may write. */
export interface WatchedFile {
  /**
   * Throws StationError `record/moved` when the path names another file or none, `record/changed-below` when somebody
   * else wrote into the file since `noteOwnWrite`.
   */
  assertInPlace(): void;
  /** Whatever this process wrote until now is its own. */
  noteOwnWrite(): void;
}

/** The write-ahead log is part of the record: what was committed last is only there. */
const FILES = ['', '-wal'];

/** Begins to watch; files that are not there yet are known from the first time they are. */
export function watchFilePlace(file: string): WatchedFile {
  const known = new Map<string, { readonly dev: bigint; readonly ino: bigint }>();
  let written: { readonly size: bigint; readonly mtimeNs: bigint } | undefined;
  const assertSameFiles = (): BigIntStats => {
    let main: BigIntStats | undefined;
    for (const ending of FILES) {
      const before = known.get(ending);
      const now = findFile(`${file}${ending}`);
      if (before && (now?.dev !== before.dev || now.ino !== before.ino)) throw createMovedError(file, ending);
      if (now && !before) known.set(ending, { dev: now.dev, ino: now.ino });
      if (ending === '') main = now;
    }
    if (!main) throw createMovedError(file, '');
    return main;
  };
  return {
    assertInPlace: () => {
      const now = assertSameFiles();
      if (written && (now.size !== written.size || now.mtimeNs !== written.mtimeNs)) throw createChangedError(file);
    },
    noteOwnWrite: () => {
      const { size, mtimeNs } = assertSameFiles();
      written = { size, mtimeNs };
    },
  };
}

/** Undefined where there is none. Throws StationError `record/disk-gone` where the system cannot say. */
function findFile(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (cause) {
    throw new StationError({
      code: 'record/disk-gone',
      message: `The disk of the record is gone: ${path} (${getErrorMessage(cause)})`,
      hint: PUT_THE_DISK_BACK,
      cause,
    });
  }
}

function createMovedError(file: string, ending: string): StationError {
  return new StationError({
    code: 'record/moved',
    message: `${file}${ending} is no longer the file that this station writes: it was removed, moved, replaced or mounted over`,
    hint: 'Put the record back where it was, end the station and start it again, then run "flashline verify". Test again what was not shown as recorded.',
  });
}

function createChangedError(file: string): StationError {
  return new StationError({
    code: 'record/changed-below',
    message: `${file} was written by another program while this station had it open`,
    hint: 'End the station, find the program, and run "flashline verify" before anything else.',
  });
}
