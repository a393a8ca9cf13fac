// `flashline recipe graph FILE`: the recipe as the machine that will run it, drawn as Mermaid.
import type { AddVerb } from '../program.ts';

export const addRecipe: AddVerb = (program, cli) => {
  const recipe = program.command('recipe').description('look at a recipe');
  recipe
    .command('graph')
    .description('print the machine that a recipe becomes, as a Mermaid state diagram')
    .argument('<file>', 'a recipe, or the name of a shipped one')
    .action(async (name: string) => {
      const { loadRecipe } = await import('../../recipe/load-recipe.ts');
      const { recipeGraph } = await import('../../station/recipe-graph.ts');
      const { recipeSurroundings } = await import('../recipes.ts');
      const { findFile } = await import('../places.ts');
      cli.terminal.out(recipeGraph(loadRecipe(findFile('recipes', name), recipeSurroundings('virtual'))));
    });
};
