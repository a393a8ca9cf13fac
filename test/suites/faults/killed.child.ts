// The process that is killed: opens a record, works without end, and says each promise on its standard output.
import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/base/clock.ts';
import { openSample } from '../../record/sample-runs.ts';
import { disk } from './disk-shim.ts';
import { shiftTurns, workShift } from './shift.ts';

const [directory, runCount, killAt, afterIt] = process.argv.slice(2) as [string, string, string?, string?];
if (killAt) disk.killAt(Number(killAt), afterIt === 'after');
const record = await openSample(directory, { clock: systemClock });
writeSync(1, 'ready\n');
await workShift(shiftTurns(record, Number(runCount)), (kept) => void writeSync(1, `${JSON.stringify(kept)}\n`));
await record.close();
writeSync(1, 'ended\n');
