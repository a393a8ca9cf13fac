// `flashline schema [recipe|station]`: the language of recipes or of station files as JSON Schema, for editors.
import { Argument } from 'commander';
import type { AddVerb } from '../program.ts';

export const addSchema: AddVerb = (program, cli) => {
  program
    .command('schema')
    .description('print the JSON Schema of recipes or of station files, for editors')
    .addArgument(new Argument('[of]', 'what is described').choices(['recipe', 'station']).default('recipe'))
    .action(async (of: 'recipe' | 'station') => {
      const schema = of === 'recipe' ? await recipeSchema() : await stationSchema();
      cli.terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
    });
};

async function recipeSchema(): Promise<unknown> {
  const { recipeJsonSchema } = await import('../../recipe/json-schema.ts');
  const { stepKinds } = await import('../../recipe/steps/index.ts');
  return recipeJsonSchema(stepKinds);
}

async function stationSchema(): Promise<unknown> {
  const { stationJsonSchema } = await import('../../station/station-json-schema.ts');
  return stationJsonSchema();
}
