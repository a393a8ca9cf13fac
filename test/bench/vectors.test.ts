// Holds the virtual bootloaders to recorded truth: every request of every recorded scenario is asked and compared.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { createPhoton } from '../../src/bench/photon/photon-board.ts';
import { type ReplayResult, replay, tracesIn } from './recorded-traces.ts';

const SHIPPED = join(import.meta.dirname, '../vectors/photon-dfu');

/** Further generations of the same form, at any depth: `FLASHLINE_VECTORS=DIR npm run test:vectors`. */
const FURTHER = process.env['FLASHLINE_VECTORS'];

describe('a virtual bootloader', () => {
  it.each(generationsIn(SHIPPED))('of %s answers, and works inside, as the recorded one', (generation, folder) => {
    const results = replayed(generation, folder);
    expect(results.flatMap((result) => result.differences)).toEqual([]);
    expect(results.flatMap((result) => result.insideDifferences)).toEqual([]);
  });

  it('is compared with the traces of a folder, of its generations, and of the folder above them alike', () => {
    const above = generationsIn(join(SHIPPED, '..'));
    expect(above).toEqual(generationsIn(SHIPPED));
    expect(generationsIn(join(SHIPPED, 'v2.3.1'))).toEqual([above.at(-1)]);
  });

  it('takes 10 ms for SET_CONFIGURATION where that clears the error flags, and for no other', () => {
    const times = (['spark-2014-11-20', 'spark-2015-02-02', 'v0.4.4', 'v2.3.1'] as const).map((generation) => {
      const board = createPhoton({ random: createSeededRandom(1), generation });
      board.powerOn();
      board.advanceTime(5_000);
      const configure = Uint8Array.of(0, 9, 1, 0, 0, 0, 0, 0);
      return board.handleControlTransfer(configure, new Uint8Array(0)).busyMs;
    });
    expect(times).toEqual([0, 10, 0, 0]);
  });

  it('has six generations of traces to be compared with', () => {
    expect(generationsIn(SHIPPED).map(([name]) => name)).toEqual([
      'spark-2014-11-20',
      'v0.4.4',
      'v0.4.9',
      'v0.6.0',
      'v0.7.0',
      'v2.3.1',
    ]);
  });
});

if (FURTHER) {
  describe(`a virtual bootloader before the traces in ${FURTHER}`, () => {
    it.each(generationsIn(FURTHER))('of %s answers, and works inside, as the recorded one', (generation, folder) => {
      const results = replayed(generation, folder);
      expect(results.flatMap((result) => result.differences)).toEqual([]);
      expect(results.flatMap((result) => result.insideDifferences)).toEqual([]);
    });
  });
}

/** Folders with traces: the root itself, else those below it, however deep. */
function generationsIn(root: string): readonly (readonly [string, string])[] {
  if (!existsSync(root)) throw new Error(`FLASHLINE_VECTORS: no folder ${root}`);
  if (tracesIn(root).length > 0) return [[root.split('/').filter(Boolean).at(-1)!, root]];
  return readdirSync(root)
    .sort()
    .map((name) => join(root, name))
    .filter((folder) => statSync(folder).isDirectory())
    .flatMap(generationsIn);
}

function replayed(generation: string, folder: string): readonly ReplayResult[] {
  const results = tracesIn(folder).map(replay);
  expect(results.length, `traces in ${folder}`).toBeGreaterThan(0);
  process.stdout.write(`${summaryOf(generation, results)}\n`);
  return results;
}

function summaryOf(generation: string, results: readonly ReplayResult[]): string {
  const sum = (count: (result: ReplayResult) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const differing = results.filter((result) => result.differences.length > 0).length;
  return [
    `${generation}: ${results.length - differing} scenarios agreed and ${differing} differed;`,
    `${sum((result) => result.comparedSteps)} steps compared,`,
    `${sum((result) => result.differences.length)} differences on the wire,`,
    `${sum((result) => result.insideDifferences.length)} inside,`,
    `${sum((result) => result.exceptedSteps)} steps excepted (model)`,
  ].join(' ');
}
