// The steps of every shipped recipe, as they are written: no image has to be there for that.
import { globSync, readFileSync } from 'node:fs';
import { readSteps } from '../../src/recipe/load/read-steps.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import type { Problem } from '../../src/recipe/yaml/problems.ts';
import { readYaml } from '../../src/recipe/yaml/yaml-source.ts';
import { sampleRecipe } from './sample-recipe.ts';

/** Throws when a shipped file cannot be read. */
export function shippedRecipes(): readonly Recipe[] {
  return globSync('recipes/*.yaml').sort().map(readShipped);
}

function readShipped(file: string): Recipe {
  const source = readYaml(file, readFileSync(file));
  const problems: Problem[] = [...source.problems];
  const { setup, main, teardown, recovery, groups } = readSteps(source, stepKinds, { problems, images: [] });
  if (problems.length > 0) throw new Error(`${file}: ${problems[0]!.message}`);
  const written = source.data as { readonly 'on failure'?: string };
  const onFailure = written['on failure'] === 'run all' ? 'run-all' : 'stop';
  return sampleRecipe({ name: file, setup, main, teardown, recovery, groups, onFailure });
}
