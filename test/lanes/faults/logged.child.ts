// The process whose disk is written down: opens a record, works a shift, ends; each promise is a mark in the log.
import { openSample } from '../../record/sample-runs.ts';
import { disk } from './disk-shim.ts';
import { shiftWrites } from './shift.ts';

const [directory, runCount, log] = process.argv.slice(2) as [string, string, string];
disk.log(log);
const record = await openSample(directory);
for (const { write, run, do: work } of shiftWrites(record, Number(runCount))) {
  await work();
  disk.mark(JSON.stringify({ write, run }));
}
await record.close();
const again = await openSample(directory);
for (const { write, run, do: work } of shiftWrites(again, 2, Number(runCount) + 1)) {
  await work();
  disk.mark(JSON.stringify({ write, run }));
}
await again.close();
