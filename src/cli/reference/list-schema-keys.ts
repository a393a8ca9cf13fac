// Every key that a JSON Schema allows, with what may stand there: the schema is the one source of the language.

/** The part of JSON Schema that the schemas of recipes and station files use. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

export interface SchemaKey {
  /** Keys from the outside in; `[]` after one stands for each item of a list, `NAME` for a name of one's own. */
  readonly path: readonly string[];
  readonly means: string;
  /** What may stand there: `text`, `true or false`, `one of stop, run all`. */
  readonly takes: string;
  /** Its bounds, empty when there are none. */
  readonly bounds: string;
  /** As written in YAML; null when it has none. */
  readonly fallback: string | null;
  readonly isRequired: boolean;
}

/** Deeper keys than these are no language for people. */
const MAX_DEPTH = 6;

/** The keys of a mapping and of what lies in it, in the order of the schema. References that come back to themselves end. */
export function listSchemaKeys(schema: SchemaNode, root: SchemaNode = schema): readonly SchemaKey[] {
  return listKeys(schema, { root, path: [], seen: [] });
}

interface Place {
  readonly root: SchemaNode;
  readonly path: readonly string[];
  readonly seen: readonly string[];
}

function listKeys(schema: SchemaNode, place: Place): readonly SchemaKey[] {
  if (place.path.length >= MAX_DEPTH) return [];
  if (schema.$ref !== undefined) {
    if (place.seen.includes(schema.$ref)) return [];
    return listKeys(resolveReference(schema, place.root), { ...place, seen: [...place.seen, schema.$ref] });
  }
  const { additionalProperties: named } = schema;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => listKey(key, value, schema, place)),
    ...(typeof named === 'object' ? listKeys(named, { ...place, path: [...place.path, 'NAME'] }) : []),
    ...(schema.items ? listKeys(schema.items, { ...place, path: appendListMark(place.path) }) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((choice) => listKeys(choice, place)),
  ];
}

function listKey(key: string, value: SchemaNode, parent: SchemaNode, place: Place): readonly SchemaKey[] {
  const path = [...place.path, key];
  const known = value.$ref === undefined ? value : { ...resolveReference(value, place.root), ...value };
  const own: SchemaKey = {
    path,
    means: known.description ?? '',
    takes: describeType(known, place.root),
    bounds: describeBounds(known),
    fallback: known.default === undefined ? null : formatDefault(known.default),
    isRequired: parent.required?.includes(key) === true && known.default === undefined,
  };
  return [own, ...listKeys(value, { ...place, path })];
}

function appendListMark(path: readonly string[]): readonly string[] {
  const last = path.at(-1);
  return last === undefined ? path : [...path.slice(0, -1), `${last}[]`];
}

function resolveReference({ $ref }: SchemaNode, root: SchemaNode): SchemaNode {
  return root.$defs?.[$ref!.replace('#/$defs/', '')] ?? {};
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing',
};

function describeType(schema: SchemaNode, root: SchemaNode): string {
  if (schema.$ref !== undefined) return describeType(resolveReference(schema, root), root);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.map(String).join(', ');
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return [...new Set(choices.map((choice) => describeType(choice, root)))].join(' or ');
  if (isDuration(schema)) return 'a duration: 250 ms, 10 s, 2 min, 8 h';
  const types = [schema.type ?? 'object'].flat();
  const isListOf = schema.items && !schema.items.$ref ? describeType(schema.items, root) : null;
  if (isListOf) return `a list of ${isListOf}`;
  return types.map((type) => typeWords[type] ?? type).join(' or ');
}

function isDuration({ pattern }: SchemaNode): boolean {
  return pattern?.endsWith('(ms|s|min|h)$') === true;
}

function describeBounds(schema: SchemaNode): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems } = schema;
  return [
    describeRange(minimum, maximum, ''),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
    describeRange(minLength, maxLength, ' characters'),
    describeRange(minItems, maxItems, ' items'),
    ...(schema.pattern === undefined || isDuration(schema) ? [] : [`matches ${schema.pattern}`]),
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function describeRange(least: number | undefined, most: number | undefined, unit: string): string {
  const isFree = most === undefined || most === Number.MAX_SAFE_INTEGER;
  if (least === undefined || least === Number.MIN_SAFE_INTEGER) return isFree ? '' : `at most ${most}${unit}`;
  return isFree ? `at least ${least}${unit}` : `${least} to ${most}${unit}`;
}

function formatDefault(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
