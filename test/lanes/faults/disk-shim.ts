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

/** Commands to the shim of this very process; see disk-shim.c. */
export const disk = {
  failAt: (error: DiskError, operation: number, forGood: boolean): void =>
    void tell(`fail,${diskErrors[error]},${operation},${forGood ? 1 : 0}`),
  killAt: (operation: number, afterIt: boolean): void => void tell(`kill,${operation},${afterIt ? 1 : 0}`),
  log: (file: string): void => void tell(`log,${file}`),
  mark: (text: string): void => void tell(`mark,${text}`),
  off: (): void => void tell('off'),
  /** Whether the operation that was to fail was reached since `failAt`. */
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
