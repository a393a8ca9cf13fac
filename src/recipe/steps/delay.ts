// Step delay: waits, so that a supply settles or a unit finishes what nothing tells of.
import { z } from 'zod';
import { defineStep } from '../step.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

/** Whoever waits longer than this waits for something that a step should ask for. */
const MAX_DELAY_MS = 600_000;

const parameterSchema = z
  .strictObject({
    for: durationSchema
      .refine((ms) => ms > 0 && ms <= MAX_DELAY_MS, { error: 'a delay is longer than nothing and at most 10 min' })
      .describe('How long nothing is done'),
  })
  .transform((given) => ({ delayMs: given.for }));

/** Step kind `delay`. */
export const delay = defineStep({
  kind: 'delay',
  summary: 'Wait, doing nothing to the unit',
  schema: parameterSchema,
  shorthand: 'for',
  defaultTimeoutMs: MAX_DELAY_MS + 10_000,
  run: async ({ delayMs }, { clock, signal }) => {
    await clock.sleep(delayMs, signal);
    return { result: 'passed' };
  },
});
