// What a schema says about one place in a value: the keys that are known there, and what the value is for.
import { z } from 'zod';

/** The keys that a map at that place may have; empty where it takes no map. */
export function listKnownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const shapes = listSchemasAt(schema, path).flatMap((one) =>
    one instanceof z.ZodObject ? Object.keys(one.shape) : [],
  );
  return [...new Set(shapes)];
}

/** What the value at that place is for, in the words of the schema that holds it; empty where it has none. */
export function findPurpose(schema: z.ZodType, path: readonly PropertyKey[]): string {
  const holders = listSchemasAt(schema, path).filter((one) => listInner(one).length === 0);
  return holders.find(({ description }) => description !== undefined)?.description ?? '';
}

/** The choices of the union at that place, in the order of its issues; empty where there is none. */
export function listChoices(schema: z.ZodType, path: readonly PropertyKey[]): readonly z.ZodType[] {
  const union = listSchemasAt(schema, path).find((one) => one instanceof z.ZodUnion);
  return union === undefined ? [] : listOptions(union);
}

/** Every schema that may hold at that place: several where a union leaves the choice; the innermost first. */
function listSchemasAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly z.ZodType[] {
  const [key, ...rest] = path;
  if (key === undefined) return [...listInner(schema).flatMap((inner) => listSchemasAt(inner, [])), schema];
  return [...listInner(schema).flatMap((inner) => listSchemasAt(inner, path)), ...listChildSchemas(schema, key, rest)];
}

function listChildSchemas(schema: z.ZodType, key: PropertyKey, rest: readonly PropertyKey[]): readonly z.ZodType[] {
  const child = findChild(schema, key);
  return child === undefined ? [] : listSchemasAt(child, rest);
}

function findChild(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<PropertyKey, z.ZodType>> = schema.shape;
    return Object.hasOwn(shape, key) ? shape[key] : undefined;
  }
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return schema instanceof z.ZodRecord ? (schema.valueType as z.ZodType) : undefined;
}

/** What a schema is made around: the value that may be left out, each choice of a union, what is read before it is changed. */
function listInner(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodUnion) return listOptions(schema);
  if (schema instanceof z.ZodPipe) return [schema.in as z.ZodType, schema.out as z.ZodType];
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodReadonly;
  return isWrapper ? [schema.unwrap() as z.ZodType] : [];
}

/** The library types them by its core, of which its schemas are made. */
function listOptions({ options }: z.ZodUnion): readonly z.ZodType[] {
  return options.map((option) => option as z.ZodType);
}
