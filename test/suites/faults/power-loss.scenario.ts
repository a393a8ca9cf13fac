// Power loss: after every file operation, with what was not synced dropped, kept, or torn and reordered by chance.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom } from '../../../src/base/random.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { DiskModel, type DiskOperation, readDiskLog, type Survival } from './disk-log.ts';
import { buildDiskShim, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { problemsAfter, synced } from './power-loss.ts';
import { type FaultRow, skipped } from './scenario.ts';
import type { Acknowledged } from './shift.ts';

const RUNS = 4;
/** Random survivals after each operation, beside none and all. */
const RANDOM_SURVIVALS = { short: 3, long: 40 } as const;

export const row: FaultRow = {
  fault: 'power loss',
  how: 'after every file operation: unsynced writes dropped, kept, or torn in sectors and reordered (seeded)',
  usualSeconds: 45,
  run: async (form) => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      const operations = recordedShift(folder.path, library);
      const failures: string[] = [];
      const cases = crashes(operations, RANDOM_SURVIVALS[form]);
      let count = 0;
      for (const { name, model, survival, acknowledged } of cases) {
        count += 1;
        const directory = join(folder.path, 'after');
        model.materialise(directory, survival);
        failures.push(...(await problemsAfter(directory, acknowledged)).map((problem) => `${name}: ${problem}`));
        rmSync(directory, { recursive: true });
      }
      return { count, failures, note: `${operations.length} file operations of ${RUNS + 2} runs and a restart` };
    } finally {
      folder.dispose();
    }
  },
};

function recordedShift(folder: string, library: string): readonly DiskOperation[] {
  const directory = join(folder, 'before');
  const log = join(folder, 'disk.log');
  mkdirSync(directory);
  execFileSync(process.execPath, [join(import.meta.dirname, 'logged.child.ts'), directory, String(RUNS), log], {
    env: shimEnvironment(library, directory),
  });
  return readDiskLog(readFileSync(log));
}

interface Crash {
  readonly name: string;
  readonly model: DiskModel;
  readonly survival: Survival;
  readonly acknowledged: readonly Acknowledged[];
}

/** Every moment at which the power can go, in order; the model is the same one, moved on. */
function* crashes(operations: readonly DiskOperation[], randomCount: number): Iterable<Crash> {
  const model = new DiskModel();
  const acknowledged: Acknowledged[] = [];
  for (const [index, operation] of operations.entries()) {
    model.apply(operation);
    if (operation.type === 'mark') acknowledged.push(JSON.parse(operation.path) as Acknowledged);
    if (operation.path.endsWith('-shm')) continue;
    for (const survival of ['none', 'all'] as const)
      yield { name: `operation ${index + 1}, ${survival} kept`, model, survival, acknowledged: synced(acknowledged) };
    for (let draw = 0; draw < randomCount; draw += 1) {
      const seed = `power ${index + 1}/${draw}`;
      yield {
        name: `operation ${index + 1}, seed "${seed}"`,
        model,
        survival: createSeededRandom(seed),
        acknowledged: synced(acknowledged),
      };
    }
  }
}
