// The language of recipes and station files as entries of the reference, taken from the schemas that check them.
import { buildRecipeJsonSchema } from '../../recipe/load/recipe-json-schema.ts';
import { stepKinds } from '../../recipe/steps/step-kinds.ts';
import { buildStationJsonSchema } from '../../station/file/station-json-schema.ts';
import { listSchemaKeys, type SchemaKey, type SchemaNode } from './list-schema-keys.ts';
import type { ReferenceEntry, ReferenceKind } from './reference-entry.ts';

/** Joins the keys of a path: `policy › signatures`. */
const INSIDE = ' › ';
/** Lists of steps in a recipe; their own keys have a page of their own. */
const STEP_LISTS: readonly string[] = ['setup', 'steps', 'teardown'];

export function listLanguage(): readonly ReferenceEntry[] {
  const recipe: SchemaNode = buildRecipeJsonSchema(stepKinds);
  const station: SchemaNode = buildStationJsonSchema();
  return [
    ...listSchemaKeys(leaveOutSteps(recipe)).map((key) => describeKey(key, 'recipe key')),
    ...stepKinds.flatMap(({ kind, summary, shorthand }) => listStep(kind, summary, shorthand, recipe)),
    ...listSchemaKeys(station).map((key) => describeKey(key, 'station key')),
  ];
}

function leaveOutSteps(recipe: SchemaNode): SchemaNode {
  const { entry: _entry, group: _group, ...definitions } = recipe.$defs ?? {};
  const properties = Object.entries(recipe.properties ?? {}).map(([key, value]) =>
    STEP_LISTS.includes(key) ? [key, { ...value, items: { description: 'a step' } }] : [key, value],
  );
  return { ...recipe, $defs: definitions, properties: Object.fromEntries(properties) };
}

function listStep(
  kind: string,
  summary: string,
  shorthand: string | undefined,
  recipe: SchemaNode,
): readonly ReferenceEntry[] {
  const parameters = recipe.$defs?.[kind]?.properties?.[kind] ?? {};
  const keys = listSchemaKeys(parameters, recipe);
  const short: ReferenceEntry['facts'] =
    shorthand === undefined ? [] : [['Short form', `${kind}: VALUE stands for ${kind}: { ${shorthand}: VALUE }`]];
  return [
    { word: kind, kind: 'step', means: `${summary}.`, facts: short },
    ...keys.map((key) => describeKey({ ...key, path: [kind, ...key.path] }, 'step')),
  ];
}

function describeKey(
  { path, means, takes, bounds, fallback, isRequired }: SchemaKey,
  kind: ReferenceKind,
): ReferenceEntry {
  return {
    word: path.join(INSIDE),
    kind,
    means: means === '' ? '' : `${means}.`,
    facts: [
      ['Takes', takes],
      ...(bounds === '' ? [] : ([['Bounds', bounds]] as const)),
      ['Default', fallback ?? (isRequired ? 'none: it has to be there' : 'left out')],
    ],
  };
}
