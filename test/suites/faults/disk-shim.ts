// The shim below SQLite: compiled when the lane starts, and told what to do from inside the process that it is loaded into.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds the shim; undefined when there is no C compiler. */
export function buildDiskShim(): string | undefined {
  const library = join(mkdtempSync(join(tmpdir(), 'flashline-shim-')), 'disk-shim.so');
  try {
    execFileSync('cc', [
      '-O1',
      '-Wall',
      '-Werror',
      '-shared',
      '-fPIC',
      '-o',
      library,
      join(import.meta.dirname, 'disk-shim.c'),
      '-ldl',
    ]);
    return library;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Why a row that needs the shim was not run. */
export const NO_COMPILER = 'no C compiler: install gcc';

/** The environment of a process that runs on the shim, watching files under a folder. */
export function shimEnvironment(library: string, folder: string): NodeJS.ProcessEnv {
  return { ...process.env, LD_PRELOAD: library, FLASHLINE_FAULTS_DIR: folder };
}

/** Errors that a disk gives, by name. */
export const diskErrors = {
  ENOSPC: constants.errno.ENOSPC,
  EIO: constants.errno.EIO,
  EROFS: constants.errno.EROFS,
  EMFILE: constants.errno.EMFILE,
} as const;

export type DiskError = keyof typeof diskErrors;

/** Kinds of operation, as in disk-shim.c. */
const SYNCS = 4;
const CHANGES = 1 | 2 | SYNCS | 16;
const ALL = CHANGES | 8;

function killOrder(operation: number, afterIt: boolean, kinds: number): string {
  return `kill,${operation},${afterIt ? 1 : 0},${kinds}`;
}

function failOrder(error: DiskError, operation: number, forGood: boolean, kinds = ALL): string {
  return `fail,${diskErrors[error]},${operation},${forGood ? 1 : 0},${kinds}`;
}

/** First orders for a program that knows nothing of the shim; to be put into its environment. */
export const firstOrders = {
  /** Dies at a sync: just before or just after a commit is durable. */
  killAtSync: (sync: number, afterIt: boolean) => ({ FLASHLINE_DISK_ORDER: killOrder(sync, afterIt, SYNCS) }),
  failAt: (error: DiskError, operation: number, forGood: boolean) => ({
    FLASHLINE_DISK_ORDER: failOrder(error, operation, forGood),
  }),
} as const;

/** Commands to the shim of this very process; see disk-shim.c. */
export const disk = {
  failAt: (error: DiskError, operation: number, forGood: boolean): void =>
    void tell(failOrder(error, operation, forGood)),
  failSync: (error: DiskError, sync: number): void => void tell(failOrder(error, sync, false, SYNCS)),
  killAt: (operation: number, afterIt: boolean): void => void tell(killOrder(operation, afterIt, CHANGES)),
  log: (file: string): void => void tell(`log,${file}`),
  mark: (text: string): void => void tell(`mark,${text}`),
  off: (): void => void tell('off'),
  /** Whether the operation that was to fail was reached since `failAt` or `failSync`. */
  wasReached: (): boolean => tell('reached') === 'EEXIST',
};

function tell(command: string): string | undefined {
  try {
    openSync(`/.disk-control/${command}`, 'r');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
