// The recipe language as JSON Schema (draft 2020-12), for editors: completion, a sentence for every key, red lines under typos.
import { z } from 'zod';
import type { StepKind } from '../step.ts';
import { challengeSchema, groupFields, headerSchema, imageSchema, stepFields, unitSchema } from './recipe-schema.ts';

/** A JSON Schema as data, ready for JSON.stringify. */
export type JsonSchema = { readonly [key: string]: unknown };

/** The schema of recipes that may use these kinds of step. The shipped `recipes/recipe.schema.json` is exactly this. */
export function buildRecipeJsonSchema(stepKinds: readonly StepKind[]): JsonSchema {
  const header = toJsonSchema(headerSchema);
  const list = (title: string, items: JsonSchema): JsonSchema => ({ description: title, type: 'array', items });
  const properties = {
    ...(header['properties'] as JsonSchema),
    unit: { ...toJsonSchema(unitSchema), description: 'How a unit of the product shows itself' },
    images: {
      description: 'What is flashed, by name',
      type: 'object',
      additionalProperties: toJsonSchema(imageSchema),
    },
    setup: list('Done first; when it fails, the steps are left out', { $ref: '#/$defs/entry' }),
    steps: list('What is done to a unit', { $ref: '#/$defs/entry' }),
    teardown: list('Done last, whatever happened before', { $ref: '#/$defs/entry' }),
    challenge: { ...toJsonSchema(challengeSchema), description: 'Units that prove the tester itself' },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Flashline recipe',
    type: 'object',
    properties,
    required: [...new Set([...(header['required'] as readonly string[]), 'unit', 'steps'])],
    additionalProperties: false,
    $defs: {
      entry: { anyOf: [...listStepForms(stepKinds), createReference('group')] },
      group: buildGroupSchema(stepKinds),
      bare: buildBareStepsSchema(stepKinds),
      ...Object.fromEntries(stepKinds.map((kind) => [kind.kind, buildStepSchema(kind)])),
      ...(toJsonSchema(z.strictObject(stepFields))['properties'] as JsonSchema),
    },
  };
}

function createReference(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` };
}

/** A step by itself: each kind is a form of its own, so that no step can have two. */
function listStepForms(stepKinds: readonly StepKind[]): readonly JsonSchema[] {
  return [createReference('bare'), ...stepKinds.map(({ kind }) => createReference(kind))];
}

/** Kinds that can stand by their name alone, because everything in them has a default. */
function buildBareStepsSchema(stepKinds: readonly StepKind[]): JsonSchema {
  const bare = stepKinds.filter(({ schema }) => schema.safeParse({}).success);
  return { description: 'A step with every default', enum: bare.map(({ kind }) => kind) };
}

function buildStepSchema(kind: StepKind): JsonSchema {
  const fields = Object.fromEntries(Object.keys(stepFields).map((field) => [field, createReference(field)]));
  return {
    type: 'object',
    properties: { [kind.kind]: buildParametersSchema(kind), ...fields },
    required: [kind.kind],
    additionalProperties: false,
  };
}

/** The parameters as a map, as the bare value they are short for, or as nothing. */
function buildParametersSchema({ schema, summary, shorthand }: StepKind): JsonSchema {
  const parameters = toJsonSchema(schema);
  const short = shorthand === undefined ? undefined : (parameters['properties'] as JsonSchema)[shorthand];
  const isOptional = schema.safeParse({}).success;
  const forms = [parameters, ...(short ? [short] : []), ...(isOptional ? [{ type: 'null' }] : [])];
  return forms.length === 1 ? { description: summary, ...parameters } : { description: summary, anyOf: forms };
}

function buildGroupSchema(stepKinds: readonly StepKind[]): JsonSchema {
  const { properties, required } = toJsonSchema(z.strictObject(groupFields));
  const steps = {
    description: 'The steps of the group',
    type: 'array',
    minItems: 1,
    items: { anyOf: listStepForms(stepKinds) },
  };
  return {
    description: 'Steps that are done again together',
    type: 'object',
    properties: { ...(properties as JsonSchema), steps },
    required: [...(required as readonly string[]), 'steps'],
    additionalProperties: false,
  };
}

/** What may be written, not what it becomes. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return json;
}
