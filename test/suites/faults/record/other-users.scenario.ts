// Another user, or another program, of the same machine: it reads no key, plants no file, and stops no unit.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { choosePortLockFolder } from '../../../../src/cli/session/lock-ports.ts';
import { verifyRecord } from '../../../../src/record/maintenance/verify.ts';
import { createLockOwner, lockFixture } from '../../../../src/record/store/lock.ts';
import { openSample, temporaryFolder, writeRun } from '../../../record/sample-runs.ts';
import type { FaultRow } from '../scenario.ts';
import { runStation, stationFolder } from '../station-process.ts';

const UMASKS = [0, 0o022, 0o077];
const NOBODY = 65_534;
const HELD_MS = 5_000;

export const row: FaultRow = {
  fault: 'other users and programs of the machine',
  how: 'every umask; reading as nobody; the write lock held for 5 s by another program; links and folders planted where locks lie',
  usualSeconds: 15,
  run: async () => {
    const folder = temporaryFolder();
    try {
      const modes = await checkModes(folder.path);
      const locks = plantLocks(folder.path);
      const held = await holdRecord(folder.path);
      const cases = [...modes, ...locks, ...held];
      return {
        count: cases.length,
        failures: cases.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`)),
        note: process.getuid?.() === 0 ? 'read as another user too' : 'not read as another user (only root can try)',
      };
    } finally {
      folder.dispose();
    }
  },
};

interface Case {
  readonly name: string;
  readonly problems: readonly string[];
}

/** A record made under each umask, and one that an earlier program made for everybody to read. */
async function checkModes(folder: string): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const umask of [...UMASKS, 'made by 0.1.0'] as const) {
    const directory = join(folder, `umask-${umask}`);
    const before = process.umask(umask === 'made by 0.1.0' ? 0 : umask);
    try {
      if (umask === 'made by 0.1.0') await makeOpenToAll(directory);
      const record = await openSample(directory);
      await writeRun(record);
      const problems = findOpenModes(directory);
      problems.push(...readAsNobody(directory));
      await record.close();
      problems.push(...findOpenModes(directory));
      cases.push({ name: `umask ${umask}`, problems });
    } finally {
      process.umask(before);
    }
  }
  return cases;
}

async function makeOpenToAll(directory: string): Promise<void> {
  await (await openSample(directory)).close();
  chmodSync(directory, 0o755);
  for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o644);
}

function findOpenModes(directory: string): string[] {
  return [directory, ...readdirSync(directory).map((name) => join(directory, name))]
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
    .map((path) => `${path} is open to others`);
}

/** Each file read by another user of the machine, as only root can find out. */
function readAsNobody(directory: string): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  return readdirSync(directory).flatMap((name) => {
    const file = join(directory, name);
    const { status } = spawnSync('cat', [file], { uid: NOBODY, gid: NOBODY, stdio: 'ignore' });
    return status === 0 ? [`nobody could read ${name}`] : [];
  });
}

/** What somebody puts where the lock of a port will be. */
function plantLocks(folder: string): readonly Case[] {
  const owner = createLockOwner('flashline', '2026-01-05T07:00:00.000Z');
  const plants: Readonly<Record<string, (lock: string, victim: string) => void>> = {
    'a link to a file of ours': (lock, victim) => symlinkSync(victim, lock),
    'another name of a file of ours': (lock, victim) => linkSync(victim, lock),
    'a folder': (lock) => mkdirSync(lock),
    'a link to nowhere': (lock, victim) => symlinkSync(`${victim}-none`, lock),
    'a link for the owner’s name': (lock, victim) => symlinkSync(victim, lock.replace(/lock$/, 'owner.new')),
  };
  const planted = Object.entries(plants).map(([name, plant], index) => {
    const directory = join(folder, `plant-${index}`);
    const probe = join(folder, `probe-${index}`);
    mkdirSync(directory);
    lockFixture(probe, '1-1', owner).release();
    const lock = join(directory, readdirSync(probe).find((file) => file.endsWith('.lock'))!);
    const victim = join(folder, `victim-${index}`);
    writeFileSync(victim, 'precious');
    plant(lock, victim);
    return { name, problems: findTrodden(directory, victim, owner) };
  });
  return [...planted, ...chooseFolders(folder)];
}

function findTrodden(directory: string, victim: string, owner: ReturnType<typeof createLockOwner>): readonly string[] {
  let refusal = '';
  try {
    lockFixture(directory, '1-1', owner).release();
  } catch (error) {
    refusal = (error as { code?: string }).code ?? String(error);
  }
  const isWhole = readFileSync(victim, 'utf8') === 'precious';
  return [
    ...(isWhole ? [] : ['the file behind it was changed']),
    ...(refusal === 'record/cannot-open' ? [] : [`was taken (${refusal || 'locked'})`]),
  ];
}

/** Folders that others made or may write to are not used, whatever the environment says. */
function chooseFolders(folder: string): readonly Case[] {
  const home = join(folder, 'home');
  const open = join(folder, 'open');
  const own = join(folder, 'own');
  for (const path of [home, open, own]) mkdirSync(path, { recursive: true });
  chmodSync(open, 0o777);
  chmodSync(own, 0o700);
  const link = join(folder, 'link');
  symlinkSync(own, link);
  const foreign = join(folder, 'foreign');
  mkdirSync(foreign, { mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(foreign, NOBODY, NOBODY);
  const expectHome = (name: string, machine: string, runtime: string): Case => {
    const chosen = choosePortLockFolder({ machine, runtime, home });
    return { name, problems: chosen.startsWith(home) ? [] : [`locks were put into ${chosen}`] };
  };
  const none = join(folder, 'none');
  const good = choosePortLockFolder({ machine: none, runtime: own, home });
  return [
    expectHome('a folder that everybody writes to, as the machine’s', open, none),
    expectHome('a folder that everybody writes to, as the user’s', none, open),
    expectHome('a link, as the user’s', none, link),
    ...(process.getuid?.() === 0 ? [expectHome('a folder of somebody else', foreign, foreign)] : []),
    { name: 'the user’s own runtime folder', problems: good.startsWith(own) ? [] : [`not used: ${good}`] },
  ];
}

/** Another program holds the write lock for a while: every unit is recorded, later, and the batch ends well. */
async function holdRecord(folder: string): Promise<readonly Case[]> {
  const directory = stationFolder(folder, 'held');
  const problems: string[] = [];
  let holding: Promise<unknown> | undefined;
  const end = await runStation(directory, process.env, () => {
    holding = once(holdWriteLock(join(directory, 'record', 'record.db')), 'close');
  });
  await holding;
  const recorded = end.events.filter(({ type }) => type === 'run-recorded').length;
  const told = end.events.some(
    (event) => event.type === 'station-fault-raised' && event.code === 'station/record-busy',
  );
  if (end.code !== 0) problems.push(`ended with ${end.code ?? end.signal}: ${end.complaints.slice(0, 300)}`);
  if (recorded === 0) problems.push('nothing was recorded');
  if (!told) problems.push('nobody was told that units wait');
  problems.push(...verifyRecord(join(directory, 'record')).faults.map(({ text }) => `verify: ${text}`));
  return [{ name: `the write lock held for ${HELD_MS / 1000} s`, problems }];
}

function holdWriteLock(file: string) {
  const script = `const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(${JSON.stringify(file)}, { timeout: 10000 });
    database.exec('BEGIN IMMEDIATE');
    setTimeout(() => database.exec('ROLLBACK'), ${HELD_MS});`;
  return spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
}
