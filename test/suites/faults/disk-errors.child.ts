// The process whose disk fails: the n-th file operation of a shift, for every n until the shift ends without reaching it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { openSample } from '../../record/sample-runs.ts';
import { type DiskError, disk } from './disk-shim.ts';
import { type Acknowledged, inspect, type ShiftWrite, shiftTurns } from './shift.ts';

const RUNS = 2;
/** No shift has more operations: the loop ends by itself or this is a bug. */
const MAX_OPERATIONS = 5_000;

const BLAMES_THE_RECORD = /record\/(damaged|cut-off|unsigned|moved|changed-below)|is damaged/;

const [folder, error, persistence] = process.argv.slice(2) as [string, DiskError, 'once' | 'for-good'];
const failures: string[] = [];
let count = 0;
for (let operation = 1; operation <= MAX_OPERATIONS; operation += 1) {
  const directory = join(folder, `${error}-${persistence}-${operation}`);
  mkdirSync(directory);
  const { acknowledged, problems, wasReached } = await shiftOnFailingDisk(directory, operation);
  if (wasReached) {
    count += 1;
    const found = [...problems, ...(await inspect(directory, acknowledged)).problems];
    failures.push(...found.map((problem) => `${error} ${persistence} at operation ${operation}: ${problem}`));
  }
  rmSync(directory, { recursive: true });
  if (!wasReached) break;
}
process.stdout.write(JSON.stringify({ count, failures }));

/** Works until something is refused, tries that once more, and stops as a station does. */
async function shiftOnFailingDisk(directory: string, operation: number) {
  const acknowledged: Acknowledged[] = [];
  const problems: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (refusal) {
      if (!isStationError(refusal) || !refusal.hint)
        problems.push(`${what} threw ${String(refusal)}, which tells nobody what to do`);
      // The record is whole, as is found out below: nobody is to be sent for a backup.
      else if (BLAMES_THE_RECORD.test(`${refusal.code} ${refusal.message}`))
        problems.push(`${what} blamed the record: ${refusal.message}`);
      return false;
    }
  };
  disk.failAt(error, operation, persistence === 'for-good');
  await attempt('opening', async () => {
    const record = await openSample(directory, { clock: systemClock });
    const isKept = async ({ write, run, do: work }: ShiftWrite): Promise<boolean> => {
      const kept = (await attempt(write, work)) || (await attempt(`${write} again`, work));
      if (kept) acknowledged.push({ write, run });
      return kept;
    };
    for (const turn of shiftTurns(record, RUNS)) if ((await Promise.all(turn.map(isKept))).includes(false)) break;
    await attempt('closing', () => record.close());
  });
  const wasReached = disk.wasReached();
  disk.off();
  return { acknowledged, problems, wasReached };
}
