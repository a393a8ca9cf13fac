// `flashline recipe`: a recipe drawn as the machine that will run it, and signed by who answers for it.

import { systemClock } from '../../../base/clock.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import { stepKinds } from '../../../recipe/steps/step-kinds.ts';
import { readInputFile } from '../../../recipe/yaml/input-file.ts';
import { signFile } from '../../../record/people/file-signature.ts';
import { renderRecipeGraph } from '../../../station/fixture/recipe-graph.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { graphVerb, signRecipeVerb } from './recipe-verbs.ts';

export function printGraph({ terminal }: Cli, { file }: VerbInput<typeof graphVerb>): void {
  const recipe = loadRecipe(findRecipeOrStationFile('recipes', file), { stepKinds, images: 'not-read' });
  terminal.writeOut(renderRecipeGraph(recipe));
}

export function signRecipe({ terminal }: Cli, { file: name, key }: VerbInput<typeof signRecipeVerb>): void {
  const file = findRecipeOrStationFile('recipes', name);
  const recipe = loadRecipe(file, buildLoadRecipeOptions('real'));
  const found = readInputFile(key, MAX_KEY_BYTES);
  if (!('bytes' in found)) throw createArgumentError(found.trouble, found.hint ?? 'name the private key');
  const pem = Buffer.from(found.bytes).toString('utf8');
  const at = new Date(systemClock.readWallMs()).toISOString();
  replaceFileAtomically(`${file}.sig`, signFile(recipe.sha256, pem, at));
  terminal.writeOut(`${file}.sig: ${recipe.name} revision ${recipe.revision} signed\n`);
}

const MAX_KEY_BYTES = 16_384;
