// Step exec: runs an outside program that the station allows by its hash; argument list, no shell, bounded.
import { z } from 'zod';
import { limitKeys, namedLimits } from '../limits-schema.ts';
import { defineStep } from '../step.ts';
import { durationSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const measureSchema = z
  .strictObject({
    name: z.string(),
    from: z.string().describe('Name of the group in expect'),
    unit: z.string().default('').describe('As printed: ms, V, dBm'),
    ...limitKeys,
  })
  .transform((given, context) => ({ ...namedLimits(given, context), from: given.from }));

const schema = z
  .strictObject({
    program: z.string().min(1).describe('Path of the executable'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'a SHA-256 is 64 hex digits in lower case' })
      .describe('SHA-256 of the executable, as the station lists it'),
    args: z
      .array(z.string())
      .default([])
      .describe('Arguments, each passed on as it is; {device id}, {label} and {port path} stand for the unit’s own'),
    'exit code': z.number().int().min(0).max(255).default(0).describe('The exit code that passes'),
    expect: z.string().optional().describe('A regular expression that the output holds; named groups are captured'),
    measure: z.array(measureSchema).default([]).describe('Captured numbers and texts kept as measurements'),
    within: durationSchema.prefault('10 s').describe('How long the program may run'),
  })
  .transform((given) => ({
    program: given.program,
    sha256: given.sha256,
    args: given.args,
    exitCode: given['exit code'],
    expect: given.expect ?? null,
    measure: given.measure,
    withinMs: given.within,
  }));

/** Step kind `exec`. */
export const exec = defineStep({
  kind: 'exec',
  summary: 'Run an outside program that the station allows',
  schema,
  defaultTimeoutMs: 60_000,
  run: unwritten,
});
