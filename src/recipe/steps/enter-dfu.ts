// Step enter-dfu: brings the unit into DFU mode, whether it arrives running, in DFU mode already, or needs a hand.
import { z } from 'zod';
import { createLimitsSchema } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { buildUsbEvidence } from '../unit/device-at-port.ts';
import { enterDfuMode } from '../unit/dfu-mode.ts';
import { cyclePower } from '../unit/power-cycle.ts';
import { baudSchema, durationSchema } from '../yaml/quantity-schemas.ts';

/** How long a unit that is taken off power for this step stays without. */
const OFF_FOR_MS = 1_000;

const schema = z
  .strictObject({
    by: z
      .enum(['touch', 'detach', 'wait', 'power-cycle'])
      .default('touch')
      .describe(
        'touch: ask the running firmware over its serial port; detach: ask it by its run-time DFU interface; wait: somebody presses the button; power-cycle: a blank unit comes up in DFU mode',
      ),
    touch: baudSchema.prefault('14400 Bd').describe('The serial speed that means "go to DFU mode"'),
    ask: z.string().optional().describe('What the operator is told to do while the station waits'),
    within: durationSchema.prefault('10 s').describe('How long the unit may take to appear in DFU mode'),
    limits: createLimitsSchema(['time to DFU']),
  })
  .transform((given) => ({
    by: given.by,
    detaches: given.by === 'detach',
    touchBaud: given.by === 'touch' ? given.touch : null,
    ask: given.ask ?? null,
    withinMs: given.within,
    limits: given.limits,
  }));

/** Step kind `enter-dfu`. */
export const enterDfu = defineStep({
  kind: 'enter-dfu',
  summary: 'Bring the unit into DFU mode',
  schema,
  defaultTimeoutMs: 60_000,
  run: enterDfuFromStep,
});

async function enterDfuFromStep(parameters: z.output<typeof schema>, context: StepContext): Promise<StepOutcome> {
  const { by, ask, withinMs, limits } = parameters;
  const unanswered = by === 'power-cycle' ? await cyclePower(context, OFF_FOR_MS) : null;
  if (unanswered) return unanswered;
  const withdraw = ask === null ? () => undefined : promptOperator(context, ask, withinMs);
  const entry = await enterDfuMode(context, parameters).finally(withdraw);
  if (!entry.device) return { result: 'failed', failure: entry.failure };
  context.addEvidence(buildUsbEvidence(entry.device));
  recordStepMeasurement(context, limits, { name: 'time to DFU', unit: 'ms', value: entry.tookMs });
  return { result: 'passed' };
}

/** Shows the instruction until the returned function withdraws it; the unit's arrival is the answer. */
function promptOperator({ fixture, signal }: StepContext, text: string, withinMs: number): () => void {
  const arrived = new AbortController();
  fixture.operator
    .ask({ fixture: fixture.number, text, choices: [], timeoutMs: withinMs }, AbortSignal.any([signal, arrived.signal]))
    .catch(() => undefined);
  return () => arrived.abort(new Error('the unit has arrived'));
}
