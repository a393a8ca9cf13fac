// JSON Schema of `flashline-unit/1`, held to the record's own types: a field added there does not compile until it is here.

import type { Failure } from '../../domain/run/failure.ts';
import { comparators, type Measurement } from '../../domain/run/measurement.ts';
import {
  type ErrorRecord,
  type RecipeReference,
  type RunRecord,
  runResults,
  type StepRecord,
  stepPhases,
  stepResults,
} from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { bins, dispositions } from '../../domain/run/verdict.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import { UNIT_SCHEMA, type UnitDocument } from './unit-json.ts';

/** A JSON Schema (2020-12), as plain data. */
export type Schema = { readonly [key: string]: unknown };

/** The published schema of a unit's JSON. */
export function unitSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:${UNIT_SCHEMA.replace('/', ':')}`,
    title: 'One run of one unit, as recorded by a Flashline station',
    ...object<UnitDocument>({
      schema: { const: UNIT_SCHEMA },
      run: runRecord(),
      signatures: list(signature()),
      repairs: list(repair()),
      earlierRuns: list(text),
    }),
  };
}

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const whole: Schema = { type: 'integer' };
const flag: Schema = { type: 'boolean' };
const moment: Schema = { type: 'string', format: 'date-time', description: 'ISO 8601 with offset' };
const sha256: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

/** Codes are added over time and never renamed: a reader must not break on a new one. */
const failureCode: Schema = { type: 'string', pattern: '^[a-z]+/[a-z-]+$' };

/** Every key of the type must be given; keys that the type leaves optional are not required. */
function object<Type extends object>(
  fields: { readonly [Key in keyof Required<Type>]: Schema },
  optional: readonly (keyof Type)[] = [],
): Schema {
  const required = Object.keys(fields).filter((key) => !optional.includes(key as keyof Type));
  return { type: 'object', properties: fields, required, additionalProperties: false };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

function oneOf(words: readonly string[]): Schema {
  return { enum: [...words] };
}

function runRecord(): Schema {
  return object<RunRecord>({
    runId: text,
    station: text,
    fixture: whole,
    portPath: text,
    cable: orNull(text),
    batch: text,
    operator: orNull(text),
    purpose: oneOf(['production', 'golden', 'known-bad', 'grr', 'engineering']),
    product: text,
    recipe: recipeReference(),
    program: text,
    instance: text,
    startedAt: moment,
    unit: unitIdentity(),
    endedAt: moment,
    durationMs: number,
    steps: list(stepRecord()),
    result: oneOf(runResults),
    failure: orNull(failure()),
    error: orNull(errorRecord()),
    verdict: verdict(),
    attempt: whole,
  });
}

function recipeReference(): Schema {
  const image = object<RecipeReference['images'][number]>({ name: text, file: text, sha256, sizeBytes: whole });
  return object<RecipeReference>({ name: text, revision: text, sha256, images: list(image) });
}

function unitIdentity(): Schema {
  return object<UnitIdentity>(
    { label: text, deviceId: text, macAddress: text, keyHash: text, usbSerial: text, part: text, revision: text },
    ['label', 'deviceId', 'macAddress', 'keyHash', 'usbSerial', 'part', 'revision'],
  );
}

function stepRecord(): Schema {
  return object<StepRecord>({
    id: text,
    kind: text,
    phase: oneOf(stepPhases),
    attempt: whole,
    startedAtMs: number,
    durationMs: number,
    result: oneOf(stepResults),
    failure: orNull(failure()),
    error: orNull(errorRecord()),
    measurements: list(measurement()),
    evidence: list(evidence),
  });
}

/** Evidence is told apart by `kind`; what belongs to a kind is described in the program's own types. */
const evidence: Schema = { type: 'object', properties: { kind: text }, required: ['kind'] };

function failure(): Schema {
  return object<Failure>({
    code: failureCode,
    message: text,
    site: object<Failure['site']>({ image: text, address: whole, block: whole, sector: whole, command: text }, [
      'image',
      'address',
      'block',
      'sector',
      'command',
    ]),
    evidence: list(evidence),
  });
}

function errorRecord(): Schema {
  return object<ErrorRecord>({ code: text, message: text, hint: text });
}

function measurement(): Schema {
  const value: Schema = { type: ['number', 'string', 'boolean'] };
  const limits = object<NonNullable<Measurement['limits']>>(
    {
      comparator: oneOf(comparators),
      low: number,
      high: number,
      expected: { anyOf: [value, list(value)] },
      marginalShare: number,
    },
    ['low', 'high', 'expected', 'marginalShare'],
  );
  return object<Measurement>({
    name: text,
    unit: text,
    value: orNull(value),
    limits: orNull(limits),
    result: oneOf(['pass', 'marginal', 'fail', 'unset']),
    atMs: number,
  });
}

function verdict(): Schema {
  const instruction: Schema = {
    type: 'object',
    properties: {
      do: oneOf(['put-in-bin', 'move-to-fixture', 'retest-anywhere', 'reseat', 'call-technician']),
      bin: oneOf(bins),
      fixture: whole,
    },
    required: ['do'],
  };
  return object<Verdict>(
    {
      disposition: oneOf(dispositions),
      rule: text,
      ruleText: text,
      code: orNull(failureCode),
      operatorText: text,
      engineerText: text,
      because: list(text),
      suspects: list(oneOf(['unit', 'fixture', 'cable', 'station', 'recipe', 'lot', 'handling'])),
      marks: list(text),
      wouldChange: text,
      instruction,
      countsAgainstUnit: flag,
      reason: text,
      symptom: text,
      failureClass: text,
      likelihood: { type: 'object', additionalProperties: number },
    },
    ['reason', 'symptom', 'failureClass', 'likelihood'],
  );
}

function signature(): Schema {
  return object<Signature>({
    runId: text,
    by: text,
    role: text,
    at: moment,
    decision: oneOf([...dispositions, 'use-as-is']),
    reason: text,
  });
}

function repair(): Schema {
  return {
    oneOf: [
      object<Extract<Repair, { kind: 'repaired' }>>({ kind: { const: 'repaired' }, at: moment, by: text, cause: text }),
      object<Extract<Repair, { kind: 'released' }>>({
        kind: { const: 'released' },
        at: moment,
        by: text,
        reason: text,
      }),
    ],
  };
}
