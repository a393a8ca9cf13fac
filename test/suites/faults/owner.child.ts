// A program that wants to own a station: takes and gives back the lock of a folder as it is told, line by line.
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { getErrorMessage } from '../../../src/base/station-error.ts';
import { createLockOwner, type Lock, lockStation } from '../../../src/record/store/lock.ts';

let lock: Lock | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, directory] = line.split(' ') as ['take' | 'release', string];
  process.stdout.write(`${verb === 'take' ? take(directory) : release()}\n`);
}

function take(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    lock = lockStation(directory, createLockOwner('contender', '2026-01-05T07:00:00.000Z'));
    return 'owner';
  } catch (error) {
    return getErrorMessage(error);
  }
}

function release(): string {
  lock?.release();
  lock = undefined;
  return 'released';
}
