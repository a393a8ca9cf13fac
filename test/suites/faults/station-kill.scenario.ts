// kill -9 of the whole program while it runs a batch: at every sync of its record, and at instants drawn by seed.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '../../../src/base/random.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { buildDiskShim, firstOrders, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { type Ending, inParallel } from './in-parallel.ts';
import { type FaultRow, skipped } from './scenario.ts';
import {
  inspectStation,
  lookAt,
  type RunningStation,
  runStation,
  type StationEnd,
  stationFolder,
} from './station-process.ts';

const RANDOM_KILLS = { short: 60, long: 2_000 } as const;
/** A start takes most of a kill's time: before it dies, each is stopped at instants of its own and its record copied. */
const LOOKS_PER_KILL = 8;
/** Just after a sync and just before the next one the files are the same; only what was shown may differ. */
const AROUND_SYNCS = { short: [false], long: [false, true] } as const;
const RANDOM_SPAN_MS = 400;
const READY_LIMIT_MS = 2_000;

interface Case extends Ending {
  readonly failures: readonly string[];
  readonly openMs: number;
}

/** A kill and the looks before it. */
interface Haunted extends Ending {
  readonly cases: readonly Case[];
}

export const row: FaultRow = {
  fault: 'kill -9 of the whole station',
  how: 'flashline run on the virtual bench, killed at each sync of its record and at random instants, and at others stopped and its record copied',
  usualSeconds: 70,
  run: async (form) => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      const atSyncs: Case[] = [];
      for (const afterIt of AROUND_SYNCS[form])
        atSyncs.push(...(await inParallel((index) => killAtSync(folder.path, library, index + 1, afterIt))));
      const haunted = await inParallel((index) => killAtRandom(folder.path, index), RANDOM_KILLS[form]);
      const cases = [...atSyncs, ...haunted.flatMap((one) => one.cases)];
      const slowest = Math.max(...cases.map((one) => one.openMs));
      const copies = cases.length - atSyncs.length - haunted.length;
      return {
        count: cases.length,
        failures: cases.flatMap((one) => one.failures),
        note: `killed at ${atSyncs.length} syncs and ${haunted.length} instants, copied at ${copies}; slowest restart ${slowest.toFixed(0)} ms`,
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

async function killAtRandom(folder: string, index: number): Promise<Haunted> {
  const directory = stationFolder(folder, `random-${index}`);
  let looks: Promise<readonly Look[]> | undefined;
  const end = await runStation(directory, process.env, (running) => {
    looks = haunt(running, directory, index);
  });
  const cases = [await judge(`seed "station ${index}"`, directory, end)];
  for (const { name, copy, seen } of (await looks) ?? []) cases.push(await judge(name, copy, seen));
  return { cases, ended: false };
}

interface Look {
  readonly name: string;
  readonly copy: string;
  readonly seen: StationEnd;
}

/** Looks at a station and then kills it, each at an instant drawn by seed; the time for which it is stopped is not its own. */
async function haunt(running: RunningStation, directory: string, index: number): Promise<readonly Look[]> {
  const random = createSeededRandom(`station ${index}`);
  const killMs = random.drawFraction() * RANDOM_SPAN_MS;
  const instants = Array.from({ length: LOOKS_PER_KILL }, () => random.drawFraction() * killMs).toSorted(
    (a, b) => a - b,
  );
  const looks: Look[] = [];
  let atMs = 0;
  for (const [at, instantMs] of instants.entries()) {
    await sleep(instantMs - atMs);
    atMs = instantMs;
    const copy = `${directory}-look-${at}`;
    const seen = await lookAt(running, directory, copy);
    if (!seen) return looks;
    looks.push({ name: `seed "station ${index}", look ${at}`, copy, seen });
  }
  await sleep(killMs - atMs);
  running.child.kill('SIGKILL');
  return looks;
}

async function judge(name: string, directory: string, end: StationEnd): Promise<Case> {
  const ended = end.signal === null;
  const broken = ended && end.code !== 0 ? [`ended with exit code ${end.code}: ${end.complaints.slice(0, 300)}`] : [];
  const { problems, openMs } = await inspectStation(directory, end);
  const late = openMs > READY_LIMIT_MS ? [`ready after ${openMs.toFixed(0)} ms`] : [];
  return { failures: [...broken, ...problems, ...late].map((problem) => `${name}: ${problem}`), openMs, ended };
}
