// Measurements that a step takes by itself, held to the limits that the recipe names for them.

import type { StepContext } from '../step.ts';
import type { NamedLimits } from './limits-schema.ts';

/** Keeps a value under its name, once for every limit of that name; without one it is only recorded, in `unit`. */
export function recordStepMeasurement(
  context: Pick<StepContext, 'measure'>,
  limits: readonly NamedLimits[],
  measured: { readonly name: string; readonly unit: string; readonly value: number },
): void {
  const named = limits.filter(({ name }) => name === measured.name);
  if (named.length === 0) context.measure({ ...measured, value: roundToThousandth(measured.value), limits: null });
  for (const limit of named) {
    const unit = limit.unit || measured.unit;
    const value = roundToThousandth(measured.value * findUnitFactor(measured.unit, unit));
    context.measure({ name: measured.name, unit, value, limits: limit.limits });
  }
}

/** Milliseconds as seconds where the limit says so; any other pair of units is taken at its word. */
function findUnitFactor(from: string, to: string): number {
  return from === 'ms' && to === 's' ? 0.001 : 1;
}

/** To a thousandth: a clock's digits beyond that say nothing. */
function roundToThousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}
