// The language of station files as JSON Schema (draft 2020-12), for editors.
import { type JsonSchema, toJsonSchema } from '../../recipe/load/recipe-json-schema.ts';
import { fixtureSchema, policySchema, stationSchema } from './station-schema.ts';

/** The schema of station files. The shipped `stations/station.schema.json` is exactly this. */
export function buildStationJsonSchema(): JsonSchema {
  const { properties, ...station } = toJsonSchema(stationSchema);
  const { fixtures, policy } = properties as { readonly [key: string]: JsonSchema };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Flashline station',
    ...station,
    properties: {
      ...(properties as JsonSchema),
      fixtures: { ...fixtures, items: toJsonSchema(fixtureSchema) },
      policy: { ...policy, ...toJsonSchema(policySchema) },
    },
  };
}
