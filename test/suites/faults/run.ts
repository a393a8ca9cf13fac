// Runs the faults lane and prints its table: node test/suites/faults/run.ts [--long] [--only WORD] [--require-all]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FaultRow, RowResult } from './scenario.ts';
import { buildProgram } from './station-process.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'require-all': { type: 'boolean', default: false },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const standings = { passed: 0, failed: 0, skipped: 0 };
buildProgram();
print('| fault | how | cases | failed | s | note |');
print('|---|---|---|---|---|---|');
await eachRow((await chosenRows()).toSorted((left, right) => right.usualSeconds - left.usualSeconds));
print('');
print(`${standings.passed} passed, ${standings.failed} failed, ${standings.skipped} skipped`);
process.exitCode = standings.failed === 0 ? 0 : 1;

type NamedRow = FaultRow & { readonly file: string };

async function chosenRows(): Promise<readonly NamedRow[]> {
  const rows: NamedRow[] = [];
  for (const file of globSync('**/*.scenario.ts', { cwd: import.meta.dirname })) {
    const { row } = (await import(join(import.meta.dirname, file))) as { row: FaultRow };
    if (`${file} ${row.fault}`.includes(values.only)) rows.push({ ...row, file });
  }
  return rows;
}

/** As many rows at a time as there are cores: most of them wait for their processes much of the time. */
async function eachRow(rows: readonly NamedRow[]): Promise<void> {
  const waiting = [...rows];
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row; row = waiting.shift()) await tellRow(row);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function tellRow(row: NamedRow): Promise<void> {
  const startedAt = performance.now();
  const result = await runRow(row);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`| ${row.fault} | ${row.how} | ${result.count} | ${result.failures.length} | ${seconds} | ${result.note} |`);
  for (const failure of result.failures.slice(0, 40)) print(`  failed: ${failure}`);
  standings[standingOf(result)] += 1;
}

function standingOf({ count, failures }: RowResult): keyof typeof standings {
  if (failures.length > 0) return 'failed';
  if (count > 0) return 'passed';
  return values['require-all'] ? 'failed' : 'skipped';
}

/** A row is a process of its own: its memory is its own, and one that dies takes nothing with it. */
async function runRow({ file, heapMiB }: NamedRow): Promise<RowResult> {
  const script = join(import.meta.dirname, 'scenario.child.ts');
  const flags = heapMiB ? [`--max-old-space-size=${heapMiB}`] : [];
  const child = spawn(process.execPath, [...flags, script, file, values.long ? 'long' : 'short'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let result: RowResult | undefined;
  child.on('message', (message) => {
    result = message as RowResult;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return result ?? { count: 0, failures: [`the row ended with ${signal ?? code}`], note: 'the row itself broke' };
}
