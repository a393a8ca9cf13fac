// How limits are written in a recipe, and the comparator that each way of writing stands for.
import { z } from 'zod';
import { type Comparator, comparators, type Limits } from '../../domain/run/measurement.ts';
import { patternSchema } from '../yaml/pattern-schema.ts';
import { percentSchema } from '../yaml/quantity-schemas.ts';
import { toleranceSchema } from './tolerance.ts';

/** A named measurement of a step with its unit as printed and what it is held to; `limits` is null when it is only recorded. */
export interface NamedLimits {
  readonly name: string;
  readonly unit: string;
  readonly limits: Limits | null;
}

const numberSchema = z.number();
const valueSchema = z.union([z.number(), z.string(), z.boolean()]);

/** The keys of one limit, to be spread into the mapping that names the measurement. */
export const limitKeys = {
  min: numberSchema.optional().describe('At least this'),
  max: numberSchema.optional().describe('At most this'),
  above: numberSchema.optional().describe('More than this'),
  below: numberSchema.optional().describe('Less than this'),
  nominal: toleranceSchema.optional().describe("A value with its tolerance, the ends allowed: '3.3 V ± 5 %'"),
  equals: valueSchema.optional().describe('Exactly this'),
  not: valueSchema.optional().describe('Anything but this'),
  'one of': z.array(valueSchema).min(1).optional().describe('Any of these'),
  matches: patternSchema.optional().describe('A regular expression that the whole text fits'),
  outside: z
    .tuple([numberSchema, numberSchema])
    .optional()
    .describe('Below the first or above the second; the two themselves are not allowed'),
  compare: z.enum(comparators).optional().describe('The comparator by its code, with low, high and expected'),
  low: numberSchema.optional().describe('Low limit, with compare'),
  high: numberSchema.optional().describe('High limit, with compare'),
  expected: z
    .union([valueSchema, z.array(valueSchema)])
    .optional()
    .describe('Expected value, with compare'),
  marginal: percentSchema
    .optional()
    .describe('A value this near to a limit passes but is marked, as a share of the span between the limits'),
} as const;

/** What was read of `limitKeys`. */
export type LimitFields = z.output<z.ZodObject<typeof limitKeys>>;

/** A list of limits for the measurements that a step takes by itself. */
export function createLimitsSchema<const Name extends string>(names: readonly [Name, ...Name[]]) {
  return z
    .array(
      z
        .strictObject({
          name: z.enum(names).describe('Which measurement of the step'),
          unit: z.string().default('').describe('As printed: ms, V, dBm'),
          ...limitKeys,
        })
        .transform((fields, context): NamedLimits => buildNamedLimits(fields, context)),
    )
    .default([])
    .describe(`Limits for what the step measures: ${names.join(', ')}`);
}

/** The measurement that the fields describe; an impossible pair of limits is reported to the context. */
export function buildNamedLimits(
  fields: LimitFields & { readonly name: string; readonly unit: string },
  context: z.RefinementCtx,
): NamedLimits {
  const unit = fields.unit || (fields.nominal?.unit ?? '');
  if (fields.nominal && fields.nominal.unit !== unit) {
    const message = `the unit is ${unit}, the nominal value has ${fields.nominal.unit || 'none'}`;
    context.addIssue({ code: 'custom', path: ['nominal'], message });
  }
  return { name: fields.name, unit, limits: buildLimits(fields, context) };
}

function buildLimits(fields: LimitFields, context: z.RefinementCtx): Limits | null {
  const ways = collectLimitForms(fields);
  if (ways.length > 1) {
    context.addIssue({
      code: 'custom',
      message: `give one way to compare, not ${ways.length}: ${ways.map((way) => way.keys).join('; ')}`,
    });
    return null;
  }
  const way = ways[0];
  if (!way) return null;
  if (way.low !== undefined && way.high !== undefined && way.low > way.high) {
    context.addIssue({ code: 'custom', message: `the low limit (${way.low}) is above the high limit (${way.high})` });
  }
  const fault = way.comparator === 'MATCHES' ? patternSchema.safeParse(way.expected).error : undefined;
  if (fault) context.addIssue({ code: 'custom', message: fault.issues[0]!.message });
  const missing = findMissingParts(way);
  if (missing) context.addIssue({ code: 'custom', message: `${way.comparator} needs ${missing}` });
  return {
    comparator: way.comparator,
    ...(way.low !== undefined && { low: way.low }),
    ...(way.high !== undefined && { high: way.high }),
    ...(way.expected !== undefined && { expected: way.expected }),
    ...(fields.marginal !== undefined && { marginalShare: fields.marginal }),
  };
}

