// The n-th file operation fails, below SQLite: no space, I/O error, read-only, too many files; once and for good.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { buildDiskShim, diskErrors, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { type FaultRow, skipped } from './scenario.ts';

interface Outcome {
  readonly count: number;
  readonly failures: readonly string[];
}

export const row: FaultRow = {
  fault: 'the n-th file operation fails',
  how: 'ENOSPC, EIO, EROFS, EMFILE, once and for good, by a preload shim below SQLite, every n until none is left',
  usualSeconds: 18,
  run: async () => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      const outcomes: (Outcome & { readonly name: string })[] = [];
      for (const error of Object.keys(diskErrors))
        for (const persistence of ['once', 'for-good'])
          outcomes.push({
            name: `${error} ${persistence}`,
            ...(await failEverywhere(library, folder.path, error, persistence)),
          });
      return {
        count: outcomes.reduce((sum, outcome) => sum + outcome.count, 0),
        failures: outcomes.flatMap((outcome) => outcome.failures),
        note: outcomes.map(({ name, count }) => `${name} ${count}`).join(', '),
      };
    } finally {
      folder.dispose();
    }
  },
};

async function failEverywhere(library: string, folder: string, error: string, persistence: string): Promise<Outcome> {
  const child = join(import.meta.dirname, 'disk-errors.child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, folder, error, persistence], {
    env: shimEnvironment(library, folder),
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Outcome;
}
