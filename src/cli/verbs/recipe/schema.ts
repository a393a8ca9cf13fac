// `flashline schema [recipe|station|unit-report]`: the language of recipes, station files or unit reports as JSON Schema.
import { Argument } from 'commander';
import type { AddVerb } from '../program.ts';

export const addSchema: AddVerb = (program, cli) => {
  program
    .command('schema')
    .description('print the JSON Schema of recipes, station files or unit reports, for editors and other tools')
    .addArgument(
      new Argument('[of]', 'what is described').choices(['recipe', 'station', 'unit-report']).default('recipe'),
    )
    .action(async (of: keyof typeof schemas) => {
      const schema = await schemas[of]();
      cli.terminal.out(`${JSON.stringify(schema, null, 2)}\n`);
    });
};

async function recipeSchema(): Promise<unknown> {
  const { recipeJsonSchema } = await import('../../../recipe/load/recipe-json-schema.ts');
  const { stepKinds } = await import('../../../recipe/steps/step-kinds.ts');
  return recipeJsonSchema(stepKinds);
}

async function stationSchema(): Promise<unknown> {
  const { stationJsonSchema } = await import('../../../station/file/station-json-schema.ts');
  return stationJsonSchema();
}

async function unitReportSchema(): Promise<unknown> {
  const { unitSchema } = await import('../../../report/unit/unit-schema.ts');
  return unitSchema();
}

const schemas = { recipe: recipeSchema, station: stationSchema, 'unit-report': unitReportSchema };
