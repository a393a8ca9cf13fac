// Holds the virtual bootloaders to recorded truth: every request of every recorded scenario is asked and compared.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isBootloaderGeneration } from '../../src/bench/photon/generations.ts';
import { type ReplayResult, replay, tracesIn } from './recorded-traces.ts';

const SHIPPED = join(import.meta.dirname, '../vectors/photon-dfu');

/** Further generations of the same form: `FLASHLINE_VECTORS=DIR npm run test:vectors`. */
const FURTHER = process.env['FLASHLINE_VECTORS'];

for (const root of [SHIPPED, ...(FURTHER ? [FURTHER] : [])]) {
  describe(`recorded traces in ${root === SHIPPED ? 'test/vectors/photon-dfu' : root}`, () => {
    it.each(generationsIn(root))('the virtual bootloader %s answers as the recorded one', (generation, folder) => {
      expect(isBootloaderGeneration(generation), `a personality for ${generation}`).toBe(true);
      const results = tracesIn(folder).map(replay);
      process.stdout.write(`${summaryOf(generation, results)}\n`);
      expect(results.flatMap((result) => result.differences)).toEqual([]);
      expect(results.reduce((sum, result) => sum + result.comparedSteps, 0)).toBeGreaterThan(0);
    });
  });
}

it('all six shipped generations are there to be compared with', () => {
  expect(generationsIn(SHIPPED).map(([name]) => name)).toEqual([
    'spark-2014-11-20',
    'v0.4.4',
    'v0.4.9',
    'v0.6.0',
    'v0.7.0',
    'v2.3.1',
  ]);
});

/** Folders with traces: the root's own, or those in it. */
function generationsIn(root: string): readonly (readonly [string, string])[] {
  if (!existsSync(root)) throw new Error(`FLASHLINE_VECTORS: no folder ${root}`);
  if (tracesIn(root).length > 0) return [[root.split('/').filter(Boolean).at(-1)!, root]];
  return readdirSync(root)
    .sort()
    .map((name): readonly [string, string] => [name, join(root, name)])
    .filter(([, folder]) => statSync(folder).isDirectory());
}

function summaryOf(generation: string, results: readonly ReplayResult[]): string {
  const sum = (count: (result: ReplayResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const differing = results.filter((result) => result.differences.length > 0).length;
  return [
    `${generation}: ${results.length - differing} of ${results.length} scenarios agree,`,
    `${sum((result) => result.comparedSteps)} steps compared,`,
    `${sum((result) => result.differences.length)} differences,`,
    `${sum((result) => result.exceptedSteps)} steps excepted (model)`,
  ].join(' ');
}
