// `flashline recipe`: a recipe drawn as the machine that will run it, and signed by who answers for it.
import type { Command } from 'commander';
import { createArgumentError } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { AddVerb, Cli } from '../program.ts';

export const addRecipe: AddVerb = (program, cli) => {
  const recipe = program.command('recipe').description('look at a recipe, or sign it');
  recipe
    .command('graph')
    .description('print the machine that a recipe becomes, as a Mermaid state diagram')
    .argument('<file>', 'a recipe, or the name of a shipped one')
    .action(async (name: string) => {
      const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
      const { renderRecipeGraph } = await import('../../../station/fixture/recipe-graph.ts');
      const { stepKinds } = await import('../../../recipe/steps/step-kinds.ts');
      const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
      cli.terminal.writeOut(
        renderRecipeGraph(loadRecipe(findRecipeOrStationFile('recipes', name), { stepKinds, images: 'not-read' })),
      );
    });
  addSign(recipe, cli);
};

function addSign(recipe: Command, cli: Cli): void {
  recipe
    .command('sign')
    .description('sign a recipe, for stations in production: the signature goes into FILE.sig')
    .argument('<file>', 'the recipe')
    .requiredOption('--key <file>', 'the private key that flashline key new made')
    .addHelpText('after', SIGN_HELP)
    .action(async (name: string, { key }: { key: string }) => {
      const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
      const { readInputFile } = await import('../../../recipe/yaml/input-file.ts');
      const { signFile } = await import('../../../record/people/file-signature.ts');
      const { systemClock } = await import('../../../base/clock.ts');
      const { buildLoadRecipeOptions } = await import('../../input/load-recipe-options.ts');
      const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
      const file = findRecipeOrStationFile('recipes', name);
      const recipe = loadRecipe(file, buildLoadRecipeOptions('real'));
      const found = readInputFile(key, MAX_KEY_BYTES);
      if (!('bytes' in found)) throw createArgumentError(found.trouble, found.hint ?? 'name the private key');
      const pem = Buffer.from(found.bytes).toString('utf8');
      replaceFileAtomically(
        `${file}.sig`,
        signFile(recipe.sha256, pem, new Date(systemClock.readWallMs()).toISOString()),
      );
      cli.terminal.writeOut(`${file}.sig: ${recipe.name} revision ${recipe.revision} signed\n`);
    });
}

const MAX_KEY_BYTES = 16_384;

const SIGN_HELP = `
Example:
  flashline recipe sign recipes/photon-2.3.1.yaml --key ~/engineer.key

A recipe with problems is not signed. Any change of the file afterwards, be it a comment, needs a new signature.
`;
