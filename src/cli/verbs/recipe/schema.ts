// `flashline schema [recipe|station|population|unit-report]`: the language of recipes, stations, populations or unit reports as JSON Schema.
import { Argument } from 'commander';
import type { AddVerb } from '../program.ts';

export const addSchema: AddVerb = (program, cli) => {
  program
    .command('schema')
    .description(
      'print the JSON Schema of recipes, station files, populations or unit reports, for editors and other tools',
    )
    .addArgument(
      new Argument('[of]', 'what is described')
        .choices(['recipe', 'station', 'population', 'unit-report'])
        .default('recipe'),
    )
    .action(async (of: keyof typeof schemas) => {
      const schema = await schemas[of]();
      cli.terminal.writeOut(`${JSON.stringify(schema, null, 2)}\n`);
    });
};

async function loadRecipeSchema(): Promise<unknown> {
  const { buildRecipeJsonSchema } = await import('../../../recipe/load/recipe-json-schema.ts');
  const { stepKinds } = await import('../../../recipe/steps/step-kinds.ts');
  return buildRecipeJsonSchema(stepKinds);
}

async function loadStationSchema(): Promise<unknown> {
  const { buildStationJsonSchema } = await import('../../../station/file/station-json-schema.ts');
  return buildStationJsonSchema();
}

async function loadPopulationSchema(): Promise<unknown> {
  const { buildPopulationJsonSchema } = await import('../../../simulation/population/population-json-schema.ts');
  return buildPopulationJsonSchema();
}

async function loadUnitReportSchema(): Promise<unknown> {
  const { buildUnitDocumentSchema } = await import('../../../report/unit/unit-schema.ts');
  return buildUnitDocumentSchema();
}

const schemas = {
  recipe: loadRecipeSchema,
  station: loadStationSchema,
  population: loadPopulationSchema,
  'unit-report': loadUnitReportSchema,
};
