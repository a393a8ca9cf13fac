// `npm run bench`: runs every measure of test/speed, prints the table, writes reports/bench.json; ratios, never a test.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import type { SpeedMeasure, SpeedResult } from './measure.ts';

const wanted = process.argv.slice(2);
const rows: (SpeedResult & { readonly group: string; readonly name: string; readonly target: string })[] = [];

for (const file of globSync('test/speed/*.ts').sort()) {
  const group = basename(file, '.ts');
  if (group === 'run' || group === 'measure' || (wanted.length > 0 && !wanted.includes(group))) continue;
  const { measures } = (await import(new URL(`./${group}.ts`, import.meta.url).href)) as {
    measures: readonly SpeedMeasure[];
  };
  for (const measure of measures) {
    const result = await measure.run();
    rows.push({ group, name: measure.name, target: measure.target, ...result });
    const verdict = result.met ? 'met' : 'NOT MET';
    process.stdout.write(
      `${verdict.padEnd(8)} ${measure.name}: ${format(result.value)} ${result.unit} (target ${measure.target})${result.note ? ` · ${result.note}` : ''}\n`,
    );
  }
}

mkdirSync('reports', { recursive: true });
const machine = { cores: cpus().length, node: process.version };
if (wanted.length === 0)
  writeFileSync(
    'reports/bench.json',
    `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, rows }, null, 2)}\n`,
  );
process.stdout.write(`${rows.filter((row) => row.met).length} of ${rows.length} targets met\n`);
process.exit(0);

function format(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
