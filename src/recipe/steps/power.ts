// Steps power-cycle and power-off: through the fixture's power switch, or by asking the operator where there is none.
import { z } from 'zod';
import { defineStep } from '../step.ts';
import { cyclePower } from '../unit/power-cycle.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

const cycleSchema = z
  .strictObject({ 'off for': durationSchema.prefault('1 s').describe('How long the unit stays without power') })
  .transform((given) => ({ offForMs: given['off for'] }));

/** Step kind `power-cycle`. */
export const powerCycle = defineStep({
  kind: 'power-cycle',
  summary: 'Take the unit’s power away and give it back',
  schema: cycleSchema,
  shorthand: 'off for',
  defaultTimeoutMs: 120_000,
  run: async ({ offForMs }, context) => (await cyclePower(context, offForMs)) ?? { result: 'passed' },
});

/** Step kind `power-off`. */
export const powerOff = defineStep({
  kind: 'power-off',
  summary: 'Take the unit’s power away, where the fixture can',
  schema: z.strictObject({}),
  defaultTimeoutMs: 10_000,
  run: async (_parameters, { fixture, addEvidence: note }) => {
    if (fixture.power) await fixture.power.turnOff();
    else note({ kind: 'note', text: 'The fixture has no power switch; the unit stays powered until it is removed.' });
    return { result: 'passed' };
  },
});