interface LimitForm {
  /** The keys as written, for messages. */
  readonly keys: string;
  readonly comparator: Comparator;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly expected?: Limits['expected'] | undefined;
}

function collectLimitForms(fields: LimitFields): readonly LimitForm[] {
  const ways: LimitForm[] = [];
  const low = fields.min ?? fields.above;
  const high = fields.max ?? fields.below;
  if (low !== undefined || high !== undefined) ways.push(buildRangeForm(fields, low, high));
  if (fields.min !== undefined && fields.above !== undefined)
    ways.push({ keys: 'above', comparator: 'GT', low: fields.above });
  if (fields.max !== undefined && fields.below !== undefined)
    ways.push({ keys: 'below', comparator: 'LT', low: fields.below });
  if (fields.nominal !== undefined) {
    ways.push({ keys: 'nominal', comparator: 'GELE', low: fields.nominal.low, high: fields.nominal.high });
  }
  if (fields.equals !== undefined) ways.push({ keys: 'equals', comparator: 'EQ', expected: fields.equals });
  if (fields.not !== undefined) ways.push({ keys: 'not', comparator: 'NE', expected: fields.not });
  if (fields['one of'] !== undefined) ways.push({ keys: 'one of', comparator: 'ONE-OF', expected: fields['one of'] });
  if (fields.matches !== undefined)
    ways.push({ keys: 'matches', comparator: 'MATCHES', expected: fields.matches.source });
  if (fields.outside !== undefined) {
    ways.push({ keys: 'outside', comparator: 'LTGT', low: fields.outside[0], high: fields.outside[1] });
  }
  if (fields.compare !== undefined) ways.push(buildComparatorForm(fields.compare, fields));
  return ways;
}

/** `min`/`above` with `max`/`below`; a limit that stands alone is kept in `low`, as the model has it. */
function buildRangeForm(fields: LimitFields, low: number | undefined, high: number | undefined): LimitForm {
  const lower = fields.min !== undefined ? 'GE' : 'GT';
  const upper = fields.max !== undefined ? 'LE' : 'LT';
  const keys = [fields.min !== undefined ? 'min' : 'above', fields.max !== undefined ? 'max' : 'below'];
  if (high === undefined) return { keys: keys[0]!, comparator: lower, low };
  if (low === undefined) return { keys: keys[1]!, comparator: upper, low: high };
  return { keys: keys.join(' and '), comparator: `${lower}${upper}`, low, high };
}

/** `compare` by its code; the limit of a one-sided comparator may be called low or high, as people would. */
function buildComparatorForm(comparator: Comparator, { low, high, expected }: LimitFields): LimitForm {
  const keys = 'compare';
  return isOneSidedComparator(comparator)
    ? { keys, comparator, low: low ?? high }
    : { keys, comparator, low, high, expected };
}

function isOneSidedComparator(comparator: Comparator): boolean {
  return comparator === 'GT' || comparator === 'GE' || comparator === 'LT' || comparator === 'LE';
}

function findMissingParts({ comparator, low, high, expected }: LimitForm): string | undefined {
  if (comparator === 'LOG') return undefined;
  if (comparator === 'EQ' || comparator === 'NE' || comparator === 'MATCHES' || comparator === 'ONE-OF') {
    return expected === undefined ? 'expected' : undefined;
  }
  if (isOneSidedComparator(comparator)) return low === undefined ? 'low' : undefined;
  return low === undefined || high === undefined ? 'low and high' : undefined;
}
