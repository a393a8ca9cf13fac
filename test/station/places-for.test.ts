import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { loadStation } from '../../src/station/file/load-station.ts';
import { selectFixturesForRecipe } from '../../src/station/file/select-fixtures.ts';
import { sampleRecipe } from './sample-recipe.ts';

const bench = loadStation('stations/bench-1.yaml');
const overDfu = sampleRecipe();
const [step] = overDfu.main;
const overSwd: Recipe = { ...overDfu, main: [{ ...step!, kind: 'swd-examine' }, ...overDfu.main] };
const locking: Recipe = { ...overDfu, teardown: [{ ...step!, kind: 'swd-lock' }] };

describe('the fixtures that are open to a recipe', () => {
  it('are all but the rework bench where it works over USB alone', () => {
    expect(selectFixturesForRecipe(bench, overDfu).fixtures.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([overSwd, locking])(
    'are those with a probe, the rework bench among them, where it works by one',
    (recipe) => {
      const { fixtures } = selectFixturesForRecipe(bench, recipe);
      expect(fixtures.map(({ number, probe }) => [number, probe?.kind])).toEqual([
        [4, 'st-link'],
        [6, 'cmsis-dap'],
      ]);
    },
  );

  it('are none, told before anything is plugged in, where the station has nothing for it', () => {
    const withoutProbes = { ...bench, fixtures: bench.fixtures.slice(0, 3) };
    const benchAlone = { ...bench, fixtures: bench.fixtures.slice(5) };
    expect(() => selectFixturesForRecipe(withoutProbes, overSwd)).toThrow(
      /works by a debug probe, and no fixture of bench-1 has one/,
    );
    expect(() => selectFixturesForRecipe(benchAlone, overDfu)).toThrow(/every fixture of bench-1 is a rework bench/);
  });
});
