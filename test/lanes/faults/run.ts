// Runs the faults lane and prints its table: node test/lanes/faults/run.ts [--long] [--only WORD] [--require-all]
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { FaultRow, RowResult } from './row.ts';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'require-all': { type: 'boolean', default: false },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const rows = { passed: 0, failed: 0, skipped: 0 };
print('| fault | how | cases | failed | s | note |');
print('|---|---|---|---|---|---|');
for (const file of globSync('*.row.ts', { cwd: import.meta.dirname }).sort()) {
  const { row } = (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { row: FaultRow };
  if (!`${file} ${row.fault}`.includes(values.only)) continue;
  const startedAt = performance.now();
  const result = await runRow(row);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  print(`| ${row.fault} | ${row.how} | ${result.count} | ${result.failures.length} | ${seconds} | ${result.note} |`);
  for (const failure of result.failures.slice(0, 40)) print(`  failed: ${failure}`);
  rows[standingOf(result)] += 1;
}
print('');
print(`${rows.passed} passed, ${rows.failed} failed, ${rows.skipped} skipped`);
process.exitCode = rows.failed === 0 ? 0 : 1;

function standingOf({ count, failures }: RowResult): keyof typeof rows {
  if (failures.length > 0) return 'failed';
  if (count > 0) return 'passed';
  return values['require-all'] ? 'failed' : 'skipped';
}

async function runRow(row: FaultRow): Promise<RowResult> {
  try {
    return await row.run(values.long ? 'long' : 'short');
  } catch (error) {
    return {
      count: 0,
      failures: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
      note: 'the row itself broke',
    };
  }
}
