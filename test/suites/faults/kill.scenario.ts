// kill -9 of a writing process: at every file operation of the record, and at instants that a seed draws.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom } from '../../../src/base/random.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import { buildDiskShim, NO_COMPILER, shimEnvironment } from './disk-shim.ts';
import { type Ending, inParallel } from './in-parallel.ts';
import { type FaultRow, skipped } from './scenario.ts';
import { type Acknowledged, inspect } from './shift.ts';

const RANDOM_KILLS = { short: 500, long: 10_000 } as const;
/** After an operation and before the next one the files are the same; only promises may differ. */
const AROUND_OPERATIONS = { short: ['before'], long: ['before', 'after'] } as const;
const READY_LIMIT_MS = 2_000;
/** A shift that is killed at every operation in turn, and one too long to end before a random instant. */
const SHORT_SHIFT = 2;
const ENDLESS_SHIFT = 100_000;
/** Random instants fall within this time from the first promise. */
const RANDOM_SPAN_MS = 40;

export const row: FaultRow = {
  fault: 'kill -9 of the writing process',
  how: 'at every file operation of the record, and at random instants',
  usualSeconds: 70,
  run: async (form) => {
    const library = buildDiskShim();
    if (!library) return skipped(NO_COMPILER);
    const folder = temporaryFolder();
    try {
      await warmUp(folder.path);
      const enumerated = await killEverywhere(folder.path, library, AROUND_OPERATIONS[form]);
      const random = await killAtRandom(folder.path, RANDOM_KILLS[form]);
      const cases = [...enumerated, ...random];
      const slowest = Math.max(...cases.map((one) => one.openMs));
      return {
        count: cases.length,
        failures: cases.flatMap((one) => one.failures),
        note: `${enumerated.length} operations, ${random.length} instants; slowest restart ${slowest.toFixed(0)} ms`,
      };
    } finally {
      folder.dispose();
    }
  },
};

interface Case extends Ending {
  readonly failures: readonly string[];
  readonly openMs: number;
}

async function killEverywhere(folder: string, library: string, around: readonly string[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const when of around) {
    const some = await inParallel((index) => {
      const directory = freshFolder(folder, `${when}-${index}`);
      const child = startChild(
        [directory, String(SHORT_SHIFT), String(index + 1), when],
        shimEnvironment(library, folder),
        folder,
      );
      return observe(child, directory, `killed ${when} operation ${index + 1}`);
    });
    cases.push(...some);
  }
  return cases;
}

async function killAtRandom(folder: string, count: number): Promise<readonly Case[]> {
  return inParallel(async (index) => {
    const random = createSeededRandom(`kill ${index}`);
    const directory = freshFolder(folder, `random-${index}`);
    const child = startChild([directory, String(ENDLESS_SHIFT)], process.env, folder);
    return observe(child, directory, `killed at random, seed "kill ${index}"`, random.drawFraction() * RANDOM_SPAN_MS);
  }, count);
}

/** One process that ends by itself fills the cache of compiled code, so that the others start in a tenth of a second. */
async function warmUp(folder: string): Promise<void> {
  await once(startChild([freshFolder(folder, 'warm-up'), String(SHORT_SHIFT)], process.env, folder), 'close');
}

function startChild(args: readonly string[], base: NodeJS.ProcessEnv, folder: string): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'killed.child.ts'), ...args], {
    env: { ...base, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function freshFolder(folder: string, name: string): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  return directory;
}

/** Collects promises until the process is gone, then holds the record against them. */
async function observe(child: ChildProcess, directory: string, name: string, killAfterMs?: number): Promise<Case> {
  let said = '';
  let complaints = '';
  child.stderr!.on('data', (data: Buffer) => {
    complaints += data;
  });
  child.stdout!.on('data', (data: Buffer) => {
    if (said === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    said += data;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL' && code !== 0) return { failures: [`${name}: ${complaints}`], openMs: 0, ended: true };
  const lines = said.split('\n').slice(0, -1);
  const acknowledged = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Acknowledged);
  const { problems, openMs } = await inspect(directory, acknowledged);
  rmSync(directory, { recursive: true });
  const late = openMs > READY_LIMIT_MS ? [`ready after ${openMs.toFixed(0)} ms`] : [];
  return {
    failures: [...problems, ...late].map((problem) => `${name}: ${problem}`),
    openMs,
    ended: lines.includes('ended'),
  };
}
