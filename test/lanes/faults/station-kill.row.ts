// kill -9 of the whole program while it runs a batch: at every sync of its record, and at instants drawn by seed.
import { join } from 'node:path';
import { seededRandom } from '../../../src/base/random.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { buildDiskShim, firstOrders, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { type Ending, inParallel } from './in-parallel.ts';
import { type FaultRow, skipped } from './row.ts';
import { inspectStation, runStation, stationFolder } from './station-process.ts';

const RANDOM_KILLS = { short: 60, long: 2_000 } as const;
/** Just after a sync and just before the next one the files are the same; only what was shown may differ. */
const AROUND_SYNCS = { short: [false], long: [false, true] } as const;
const RANDOM_SPAN_MS = 400;
const READY_LIMIT_MS = 2_000;

interface Case extends Ending {
  readonly failures: readonly string[];
  readonly openMs: number;
}

export const row: FaultRow = {
  fault: 'kill -9 of the whole station',
  how: 'flashline run on the virtual bench, killed at each sync of its record and at random instants',
  usualSeconds: 60,
  run: async (form) => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      const cases: Case[] = [];
      for (const afterIt of AROUND_SYNCS[form])
        cases.push(
          ...(await inParallel(
            (index) => killAtSync(folder.path, library, index + 1, afterIt),
            Number.POSITIVE_INFINITY,
          )),
        );
      const enumerated = cases.length;
      cases.push(...(await inParallel((index) => killAtRandom(folder.path, index), RANDOM_KILLS[form])));
      const slowest = Math.max(...cases.map((one) => one.openMs));
      return {
        count: cases.length,
        failures: cases.flatMap((one) => one.failures),
        note: `${enumerated} at syncs, ${cases.length - enumerated} instants; slowest restart ${slowest.toFixed(0)} ms`,
      };
    } finally {
      folder.dispose();
    }
  },
};

async function killAtSync(folder: string, library: string, sync: number, afterIt: boolean): Promise<Case> {
  const name = `${afterIt ? 'after' : 'before'}-sync-${sync}`;
  const directory = stationFolder(folder, name);
  const env = { ...shimEnvironment(library, join(directory, 'record')), ...firstOrders.killAtSync(sync, afterIt) };
  return judge(name, directory, await runStation(directory, env));
}

async function killAtRandom(folder: string, index: number): Promise<Case> {
  const delayMs = seededRandom(`station ${index}`).next() * RANDOM_SPAN_MS;
  const directory = stationFolder(folder, `random-${index}`);
  const end = await runStation(
    directory,
    process.env,
    (child) => void setTimeout(() => child.kill('SIGKILL'), delayMs),
  );
  return { ...(await judge(`seed "station ${index}"`, directory, end)), ended: false };
}

async function judge(name: string, directory: string, end: Awaited<ReturnType<typeof runStation>>): Promise<Case> {
  const ended = end.signal === null;
  const broken = ended && end.code !== 0 ? [`ended with exit code ${end.code}: ${end.complaints.slice(0, 300)}`] : [];
  const { problems, openMs } = await inspectStation(directory, end);
  const late = openMs > READY_LIMIT_MS ? [`ready after ${openMs.toFixed(0)} ms`] : [];
  return { failures: [...broken, ...problems, ...late].map((problem) => `${name}: ${problem}`), openMs, ended };
}
