import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { sampleRecipe } from './sample-recipe.ts';
import { failing, openWorkbench } from './station-harness.ts';

const nothingThere = { check: failing('usb/not-found') };

describe('a run that a person starts though nothing is seen of the unit', () => {
  it('asks for the label, runs the recipe, and is judged like any other', async () => {
    const bench = await openWorkbench({ recipe: labelled(), deeds: nothingThere });
    await bench.station.start();
    bench.station.startUndetectedUnit(2);
    await bench.settle();
    expect(bench.told(2).slice(1)).toEqual(['unit-declared', 'label-awaited']);
    bench.station.scan('P000000001');
    await bench.settle();
    expect(bench.ofType('unit-declared')).toMatchObject([{ fixture: 2, by: 'kim' }]);
    expect(bench.memory.runs).toMatchObject([
      { fixture: 2, unit: { label: 'P000000001' }, result: 'fail', failure: { code: 'usb/not-found' } },
    ]);
    expect(bench.memory.runs[0]!.verdict.disposition).toBe('retest');
  });

  it('keeps its result until somebody confirms, also after the power came back', async () => {
    const bench = await openWorkbench({ powered: true, deeds: nothingThere });
    await bench.station.start();
    bench.station.startUndetectedUnit(1);
    await bench.clock.advance(60_000);
    expect(bench.memory.runs).toHaveLength(1);
    expect(bench.told(1)).not.toContain('unit-removed');
    bench.station.confirmPutAway(bench.memory.runs[0]!.runId);
    await bench.settle();
    expect(bench.told(1).slice(-2)).toEqual(['unit-removed', 'fixture-emptied']);
  });

  it('is followed by the next start, and by the next unit that shows itself', async () => {
    const bench = await openWorkbench({ deeds: nothingThere });
    await bench.station.start();
    bench.station.startUndetectedUnit(1);
    await bench.clock.advance(5_000);
    bench.station.startUndetectedUnit(1);
    await bench.clock.advance(5_000);
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(3);
    expect(bench.memory.runs.map(({ unit }) => unit.deviceId !== undefined)).toEqual([false, false, true]);
  });

  it('goes on with the unit when that shows itself after all, and then sees it leave', async () => {
    const bench = await openWorkbench({
      deeds: {
        check: async () => {
          bench.plug(1);
          return { result: 'passed' };
        },
      },
    });
    await bench.station.start();
    bench.station.startUndetectedUnit(1);
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(1);
    bench.unplug(1);
    await bench.clock.advance(2_000);
    expect(bench.told(1).slice(-2)).toEqual(['unit-removed', 'fixture-emptied']);
    expect(bench.memory.runs).toHaveLength(1);
  });

  it('is begun by card too', async () => {
    const bench = await openWorkbench({ deeds: nothingThere });
    await bench.station.start();
    bench.station.scan('FLASHLINE/test/START/2');
    await bench.settle();
    expect(bench.memory.runs).toMatchObject([{ fixture: 2, failure: { code: 'usb/not-found' } }]);
  });

  it('is not begun where a unit shows itself, where there is no fixture, or when the station ends', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(() => bench.station.startUndetectedUnit(1)).toThrow(/fixture 1 has a unit/);
    expect(() => bench.station.startUndetectedUnit(9)).toThrow(/there is no fixture 9/);
    bench.station.scan('FLASHLINE/test/START/1');
    await bench.settle();
    expect(bench.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('fixture 1 has a unit') }]);
    void bench.station.finish();
    expect(() => bench.station.startUndetectedUnit(2)).toThrow(/no new runs begin/);
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(1);
  });

  it('turns the unit away from a stopped fixture, which is empty again at once', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.station.stopFixture(1, 'loose pins');
    bench.station.startUndetectedUnit(1);
    await bench.settle();
    expect(bench.memory.headers).toEqual([]);
    expect(bench.told(1).slice(-2)).toEqual(['unit-removed', 'fixture-emptied']);
  });
});

function labelled(): Recipe {
  const recipe = sampleRecipe();
  return { ...recipe, unit: { ...recipe.unit, labelFrom: 'scanner' } };
}
