// `flashline schema [recipe|station|population|unit-report]`: the language of recipes, stations, populations or unit reports as JSON Schema.
import { buildRecipeJsonSchema } from '../../../recipe/load/recipe-json-schema.ts';
import { stepKinds } from '../../../recipe/steps/step-kinds.ts';
import { buildUnitDocumentSchema } from '../../../report/unit/unit-schema.ts';
import { buildPopulationJsonSchema } from '../../../simulation/population/population-json-schema.ts';
import { buildStationJsonSchema } from '../../../station/file/station-json-schema.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { schemaVerb } from './recipe-verbs.ts';

const schemas = {
  recipe: () => buildRecipeJsonSchema(stepKinds),
  station: buildStationJsonSchema,
  population: buildPopulationJsonSchema,
  'unit-report': buildUnitDocumentSchema,
};

export function printSchema({ terminal }: Cli, { of }: VerbInput<typeof schemaVerb>): void {
  terminal.writeOut(`${JSON.stringify(schemas[of](), null, 2)}\n`);
}
