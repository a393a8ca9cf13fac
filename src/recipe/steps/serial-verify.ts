// Step serial-verify: asks the running unit over its serial port and holds every answer to the recipe.
import { z } from 'zod';
import { limitKeys, limitsSchema, namedLimits } from '../limits-schema.ts';
import { defineStep } from '../step.ts';
import { baudSchema, durationSchema, quotedTextSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const measureSchema = z
  .strictObject({
    name: z.string(),
    from: z.string().describe('Name of the group in expect, or of the diagnostics value in the answer to d'),
    unit: z.string().default('').describe('As printed: ms, V, dBm'),
    ...limitKeys,
  })
  .transform((given, context) => ({ ...namedLimits(given, context), from: given.from }));

const askSchema = z
  .strictObject({
    send: quotedTextSchema.describe(
      'What is sent, as it is, without a line end; \\r, \\n, \\t and \\xHH stand for themselves',
    ),
    expect: z.string().optional().describe('A regular expression that the answer holds; named groups are captured'),
    equals: z.record(z.string(), quotedTextSchema).default({}).describe('What captured groups must be'),
    'same as': z
      .enum(['device id', 'MAC address', 'label'])
      .optional()
      .describe('The identity that the first captured group must agree with'),
    modules: z
      .enum(['all valid'])
      .optional()
      .describe('The answer is a module list (s), every module passes its own checks'),
    measure: z.array(measureSchema).default([]).describe('Captured numbers and texts kept as measurements'),
    'also garbled': z.boolean().default(false).describe('Accept bytes that are not text'),
    within: durationSchema.prefault('2 s').describe('How long the first byte of the answer may take'),
  })
  .transform((given) => ({
    send: given.send,
    expect: given.expect ?? null,
    equals: given.equals,
    sameAs: given['same as'] ?? null,
    modules: given.modules ?? null,
    measure: given.measure,
    acceptGarbled: given['also garbled'],
    withinMs: given.within,
  }));

const schema = z
  .strictObject({
    baud: baudSchema.prefault('9600 Bd').describe('Serial speed for questions and answers'),
    listen: baudSchema
      .optional()
      .describe('The serial speed that means "go to listening mode"; left out for units without one'),
    ask: z.array(askSchema).min(1).describe('Questions, in order'),
    'port within': durationSchema.prefault('15 s').describe('How long the serial port may take to appear'),
    limits: limitsSchema(['reply time', 'time to port']),
  })
  .transform((given) => ({
    baud: given.baud,
    listenBaud: given.listen ?? null,
    ask: given.ask,
    portWithinMs: given['port within'],
    limits: given.limits,
  }));

/** Step kind `serial-verify`. */
export const serialVerify = defineStep({
  kind: 'serial-verify',
  summary: 'Ask the running unit over its serial port and check the answers',
  schema,
  defaultTimeoutMs: 60_000,
  run: unwritten,
});
