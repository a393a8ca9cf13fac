// Exports as many runs as asked for as CSV and prints the most memory that the process ever held, as JSON.
import { setFlagsFromString } from 'node:v8';
import { defaultExportOptions } from '../../../src/exchange/export-format.ts';
import { exportFormats } from '../../../src/exchange/formats/export-formats.ts';
import { manyRuns } from './many-runs.ts';

/** As `flashline export` does. */
setFlagsFromString('--semi-space-growth-factor=1');

const SAMPLE_EVERY = 1000;
const count = Number(process.argv[2]);
const csv = exportFormats.find((format) => format.name === 'csv')!;
const started = performance.now();
let mostBytes = 0;
let writtenBytes = 0;
let pieces = 0;

async function* runs(): AsyncGenerator<ReturnType<typeof manyRuns> extends Generator<infer Run> ? Run : never> {
  yield* manyRuns(count);
}

for await (const { text } of csv.write(runs, defaultExportOptions)) {
  writtenBytes += Buffer.byteLength(text);
  pieces += 1;
  if (pieces % SAMPLE_EVERY === 0) mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
}
process.stdout.write(JSON.stringify({ mostBytes, writtenBytes, seconds: (performance.now() - started) / 1000 }));
