// Two programs, one station: races for the lock, owners killed in possession, files that a dead owner left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLockOwner, lockStation } from '../../../src/record/store/lock.ts';
import { temporaryFolder } from '../../record/sample-runs.ts';
import type { FaultRow } from './scenario.ts';

const RACES = { short: 1_000, long: 20_000 } as const;
const CONTENDERS = 3;
/** In every so many races the owner is killed instead of asked to let go. */
const KILL_EVERY = 50;

export const row: FaultRow = {
  fault: 'two processes, stale lock, reused pid',
  how: 'races of real processes for one folder, owners killed in possession, and every file a dead owner can leave',
  usualSeconds: 50,
  run: async (form) => {
    const folder = temporaryFolder();
    const contenders = Array.from({ length: CONTENDERS }, startContender);
    try {
      const failures: string[] = [];
      for (let race = 0; race < RACES[form]; race += 1)
        failures.push(...(await runRace(contenders, join(folder.path, 'race'), race)));
      const leftovers = leftBehind(join(folder.path, 'left'));
      return {
        count: RACES[form] + leftovers.count,
        failures: [...failures, ...leftovers.failures],
        note: `${RACES[form]} races of ${CONTENDERS}, ${Math.floor(RACES[form] / KILL_EVERY)} owners killed, ${leftovers.count} leftovers`,
      };
    } finally {
      for (const contender of contenders) contender.process.kill();
      folder.dispose();
    }
  },
};

interface Contender {
  process: ChildProcess;
  tell(line: string): Promise<string>;
}

function startContender(): Contender {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'owner.child.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    process: child,
    tell: async (line) => {
      child.stdin!.write(`${line}\n`);
      return (await answers.next()).value ?? 'gone';
    },
  };
}

/** All ask at once: one becomes owner, the others are told by whom; then the owner lets go, or is killed. */
async function runRace(contenders: Contender[], directory: string, race: number): Promise<readonly string[]> {
  const answers = await Promise.all(contenders.map((contender) => contender.tell(`take ${directory}`)));
  const owners = answers.flatMap((answer, index) => (answer === 'owner' ? [index] : []));
  const refusals = answers.filter((answer) => answer !== 'owner');
  const failures = owners.length === 1 ? [] : [`race ${race}: ${owners.length} owners (${answers.join(' | ')})`];
  const strange = refusals.filter((answer) => !answer.includes('is in use by'));
  failures.push(...strange.map((answer) => `race ${race}: refused with "${answer}"`));
  if (race % KILL_EVERY === KILL_EVERY - 1) await replaceKilled(contenders, owners[0] ?? 0);
  await Promise.all(contenders.map((contender) => contender.tell('release')));
  return failures;
}

async function replaceKilled(contenders: Contender[], index: number): Promise<void> {
  const { process: killed } = contenders[index]!;
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  contenders[index] = startContender();
}

/** What may lie in the folder when its owner is dead: none of it may keep the next one out. */
function leftBehind(directory: string): { readonly count: number; readonly failures: readonly string[] } {
  const dead = { pid: 4_194_300, host: 'bench', since: '2026-01-05T07:00:00.000Z', program: 'flashline' };
  const owners: Readonly<Record<string, string>> = {
    'no owner file': '',
    'a dead process id': JSON.stringify(dead),
    'a process id that was given to another process': JSON.stringify({ ...dead, pid: process.ppid }),
    'its own process id, used before': JSON.stringify({ ...dead, pid: process.pid }),
    'another host': JSON.stringify({ ...dead, host: 'elsewhere' }),
    'half an owner file': '{"pid":12',
    'an owner file of zeros': '\0'.repeat(100),
  };
  const files = ['station.lock', 'station.lock-journal', 'station.owner.new'];
  const cases = Object.entries(owners).flatMap(([name, owner]) =>
    files.map((file) => ({ name: `${name}, ${file} left`, owner, file })),
  );
  const failures = cases.flatMap(({ name, owner, file }, index) => {
    const place = join(directory, String(index));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, file), '');
    if (owner) writeFileSync(join(place, 'station.owner'), owner);
    return refusalOf(place, name);
  });
  return { count: cases.length, failures };
}

function refusalOf(directory: string, name: string): readonly string[] {
  try {
    lockStation(directory, createLockOwner('next', '2026-01-05T07:00:00.000Z')).release();
    return existsSync(join(directory, 'station.owner')) ? [] : [`${name}: the new owner is not named`];
  } catch (error) {
    return [`${name}: ${(error as Error).message}`];
  }
}
