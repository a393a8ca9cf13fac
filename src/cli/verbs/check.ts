// `flashline check FILE...`: every problem of every recipe at once, as a compiler would show it.
import { exitCodes } from '../exit-codes.ts';
import type { AddVerb } from '../program.ts';

export const addCheck: AddVerb = (program, cli) => {
  program
    .command('check')
    .description('check recipes and station files, and show every problem with its place')
    .argument('<files...>', 'recipes or station files, or names of shipped recipes')
    .option('--json', 'one JSON object per file on standard output')
    .action(async (files: readonly string[], options: { json?: boolean }) => {
      const { checkRecipe } = await import('../../recipe/load-recipe.ts');
      const { formatProblems } = await import('../../recipe/problems.ts');
      const { recipeSurroundings } = await import('../recipes.ts');
      const { findFile } = await import('../places.ts');
      let problemCount = 0;
      for (const name of files) {
        const file = findFile('recipes', name);
        const { problems, recipe } = checkRecipe(file, recipeSurroundings('virtual'));
        problemCount += problems.length;
        if (options.json) cli.terminal.out(`${JSON.stringify({ file, problems })}\n`);
        else if (problems.length > 0) cli.terminal.err(`${formatProblems(problems)}\n`);
        else if (recipe)
          cli.terminal.out(
            `${file}: ${recipe.name} revision ${recipe.revision}, ${recipe.main.length} steps, no problems\n`,
          );
      }
      if (problemCount > 0) cli.exit(exitCodes.usage);
    });
};
