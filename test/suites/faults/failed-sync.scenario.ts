// A sync fails once, the station goes on as far as it is let, then the power goes: what was promised since must be there.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { DiskModel, readDiskLog } from './disk-log.ts';
import { buildDiskShim, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { inParallel } from './in-parallel.ts';
import { problemsAfter, synced } from './power-loss.ts';
import { type FaultRow, skipped } from './scenario.ts';
import type { Acknowledged } from './shift.ts';

const RUNS = 4;

export const row: FaultRow = {
  fault: 'a sync fails, then the power goes',
  how: 'EIO at every sync in turn; what it should have synced never reaches the disk, whatever is synced later',
  usualSeconds: 8,
  run: async () => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      const cases = await inParallel((index) => failSync(folder.path, library, index + 1));
      const reached = cases.filter(({ ended }) => !ended);
      const kept = reached.reduce((sum, { keptCount }) => sum + keptCount, 0);
      return {
        count: reached.length,
        failures: cases.flatMap(({ failures }) => failures),
        note: `${kept} promises held against what was left`,
      };
    } finally {
      folder.dispose();
    }
  },
};

async function failSync(folder: string, library: string, sync: number) {
  const directory = join(folder, `sync-${sync}`);
  const log = join(folder, `sync-${sync}.log`);
  mkdirSync(directory);
  const child = join(import.meta.dirname, 'failed-sync.child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, directory, String(RUNS), log, String(sync)], {
    env: { ...shimEnvironment(library, directory), NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
  const model = new DiskModel();
  const kept: Acknowledged[] = [];
  for (const operation of readDiskLog(readFileSync(log))) {
    model.apply(operation);
    if (operation.type === 'mark') kept.push(JSON.parse(operation.path) as Acknowledged);
  }
  const left = join(folder, `left-${sync}`);
  model.materialise(left, 'none');
  const problems = await problemsAfter(left, synced(kept));
  for (const path of [directory, log, left]) rmSync(path, { recursive: true });
  return {
    ended: stdout === 'ended',
    failures: problems.map((problem) => `sync ${sync}: ${problem}`),
    keptCount: kept.length,
  };
}
