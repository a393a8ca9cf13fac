// The process whose disk is written down: opens a record, works a shift, ends; each promise is a mark in the log.
import { systemClock } from '../../../src/base/clock.ts';
import { openSample } from '../../record/sample-runs.ts';
import { disk } from './disk-shim.ts';
import { type Acknowledged, shiftTurns, workShift } from './shift.ts';

const [directory, runCount, log] = process.argv.slice(2) as [string, string, string];
const mark = (kept: Acknowledged): void => disk.mark(JSON.stringify(kept));
disk.log(log);
const record = await openSample(directory, { clock: systemClock });
await workShift(shiftTurns(record, Number(runCount)), mark);
await record.close();
const again = await openSample(directory, { clock: systemClock });
await workShift(shiftTurns(again, 2, Number(runCount) + 1), mark);
await again.close();
