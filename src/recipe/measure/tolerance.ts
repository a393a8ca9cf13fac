// A value with its tolerance, as on a drawing: '3.3 V ± 5 %', '100 ms ± 20 ms', '5 V +5 % -10 %'.
import { z } from 'zod';

/** The two ends, both still allowed; the unit is empty for bare numbers. */
export interface Tolerance {
  readonly low: number;
  readonly high: number;
  readonly unit: string;
}

const NUMBER = '\\d+(?:\\.\\d+)?';
const UNIT = '[%°µΩA-Za-z][°µΩA-Za-z/]*';
const FORM = new RegExp(
  `^(-?${NUMBER}) ?(${UNIT})? ?(?:(?:±|\\+/-) ?(${NUMBER}) ?(${UNIT})?|\\+ ?(${NUMBER}) ?(${UNIT})? ?- ?(${NUMBER}) ?(${UNIT})?)$`,
);
const TOLERANCE_HINT = "write a value and its tolerance: '3.3 V ± 5 %' or '5 V +5 % -10 %'";

/** A value with its tolerance as text; gives its two ends. */
export const toleranceSchema = z
  .string({ error: TOLERANCE_HINT })
  .transform((text, context) => {
    const ends = parseTolerance(text);
    if (ends) return ends;
    context.addIssue({ code: 'custom', message: TOLERANCE_HINT });
    return z.NEVER;
  })
  .describe("A value with its tolerance, the ends allowed: '3.3 V ± 5 %'");

function parseTolerance(text: string): Tolerance | undefined {
  const match = FORM.exec(text.trim());
  if (!match) return undefined;
  const [, middleText, unit = '', both, bothUnit, upText, upUnit, downText, downUnit] = match;
  const middle = Number(middleText);
  const up = computeWidth({ text: both ?? upText!, unit: both === undefined ? upUnit : bothUnit }, middle, unit);
  const down = computeWidth({ text: both ?? downText!, unit: both === undefined ? downUnit : bothUnit }, middle, unit);
  if (up === undefined || down === undefined) return undefined;
  return { low: roundToTwelveDigits(middle - down), high: roundToTwelveDigits(middle + up), unit };
}

/** A share of the value, or a number in its unit; a width in another unit means nothing here. */
function computeWidth(
  width: { readonly text: string; readonly unit: string | undefined },
  middle: number,
  unit: string,
): number | undefined {
  if (width.unit === '%' && unit !== '%') return Math.abs(middle) * (Number(width.text) / 100);
  return (width.unit ?? unit) === unit ? Number(width.text) : undefined;
}

/** Without the last binary digits: 3.135, not 3.1349999999999998. */
function roundToTwelveDigits(number: number): number {
  return Number(number.toPrecision(12));
}
