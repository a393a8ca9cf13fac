// What the groups of a pattern catch, kept as measurements.
import { z } from 'zod';
import type { Limits, MeasuredValue } from '../../domain/run/measurement.ts';
import type { StepContext } from '../step.ts';
import { buildNamedLimits, limitKeys, type NamedLimits } from './limits-schema.ts';

/** A captured value that is kept as a measurement. */
export interface CapturedMeasurement extends NamedLimits {
  /** Name of a group, or of a value that the answer names itself. */
  readonly from: string;
}

/** How a recipe writes it. */
export const capturedSchema = z
  .strictObject({
    name: z.string().min(1).describe('Name of the measurement'),
    from: z.string().describe('Name of the group in expect, or of the diagnostics value in the answer to d'),
    unit: z.string().default('').describe('As printed: ms, V, dBm'),
    ...limitKeys,
  })
  .transform((given, context): CapturedMeasurement => ({ ...buildNamedLimits(given, context), from: given.from }));

/** Keeps what was captured; what was not is kept as not measured, which misses any limit. */
export function recordCapturedMeasurements(
  context: Pick<StepContext, 'measure'>,
  measures: readonly CapturedMeasurement[],
  captured: ReadonlyMap<string, MeasuredValue>,
): void {
  for (const { name, unit, limits, from } of measures) {
    const value = captured.get(from);
    context.measure({ name, unit, limits, value: value === undefined ? null : toComparableValue(value, limits) });
  }
}

/** A captured text as a number, unless its limits compare texts. */
function toComparableValue(value: MeasuredValue, limits: Limits | null): MeasuredValue {
  const expected = Array.isArray(limits?.expected) ? limits.expected[0] : limits?.expected;
  if (typeof value !== 'string' || typeof expected === 'string') return value;
  return /^[+-]?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}
