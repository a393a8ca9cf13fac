// One owner per fixture on this machine: two stations whose files name one USB port cannot both run.
import { accessSync, constants, lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { createLockOwner, type Lock, lockFixture } from '../../record/store/lock.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { programVersion } from '../output/version.ts';

/** Made by root for all users of a machine: the one place that they share; docs/install.md says how. */
const OF_THE_MACHINE = '/run/flashline';
const WRITABLE_BY_OTHERS = 0o002;
const WRITABLE_BY_GROUP_OR_OTHERS = 0o022;
const OWNER_ONLY_FOLDER = 0o700;

/**
 * Where ports are locked: never a folder in which others may write, and never one that a variable names, so that every
 * start finds the same. The machine's own where root made it; else this user's runtime folder; else the home folder.
 */
export function choosePortLockFolder(
  places: { readonly machine: string; readonly runtime: string; readonly home: string } = findPlaces(),
): string {
  const uid = process.getuid?.();
  if (isSafeFolder(places.machine, 0, WRITABLE_BY_OTHERS) && isWritable(places.machine)) return places.machine;
  if (uid !== undefined && isSafeFolder(places.runtime, uid, WRITABLE_BY_GROUP_OR_OTHERS))
    return join(places.runtime, 'flashline');
  return join(places.home, '.flashline-ports');
}

function findPlaces(): { readonly machine: string; readonly runtime: string; readonly home: string } {
  return { machine: OF_THE_MACHINE, runtime: `/run/user/${process.getuid?.() ?? ''}`, home: userInfo().homedir };
}

/** A real folder of that owner, in which nobody writes who should not. */
function isSafeFolder(folder: string, owner: number, forbidden: number): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === owner && (found.mode & forbidden) === 0;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Takes the ports of a real bench; virtual ones belong to their own process. Throws StationError `record/in-use`. */
export function lockPorts({ bench, fixtures }: StationPlan, clock: Clock): Lock {
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  const owner = createLockOwner(`flashline ${programVersion}`, new Date(clock.readWallMs()).toISOString());
  try {
    if (bench === 'real') {
      const folder = choosePortLockFolder();
      makeFolder(folder, NO_FOLDER, OWNER_ONLY_FOLDER);
      for (const { portPath } of fixtures) locks.push(lockFixture(folder, portPath, owner, folder === OF_THE_MACHINE));
    }
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}

const NO_FOLDER = {
  code: 'record/cannot-open',
  hint: 'Have root make /run/flashline for the users of the stations, or check the rights on your home folder.',
} as const;
