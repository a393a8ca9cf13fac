// Step enter-dfu: brings the unit into DFU mode, whether it arrives running, in DFU mode already, or needs a hand.
import { z } from 'zod';
import { limitsSchema } from '../limits-schema.ts';
import { defineStep } from '../step.ts';
import { baudSchema, durationSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    by: z
      .enum(['touch', 'wait', 'power-cycle'])
      .default('touch')
      .describe(
        'touch: ask the running firmware over its serial port; wait: somebody presses the button; power-cycle: a blank unit comes up in DFU mode',
      ),
    touch: baudSchema.prefault('14400 Bd').describe('The serial speed that means "go to DFU mode"'),
    ask: z.string().optional().describe('What the operator is asked to do while the station waits'),
    within: durationSchema.prefault('10 s').describe('How long the unit may take to appear in DFU mode'),
    limits: limitsSchema(['time to DFU']),
  })
  .transform((given) => ({
    by: given.by,
    touchBaud: given.touch,
    ask: given.ask,
    withinMs: given.within,
    limits: given.limits,
  }));

/** Step kind `enter-dfu`. */
export const enterDfu = defineStep({
  kind: 'enter-dfu',
  summary: 'Bring the unit into DFU mode',
  schema,
  defaultTimeoutMs: 60_000,
  run: unwritten,
});
