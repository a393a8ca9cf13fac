// The process whose n-th sync fails once: a run that is refused a write is left alone, the others go on.
import { systemClock } from '../../../src/base/clock.ts';
import type { StationRecord } from '../../../src/record/open-record.ts';
import { openSample } from '../../record/sample-runs.ts';
import { disk } from './disk-shim.ts';
import { type ShiftWrite, shiftTurns } from './shift.ts';

const [directory, runCount, log, sync] = process.argv.slice(2) as [string, string, string, string];
disk.log(log);
disk.failSync('EIO', Number(sync));
const record = await openSample(directory, { clock: systemClock }).catch(() => undefined);
if (record) await workAsFarAsAllowed(record);
const wasReached = disk.wasReached();
disk.off();
await record?.close().catch(() => undefined);
process.stdout.write(wasReached ? 'reached' : 'ended');

async function workAsFarAsAllowed(opened: StationRecord): Promise<void> {
  const refused = new Set<number>();
  const attempt = async ({ write, run, do: work }: ShiftWrite): Promise<void> => {
    if (refused.has(run)) return;
    await work().then(
      () => disk.mark(JSON.stringify({ write, run })),
      () => void refused.add(run),
    );
  };
  for (const turn of shiftTurns(opened, Number(runCount))) await Promise.all(turn.map(attempt));
}
