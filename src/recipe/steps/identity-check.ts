// Step identity-check: proves that the unit at the fixture is still the one the run began with.
import { z } from 'zod';
import { defineStep } from '../step.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    'when not proven': z
      .enum(['record', 'fail'])
      .default('record')
      .describe('record: go on and say so in the report; fail: the unit fails'),
  })
  .transform((given) => ({ whenNotProven: given['when not proven'] }));

/** Step kind `identity-check`. */
export const identityCheck = defineStep({
  kind: 'identity-check',
  summary: 'Prove that the unit was not exchanged during the run',
  schema,
  shorthand: 'when not proven',
  defaultTimeoutMs: 60_000,
  run: unwritten,
});
