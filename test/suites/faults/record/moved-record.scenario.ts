// The record is taken from under a running station: nothing is shown as recorded that the path does not name.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StationRecord } from '../../../../src/record/open-record.ts';
import { openSample, temporaryFolder, writeRun } from '../../../record/sample-runs.ts';
import type { FaultRow } from '../scenario.ts';

const RUNS_BEFORE = 8;
const RUNS_AFTER = 24;

/** What somebody does to a record of RUNS_BEFORE runs; `older` is a whole copy of the folder from before them. */
const ACTS: Readonly<Record<string, (directory: string, older: string) => void>> = {
  'the file removed': (directory) => rmSync(join(directory, 'record.db')),
  'the file and its log removed': (directory) => {
    for (const name of ['record.db', 'record.db-wal', 'record.db-shm']) rmSync(join(directory, name));
  },
  'its log removed': (directory) => rmSync(join(directory, 'record.db-wal')),
  'the folder moved and made again': (directory) => {
    renameSync(directory, `${directory}-moved`);
    mkdirSync(directory);
  },
  'the folder moved and an older copy put in its place': (directory, older) => {
    renameSync(directory, `${directory}-moved`);
    cpSync(older, directory, { recursive: true });
  },
  'an older copy renamed onto it': (directory, older) => {
    copyFileSync(join(older, 'record.db'), join(directory, 'copy'));
    renameSync(join(directory, 'copy'), join(directory, 'record.db'));
  },
  'an older copy written over it': (directory, older) =>
    copyFileSync(join(older, 'record.db'), join(directory, 'record.db')),
};

const MOUNT = 'a disk mounted over it';

export const row: FaultRow = {
  fault: 'the record taken from under a station',
  how: 'file, log and folder removed, moved, replaced, overwritten, mounted over, between runs and within one',
  usualSeconds: 5,
  run: async () => {
    const folder = temporaryFolder();
    try {
      const cases = Object.entries({ ...ACTS, ...mountAct() }).flatMap(([name, act]) =>
        (['between runs', 'within a run'] as const).map((when) => ({ name, act, when })),
      );
      const found = await Promise.all(
        cases.map(async ({ name, act, when }, index) => {
          const directory = join(folder.path, `case-${index}`);
          const problems = await takeAway(directory, act, when).finally(() => unmount(directory));
          return problems.map((problem) => `${name}, ${when}: ${problem}`);
        }),
      );
      const [failures, count] = [found.flat(), cases.length];
      const mounts = Object.keys(mountAct()).length > 0 ? '' : '; not mounted over (only root may)';
      return {
        count,
        failures,
        note: `${RUNS_AFTER} runs after each, none shown as recorded; the watch told${mounts}`,
      };
    } finally {
      folder.dispose();
    }
  },
};

async function takeAway(
  directory: string,
  act: (directory: string, older: string) => void,
  when: 'between runs' | 'within a run',
): Promise<readonly string[]> {
  const older = `${directory}-older`;
  const record = await openSample(directory);
  await record.close();
  cpSync(directory, older, { recursive: true });
  const running = await openSample(directory);
  for (let number = 1; number <= RUNS_BEFORE; number += 1) await writeRun(running, { number });
  const told = waitForTrouble(running);
  const greens = await workOn(running, () => act(directory, older), when);
  const problems = greens === 0 ? [] : [`${greens} runs were shown as recorded`];
  if (!(await told)) problems.push('the watch told nobody');
  await running.close().catch(() => undefined);
  return problems;
}

/** The number of runs whose end was acknowledged after the act. */
async function workOn(record: StationRecord, act: () => void, when: 'between runs' | 'within a run'): Promise<number> {
  let greens = 0;
  for (let number = 1; number <= RUNS_AFTER; number += 1) {
    if (number === 1 && when === 'between runs') act();
    const done = writeRun(record, { number: 100 + number }, number === 1 && when === 'within a run' ? act : undefined);
    await done.then(
      () => {
        greens += 1;
      },
      () => undefined,
    );
  }
  return greens;
}

/** The watch looks every two seconds. */
const TOLD_WITHIN_MS = 10_000;

function waitForTrouble(record: StationRecord): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, TOLD_WITHIN_MS, false);
    const stop = record.watch({
      onTrouble: () => {
        clearTimeout(limit);
        stop();
        resolve(true);
      },
      onNotice: () => undefined,
    });
  });
}

function mountAct(): Readonly<Record<string, (directory: string) => void>> {
  if (!canMount()) return {};
  return { [MOUNT]: (directory) => void execFileSync('mount', ['-t', 'tmpfs', 'none', directory]) };
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const probe = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'none', probe.path], { stdio: 'ignore' });
    execFileSync('umount', [probe.path]);
    return true;
  } catch {
    return false;
  } finally {
    probe.dispose();
  }
}

function unmount(directory: string): void {
  try {
    execFileSync('umount', [directory], { stdio: 'ignore' });
  } catch {
    // Nothing was mounted there.
  }
}
