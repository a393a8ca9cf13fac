import { describe, expect, it } from 'vitest';
import { renderRecipeGraph } from '../../src/station/fixture/recipe-graph.ts';
import { retry, sampleRecipe, step } from './sample-recipe.ts';

/** Where a run is tested, in the whole life of a unit. */
const testing = 'occupied__running__testing';

describe('the graph of a recipe', () => {
  const graph = renderRecipeGraph(
    sampleRecipe({ main: [step('flash', { retry: retry(2, ['power-cycle'], 500) })], groups: [], teardown: [] }),
  );

  it('draws each step inside its phase, by its name in the recipe', () => {
    expect(graph).toContain(
      `state "main" as ${testing}__main {\n          [*] --> ${testing}__main__flash\n          state "flash"`,
    );
  });

  it('tells how often a step is tried again, and what is done before', () => {
    expect(graph.split('\n').filter((line) => line.startsWith(`  ${testing}__main__flash`))).toEqual([
      `  ${testing}__main__flash --> ${testing}__teardown: passed / failed / timed-out / errored / aborted`,
      `  ${testing}__main__flash --> ${testing}__main__flash_pause: failed / timed-out, up to 2 more of flash`,
      `  ${testing}__main__flash_pause --> ${testing}__teardown: abort`,
      `  ${testing}__main__flash_pause --> ${testing}__main__flash_power_cycle: after 500 ms`,
      `  ${testing}__main__flash_power_cycle --> ${testing}__main__flash: passed`,
      `  ${testing}__main__flash_power_cycle --> ${testing}__main__flash_pause: failed / timed-out, up to 2 more of flash`,
      `  ${testing}__main__flash_power_cycle --> ${testing}__teardown: failed / timed-out / errored / aborted`,
    ]);
  });

  it('draws an empty phase as a way through', () => {
    expect(graph).toContain(`  ${testing}__teardown --> ${testing}__makingSafe\n`);
  });
});
