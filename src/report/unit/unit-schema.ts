// JSON Schema of `flashline-unit/1`, held to the record's own types: a field added there does not compile until it is here.

import type { Signature } from '../../domain/people/signature.ts';
import type { Failure } from '../../domain/run/failure.ts';
import { comparators, type Measurement } from '../../domain/run/measurement.ts';
import {
  type ErrorRecord,
  type RecipeReference,
  type RecipeTrust,
  type RunRecord,
  runResults,
  type StepRecord,
  stepPhases,
  stepResults,
} from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { bins, dispositions } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { type Repair, repairFindings } from '../../domain/unit/unit-note.ts';
import { UNIT_SCHEMA, type UnitDocument } from './unit-json.ts';

/** A JSON Schema (2020-12), as plain data. */
export type UnitJsonSchema = { readonly [key: string]: unknown };

/** The published schema of a unit's JSON. */
export function buildUnitDocumentSchema(): UnitJsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${UNIT_SCHEMA.replace('/', ':')}`,
    title: 'One run of one unit, as recorded by a Flashline station',
    ...buildObjectSchema<UnitDocument>({
      schema: { const: UNIT_SCHEMA },
      run: buildRunRecordSchema(),
      signatures: buildListSchema(buildSignatureSchema()),
      repairs: buildListSchema(buildRepairSchema()),
      earlierRuns: buildListSchema(textSchema),
    }),
  };
}

const textSchema: UnitJsonSchema = { type: 'string' };
const numberSchema: UnitJsonSchema = { type: 'number' };
const integerSchema: UnitJsonSchema = { type: 'integer' };
const booleanSchema: UnitJsonSchema = { type: 'boolean' };
const momentSchema: UnitJsonSchema = { type: 'string', format: 'date-time', description: 'ISO 8601 with offset' };
const sha256Schema: UnitJsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

/** Codes are added over time and never renamed: a reader must not break on a new one. */
const failureCodeSchema: UnitJsonSchema = { type: 'string', pattern: '^[a-z]+/[a-z-]+$' };

/** Every key of the type must be given; keys that the type leaves optional are not required. */
function buildObjectSchema<Type extends object>(
  fields: { readonly [Key in keyof Required<Type>]: UnitJsonSchema },
  optional: readonly (keyof Type)[] = [],
): UnitJsonSchema {
  const required = Object.keys(fields).filter((key) => !optional.includes(key as keyof Type));
  return { type: 'object', properties: fields, required, additionalProperties: false };
}

function buildListSchema(items: UnitJsonSchema): UnitJsonSchema {
  return { type: 'array', items };
}

function allowNull(schema: UnitJsonSchema): UnitJsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}

function buildEnumSchema(words: readonly string[]): UnitJsonSchema {
  return { enum: [...words] };
}

function buildRunRecordSchema(): UnitJsonSchema {
  return buildObjectSchema<RunRecord>({
    runId: textSchema,
    station: textSchema,
    fixture: integerSchema,
    portPath: textSchema,
    cable: allowNull(textSchema),
    batch: textSchema,
    operator: allowNull(textSchema),
    purpose: buildEnumSchema(['production', 'golden', 'known-bad', 'grr', 'engineering']),
    product: textSchema,
    recipe: buildRecipeReferenceSchema(),
    program: textSchema,
    instance: textSchema,
    startedAt: momentSchema,
    unit: buildUnitIdentitySchema(),
    endedAt: momentSchema,
    durationMs: numberSchema,
    steps: buildListSchema(buildStepRecordSchema()),
    result: buildEnumSchema(runResults),
    failure: allowNull(buildFailureSchema()),
    error: allowNull(buildErrorRecordSchema()),
    verdict: buildVerdictSchema(),
    attempt: integerSchema,
  });
}

function buildRecipeReferenceSchema(): UnitJsonSchema {
  const image = buildObjectSchema<RecipeReference['images'][number]>({
    name: textSchema,
    file: textSchema,
    sha256: sha256Schema,
    sizeBytes: integerSchema,
  });
  const fields = { name: textSchema, revision: textSchema, sha256: sha256Schema, images: buildListSchema(image) };
  return buildObjectSchema<RecipeReference>({ ...fields, trust: buildTrustSchema() }, ['trust']);
}

function buildTrustSchema(): UnitJsonSchema {
  const signer = buildObjectSchema<NonNullable<RecipeTrust['signer']>>({
    name: textSchema,
    role: textSchema,
    key: textSchema,
    signedAt: textSchema,
    expiresAt: textSchema,
  });
  return buildObjectSchema<RecipeTrust>({
    mode: buildEnumSchema(['development', 'production']),
    signer: allowNull(signer),
  });
}

function buildUnitIdentitySchema(): UnitJsonSchema {
  return buildObjectSchema<UnitIdentity>(
    {
      label: textSchema,
      deviceId: textSchema,
      macAddress: textSchema,
      keyHash: textSchema,
      usbSerial: textSchema,
      part: textSchema,
      revision: textSchema,
    },
    ['label', 'deviceId', 'macAddress', 'keyHash', 'usbSerial', 'part', 'revision'],
  );
}

function buildStepRecordSchema(): UnitJsonSchema {
  return buildObjectSchema<StepRecord>({
    id: textSchema,
    kind: textSchema,
    phase: buildEnumSchema(stepPhases),
    attempt: integerSchema,
    startedAtMs: numberSchema,
    durationMs: numberSchema,
    result: buildEnumSchema(stepResults),
    failure: allowNull(buildFailureSchema()),
    error: allowNull(buildErrorRecordSchema()),
    measurements: buildListSchema(buildMeasurementSchema()),
    evidence: buildListSchema(evidenceSchema),
  });
}

/** Evidence is told apart by `kind`; what belongs to a kind is described in the program's own types. */
const evidenceSchema: UnitJsonSchema = { type: 'object', properties: { kind: textSchema }, required: ['kind'] };

function buildFailureSchema(): UnitJsonSchema {
  return buildObjectSchema<Failure>({
    code: failureCodeSchema,
    message: textSchema,
    site: buildObjectSchema<Failure['site']>(
      { image: textSchema, address: integerSchema, block: integerSchema, sector: integerSchema, command: textSchema },
      ['image', 'address', 'block', 'sector', 'command'],
    ),
    evidence: buildListSchema(evidenceSchema),
  });
}

function buildErrorRecordSchema(): UnitJsonSchema {
  return buildObjectSchema<ErrorRecord>({ code: textSchema, message: textSchema, hint: textSchema });
}

function buildMeasurementSchema(): UnitJsonSchema {
  const value: UnitJsonSchema = { type: ['number', 'string', 'boolean'] };
  const limits = buildObjectSchema<NonNullable<Measurement['limits']>>(
    {
      comparator: buildEnumSchema(comparators),
      low: numberSchema,
      high: numberSchema,
      expected: { anyOf: [value, buildListSchema(value)] },
      marginalShare: numberSchema,
    },
    ['low', 'high', 'expected', 'marginalShare'],
  );
  return buildObjectSchema<Measurement>({
    name: textSchema,
    unit: textSchema,
    value: allowNull(value),
    limits: allowNull(limits),
    result: buildEnumSchema(['pass', 'marginal', 'fail', 'unset']),
    atMs: numberSchema,
  });
}

function buildVerdictSchema(): UnitJsonSchema {
  const instruction: UnitJsonSchema = {
    type: 'object',
    properties: {
      do: buildEnumSchema(['put-in-bin', 'move-to-fixture', 'retest-anywhere', 'reseat', 'call-technician']),
      bin: buildEnumSchema(bins),
      fixture: integerSchema,
    },
    required: ['do'],
  };
  return buildObjectSchema<Verdict>(
    {
      disposition: buildEnumSchema(dispositions),
      rule: textSchema,
      ruleText: textSchema,
      code: allowNull(failureCodeSchema),
      operatorText: textSchema,
      engineerText: textSchema,
      because: buildListSchema(textSchema),
      suspects: buildListSchema(buildEnumSchema(['unit', 'fixture', 'cable', 'station', 'recipe', 'lot', 'handling'])),
      marks: buildListSchema(textSchema),
      wouldChange: textSchema,
      instruction,
      countsAgainstUnit: booleanSchema,
      reason: textSchema,
      symptom: textSchema,
      failureClass: textSchema,
      awaitsFixtures: buildListSchema(integerSchema),
      likelihood: { type: 'object', additionalProperties: numberSchema },
    },
    ['reason', 'symptom', 'failureClass', 'awaitsFixtures', 'likelihood'],
  );
}

function buildSignatureSchema(): UnitJsonSchema {
  return buildObjectSchema<Signature>({
    runId: textSchema,
    by: textSchema,
    role: textSchema,
    at: momentSchema,
    decision: buildEnumSchema([...dispositions, 'use-as-is']),
    reason: textSchema,
  });
}

function buildRepairSchema(): UnitJsonSchema {
  return {
    oneOf: [
      buildObjectSchema<Extract<Repair, { kind: 'repaired' }>>(
        {
          kind: { const: 'repaired' },
          at: momentSchema,
          by: textSchema,
          cause: textSchema,
          finding: buildEnumSchema(repairFindings),
        },
        ['finding'],
      ),
      buildObjectSchema<Extract<Repair, { kind: 'released' }>>({
        kind: { const: 'released' },
        at: momentSchema,
        by: textSchema,
        reason: textSchema,
      }),
    ],
  };
}
