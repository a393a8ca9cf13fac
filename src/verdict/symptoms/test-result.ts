// Symptoms of a unit that answers, and that a measurement, an outside program or a person does not let pass.
import type { FailureCode } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { SymptomRows } from './symptom.ts';

/** A value that misses its limit by less than this share of the span may be the fixture's doing. */
const MAX_NEAR_MISS_SHARE = 0.1;

/** Rows for `measurement/*`, `operator/*` and `exec/*`. */
export const testResultSymptoms = {
  'measurement/out-of-limits': [
    {
      id: 'P5n',
      class: 'F11',
      operator: 'A measured value misses its limit by a little.',
      engineer:
        'The value lies within a tenth of the span from its limit: contact resistance or the gauge itself may have moved it. Compare with the neighbours and the last GR&R before the unit. Do not widen the limit.',
      suspects: ['fixture', 'unit', 'recipe'],
      when: (facts) => calculateMissShare(facts) <= MAX_NEAR_MISS_SHARE,
    },
    {
      id: 'P5',
      class: 'F11',
      operator: 'A measured value is far outside its limit.',
      engineer:
        'The value misses its limit by more than a tenth of the span (or cannot be compared by size). A fixture rarely does that; confirm once elsewhere.',
      suspects: ['unit', 'fixture'],
      hard: true,
    },
  ],
  'operator/failed': [
    {
      id: 'P13',
      class: 'F10',
      operator: 'The operator judged this unit failed.',
      engineer:
        'A person answered that the unit is not right. The question and the answer are in the record; let a second person look at it on another fixture.',
      suspects: ['unit', 'handling'],
    },
  ],
  'exec/failed': [
    {
      id: 'P18',
      class: 'F10',
      operator: 'An outside test program says that this unit failed.',
      engineer:
        'The program that the recipe runs ended with another exit code than asked for, or printed something else. Its output is in the record; run it by hand on this unit and on a good one.',
      suspects: ['unit', 'recipe'],
    },
  ],
  'operator/no-answer': [
    {
      id: 'P14',
      class: 'F12',
      operator: 'Nobody answered the question in time.',
      engineer: 'The run waited for a person. This says nothing of the unit.',
      suspects: ['handling'],
    },
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;

function calculateMissShare({ measurement }: FailureFacts): number {
  return measurement ? calculateShareBeyondLimit(measurement.measurement) : Number.POSITIVE_INFINITY;
}

/** How far a value lies beyond the nearer limit, as a share of the span (or of the limit, one-sided); infinite when it has no size. */
function calculateShareBeyondLimit({ value, limits }: Measurement): number {
  if (typeof value !== 'number' || !limits) return Number.POSITIVE_INFINITY;
  const { low, high } = limits;
  const span = low !== undefined && high !== undefined ? high - low : Math.abs(low ?? high ?? 0);
  const miss = Math.max(low === undefined ? 0 : low - value, high === undefined ? 0 : value - high);
  return span > 0 && miss > 0 ? miss / span : Number.POSITIVE_INFINITY;
}
