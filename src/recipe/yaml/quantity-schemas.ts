// Values with their units as they stand in recipes and stations: parsed once, by schema pieces that explain themselves.
import { z } from 'zod';

/** A duration as written, `10 s`; gives milliseconds. */
export const durationSchema = createQuantitySchema({
  description: 'A duration with its unit: 250 ms, 10 s, 2 min, 8 h',
  example: '10 s',
  factors: { ms: 1, s: 1000, min: 60_000, h: 3_600_000 },
});

/** A serial speed as written, `9600 Bd`; gives bits per second. */
export const baudSchema = createQuantitySchema({
  description: 'A serial speed with its unit: 9600 Bd',
  example: '9600 Bd',
  factors: { Bd: 1 },
}).refine((baud) => Number.isInteger(baud) && baud > 0, { error: 'a serial speed is a whole number above zero' });

/** A share as written, `10 %`; gives 0.1. */
export const percentSchema = createQuantitySchema({
  description: 'A share in per cent: 10 %',
  example: '10 %',
  factors: { '%': 0.01 },
});

/** A USB vendor and product id as written, `2b04:d006`. */
export const usbIdSchema = z
  .string({ error: "a USB id is two groups of four hex digits, in quotes when it has only digits: '0483:5740'" })
  .regex(/^[0-9a-fA-F]{4}:[0-9a-fA-F]{4}$/, { error: 'a USB id is two groups of four hex digits: 2b04:d006' })
  .describe('USB vendor and product id, as lsusb prints it: 2b04:d006')
  .transform((text) => ({
    vendorId: Number.parseInt(text.slice(0, 4), 16),
    productId: Number.parseInt(text.slice(5), 16),
  }));

/** A version, serial or other mark that YAML would turn into a number (1.10 into 1.1); the loader tells whoever left the quotes out. */
export const quotedTextSchema = z.string();

interface QuantityOptions {
  readonly description: string;
  readonly example: string;
  /** What one of each unit is worth in the unit of the result. */
  readonly factors: Readonly<Record<string, number>>;
}

/** `<number> <unit>` with one of the units of the form. */
function createQuantitySchema({ description, example, factors }: QuantityOptions) {
  const units = Object.keys(factors);
  const form = new RegExp(`^(\\d+(?:\\.\\d+)?) ?(${units.join('|')})$`);
  const explain = (input: unknown): string =>
    typeof input === 'number'
      ? `write the unit with the number: ${input} ${units[0]}`
      : `write a number and one of ${units.join(', ')}: ${example}`;
  return z
    .string({ error: (issue) => explain(issue.input) })
    .regex(form, { error: (issue) => explain(issue.input) })
    .describe(description)
    .transform((text) => {
      const [, digits, unit] = form.exec(text)!;
      // A short decimal times a factor: rounded so that 10 % is 0.1 and not 0.10000000000000001.
      return Number((Number(digits) * factors[unit!]!).toPrecision(12));
    });
}
