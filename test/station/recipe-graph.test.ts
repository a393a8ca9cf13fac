import { describe, expect, it } from 'vitest';
import { renderRecipeGraph } from '../../src/station/fixture/recipe-graph.ts';
import { retry, sampleRecipe, step } from './sample-recipe.ts';

describe('the graph of a recipe', () => {
  const graph = renderRecipeGraph(
    sampleRecipe({ main: [step('flash', { retry: retry(2, ['power-cycle'], 500) })], groups: [], teardown: [] }),
  );

  it('draws each step inside its phase, by its name in the recipe', () => {
    expect(graph).toContain('state "main" as testing__main {\n      [*] --> testing__main__flash\n      state "flash"');
  });

  it('tells how often a step is tried again, and what is done before', () => {
    expect(graph.split('\n').filter((line) => line.startsWith('  testing__main__flash'))).toEqual([
      '  testing__main__flash --> testing__teardown: passed / failed / timed-out / errored / aborted',
      '  testing__main__flash --> testing__main__flash_pause: failed / timed-out, up to 2 more of flash',
      '  testing__main__flash_pause --> testing__teardown: abort',
      '  testing__main__flash_pause --> testing__main__flash_power_cycle: after 500 ms',
      '  testing__main__flash_power_cycle --> testing__main__flash: passed',
      '  testing__main__flash_power_cycle --> testing__main__flash_pause: failed / timed-out, up to 2 more of flash',
      '  testing__main__flash_power_cycle --> testing__teardown: failed / timed-out / errored / aborted',
    ]);
  });

  it('draws an empty phase as a way through', () => {
    expect(graph).toContain('  testing__teardown --> testing__makingSafe\n');
  });
});
