// A reference unit that behaves wrongly wherever it is put: the unit is doubted, not one fixture after another.
import { describe, expect, it } from 'vitest';
import { sampleRecipe } from './sample-recipe.ts';
import { type Deed, failing, openWorkbench } from './station-harness.ts';

const [golden, dead] = [{ serialNumber: 'a'.repeat(24) }, { serialNumber: 'b'.repeat(24) }];
const challenge = {
  mustPass: [golden!.serialNumber],
  mustFail: new Map([[dead!.serialNumber, 'dfu/erase-stalled']]),
  everyMs: 8 * 3_600_000,
};

describe('a reference unit', () => {
  it('is in doubt when it has behaved wrongly three times in a row on two fixtures, and stops only the first', async () => {
    let isDead = true;
    const deed: Deed = async (s) => (isDead ? failing('dfu/erase-stalled')(s) : { result: 'passed' });
    const bench = await openWorkbench({
      fixtureCount: 3,
      recipe: sampleRecipe({ challenge }),
      deeds: { check: deed },
    });
    await bench.station.start();
    const runOn = async (fixture: number, unit = golden) => {
      bench.plug(fixture, unit);
      await bench.settle();
      bench.unplug(fixture);
      await bench.clock.advance(2_000);
    };
    for (const fixture of [1, 1, 2, 2, 3]) await runOn(fixture);
    expect(bench.ofType('fixture-stopped')).toMatchObject([{ fixture: 1, rule: 'C2' }]);
    expect(bench.ofType('station-fault-raised')).toMatchObject([
      {
        code: 'station/reference-in-doubt',
        fixture: null,
        message: `${golden!.serialNumber} behaved wrongly 3 times in a row, on fixtures 1, 2: the unit itself is in doubt.`,
      },
    ]);
    isDead = false;
    await runOn(2);
    expect(bench.ofType('station-fault-cleared')).toHaveLength(1);
    isDead = true;
    for (const fixture of [2, 2]) await runOn(fixture);
    expect(bench.ofType('fixture-stopped').map(({ fixture }) => fixture)).toEqual([1, 2]);
  });
});
