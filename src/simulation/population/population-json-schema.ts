// The language of population files as JSON Schema (draft 2020-12), for editors.
import { type JsonSchema, toJsonSchema } from '../../recipe/load/recipe-json-schema.ts';
import { populationSchema } from './population-schema.ts';

/** The schema of population files. The shipped `populations/population.schema.json` is exactly this. */
export function buildPopulationJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Flashline population',
    ...toJsonSchema(populationSchema),
  };
}
