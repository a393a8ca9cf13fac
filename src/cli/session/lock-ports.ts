// One owner per fixture on this machine: two stations whose files name one USB port cannot both run.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { createLockOwner, type Lock, lockFixture } from '../../record/store/lock.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { programVersion } from '../output/version.ts';

/** The same for every station and every folder that one works in. */
const LOCKS = join(tmpdir(), 'flashline-ports');

/** Takes the ports of a real bench; virtual ones belong to their own process. Throws StationError `record/in-use`. */
export function lockPorts({ bench, fixtures }: StationPlan, clock: Clock): Lock {
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  const owner = createLockOwner(`flashline ${programVersion}`, new Date(clock.readWallMs()).toISOString());
  try {
    if (bench === 'real') for (const { portPath } of fixtures) locks.push(lockFixture(LOCKS, portPath, owner));
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}
