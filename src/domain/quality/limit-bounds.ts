// What a measurement's limits mean as numbers and in words.
import type { Limits, MeasuredValue, Measurement } from '../run/measurement.ts';
import type { Bounds } from './spc.ts';

/** The range that passes, for comparators that have one; one-sided comparators keep their limit in `low`. */
export function toLimitBounds(limits: Limits | null): Bounds {
  if (!limits) return {};
  const { comparator, low, high, expected } = limits;
  switch (comparator) {
    case 'GT':
    case 'GE':
      return low === undefined ? {} : { low };
    case 'LT':
    case 'LE':
      return low === undefined ? {} : { high: low };
    case 'GTLT':
    case 'GELE':
    case 'GELT':
    case 'GTLE':
      return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
    case 'EQ':
      return typeof expected === 'number' ? { low: expected, high: expected } : {};
    default:
      return {};
  }
}

/** The limits as a person reads them: `4.75 to 5.25 V`, `at most 250 ms`, `equal to 2.3.1`. */
export function formatLimits(measurement: Pick<Measurement, 'limits' | 'unit'>): string {
  const { limits, unit } = measurement;
  if (!limits) return 'no limit';
  const low = formatValueWithUnit(limits.low, unit);
  const high = formatValueWithUnit(limits.high, unit);
  const expected = Array.isArray(limits.expected)
    ? limits.expected.map((value: MeasuredValue) => formatValueWithUnit(value, unit)).join(', ')
    : formatValueWithUnit(limits.expected as MeasuredValue | undefined, unit);
  switch (limits.comparator) {
    case 'EQ':
      return `equal to ${limits.expected === undefined ? low : expected}`;
    case 'NE':
      return `not ${limits.expected === undefined ? low : expected}`;
    case 'GT':
      return `more than ${low}`;
    case 'GE':
      return `at least ${low}`;
    case 'LT':
      return `less than ${low}`;
    case 'LE':
      return `at most ${low}`;
    case 'GELE':
      return `${limits.low ?? '?'} to ${high}`;
    case 'GTLT':
      return `more than ${low}, less than ${high}`;
    case 'GELT':
      return `at least ${low}, less than ${high}`;
    case 'GTLE':
      return `more than ${low}, at most ${high}`;
    case 'LTGT':
      return `less than ${low} or more than ${high}`;
    case 'LEGE':
      return `at most ${low} or at least ${high}`;
    case 'LEGT':
      return `at most ${low} or more than ${high}`;
    case 'LTGE':
      return `less than ${low} or at least ${high}`;
    case 'MATCHES':
      return `matches ${expected}`;
    case 'ONE-OF':
      return `one of ${expected}`;
    case 'LOG':
      return 'kept, not judged';
  }
}

function formatValueWithUnit(value: MeasuredValue | undefined, unit: string): string {
  if (value === undefined) return '?';
  return unit && typeof value === 'number' ? `${value} ${unit}` : String(value);
}
