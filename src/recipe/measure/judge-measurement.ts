// A measured value held to its limits: pass, marginal, fail, or unset when nothing was measured.
import { compilePattern } from '../../base/pattern/pattern.ts';
import type { Comparator, Limits, MeasuredValue, MeasurementResult } from '../../domain/run/measurement.ts';

/**
 * The result of a value under its limits. Without limits, or with LOG, whatever was measured passes. What is not a
 * finite number fails every numeric comparator; a text must be equal to the letter. Throws RangeError for limits that
 * lack what their comparator needs, which no loaded recipe has.
 */
export function judgeMeasuredValue(value: MeasuredValue | null, limits: Limits | null): MeasurementResult {
  if (value === null) return 'unset';
  if (limits === null || limits.comparator === 'LOG') return 'pass';
  const range = buildRange(limits);
  if (!range) return isExpectedValue(value, limits) ? 'pass' : 'fail';
  if (typeof value !== 'number' || !Number.isFinite(value) || !range.holds(value)) return 'fail';
  return isMarginalValue(value, limits.marginalShare ?? 0, range) ? 'marginal' : 'pass';
}

/** True when the result keeps a unit from passing: a limit that was missed, or never put to the test. */
export function isOutOfLimits(result: MeasurementResult, limits: Limits | null): boolean {
  return result === 'fail' || (result === 'unset' && limits !== null && limits.comparator !== 'LOG');
}

/** The limits as people write them: `≥ 3.1 and ≤ 3.5`, `one of 1, 2`. */
export function describeLimits(limits: Limits): string {
  const range = buildRange(limits);
  if (range) return range.words;
  if (limits.comparator === 'EQ') return `= ${String(limits.expected)}`;
  if (limits.comparator === 'NE') return `≠ ${String(limits.expected)}`;
  if (limits.comparator === 'MATCHES') return `matches ${String(limits.expected)}`;
  if (limits.comparator === 'ONE-OF') return `one of ${listExpectedValues(limits).join(', ')}`;
  return 'no limit';
}

/** What a numeric comparator allows, and where its borders are. */
interface NumericRange {
  readonly borders: readonly number[];
  readonly holds: (value: number) => boolean;
  readonly words: string;
}

interface RangeSide {
  readonly sign: string;
  readonly holds: (value: number, limit: number) => boolean;
}

const SIDES = {
  GT: { sign: '>', holds: (value, limit) => value > limit },
  GE: { sign: '≥', holds: (value, limit) => value >= limit },
  LT: { sign: '<', holds: (value, limit) => value < limit },
  LE: { sign: '≤', holds: (value, limit) => value <= limit },
} as const satisfies Record<string, RangeSide>;

type RangeSideName = keyof typeof SIDES;

/** Two-sided comparators, low side first; those that look outwards join their sides with "or". */
const TWO_SIDED: Partial<Record<Comparator, readonly [RangeSideName, RangeSideName, 'and' | 'or']>> = {
  GTLT: ['GT', 'LT', 'and'],
  GELE: ['GE', 'LE', 'and'],
  GELT: ['GE', 'LT', 'and'],
  GTLE: ['GT', 'LE', 'and'],
  LTGT: ['LT', 'GT', 'or'],
  LEGE: ['LE', 'GE', 'or'],
  LEGT: ['LE', 'GT', 'or'],
  LTGE: ['LT', 'GE', 'or'],
};

function buildRange({ comparator, low, high }: Limits): NumericRange | undefined {
  if (comparator in SIDES) return buildOneSidedRange(SIDES[comparator as RangeSideName], requireLimit(comparator, low));
  const sides = TWO_SIDED[comparator];
  if (!sides) return undefined;
  const first = buildOneSidedRange(SIDES[sides[0]], requireLimit(comparator, low));
  const second = buildOneSidedRange(SIDES[sides[1]], requireLimit(comparator, high));
  return {
    borders: [...first.borders, ...second.borders],
    holds: (value) =>
      sides[2] === 'and' ? first.holds(value) && second.holds(value) : first.holds(value) || second.holds(value),
    words: `${first.words} ${sides[2]} ${second.words}`,
  };
}

function buildOneSidedRange({ sign, holds }: RangeSide, limit: number): NumericRange {
  return { borders: [limit], holds: (value) => holds(value, limit), words: `${sign} ${limit}` };
}

function requireLimit(comparator: Comparator, limit: number | undefined): number {
  if (limit === undefined) throw new RangeError(`${comparator} without its limit`);
  return limit;
}

/** Within a share of the span between the borders, or of the one border, of the nearest of them. */
function isMarginalValue(value: number, share: number, { borders }: NumericRange): boolean {
  if (share <= 0) return false;
  const [low, high = 0] = borders as [number, number?];
  const band = share * Math.abs(low - high);
  return Math.min(...borders.map((border) => Math.abs(value - border))) <= band;
}

function isExpectedValue(value: MeasuredValue, limits: Limits): boolean {
  switch (limits.comparator) {
    case 'EQ':
      return value === limits.expected;
    case 'NE':
      return value !== limits.expected && !Number.isNaN(value);
    case 'ONE-OF':
      return listExpectedValues(limits).includes(value);
    case 'MATCHES':
      return compilePattern(String(limits.expected)).isFullMatch(String(value));
    default:
      throw new RangeError(`no comparator ${limits.comparator}`);
  }
}

function listExpectedValues({ expected }: Limits): readonly MeasuredValue[] {
  return Array.isArray(expected) ? expected : expected === undefined ? [] : [expected as MeasuredValue];
}
