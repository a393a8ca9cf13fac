// The process that is killed: opens a record, works without end, and says each promise on its standard output.
import { writeSync } from 'node:fs';
import { openSample } from '../../record/sample-runs.ts';
import { disk } from './disk-shim.ts';
import { shiftWrites } from './shift.ts';

const [directory, runCount, killAt, afterIt] = process.argv.slice(2) as [string, string, string?, string?];
if (killAt) disk.killAt(Number(killAt), afterIt === 'after');
const record = await openSample(directory);
writeSync(1, 'ready\n');
for (const { write, run, do: work } of shiftWrites(record, Number(runCount))) {
  await work();
  writeSync(1, `${JSON.stringify({ write, run })}\n`);
}
await record.close();
writeSync(1, 'ended\n');
