// `npm run bench`: runs every measure of test/speed, prints the table, writes reports/bench.json; ratios, never a test.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import type { SpeedMeasure, SpeedResult } from './measure.ts';
import { processorTicks, stolenPercent } from './stolen-time.ts';

/** From this share on the host's doing is told beside a figure, %. */
const STOLEN_TOLD = 2;
/** Files of this folder that measure nothing themselves. */
const NO_GROUPS: readonly string[] = ['run', 'measure', 'stolen-time'];

const wanted = process.argv.slice(2);
const rows: (SpeedResult & { readonly group: string; readonly name: string; readonly target: string })[] = [];

for (const file of globSync('test/speed/*.ts').sort()) {
  const group = basename(file, '.ts');
  if (NO_GROUPS.includes(group) || (wanted.length > 0 && !wanted.includes(group))) continue;
  const { measures } = (await import(new URL(`./${group}.ts`, import.meta.url).href)) as {
    measures: readonly SpeedMeasure[];
  };
  for (const measure of measures) {
    const before = processorTicks();
    const result = noting(await measure.run(), stolenPercent(before));
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

/** A measure that shares its run with the row before it is told nothing: it took no time. */
function noting(result: SpeedResult, stolen: number): SpeedResult {
  if (stolen < STOLEN_TOLD) return result;
  const told = `the machine’s host kept ${Math.round(stolen)} % of the processors meanwhile`;
  return { ...result, note: result.note ? `${result.note}; ${told}` : told };
}

function format(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
