// Step identity-check: proves that the unit at the fixture is still the one the run began with.
import { z } from 'zod';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitDevice, detectDeviceMode } from '../unit/device-at-port.ts';
import { enterDfuMode } from '../unit/dfu-mode.ts';
import { startUnit, withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { baudSchema } from '../yaml/quantity-schemas.ts';

/** How long the unit may take to change its mode, there and back. */
const MODE_CHANGE_LIMIT_MS = 15_000;

const schema = z
  .strictObject({
    touch: baudSchema.prefault('14400 Bd').describe('The serial speed that means "go to DFU mode"'),
    'when not proven': z
      .enum(['record', 'fail'])
      .default('record')
      .describe('record: go on and say so in the report; fail: the unit fails'),
  })
  .transform((given) => ({ touchBaud: given.touch, whenNotProven: given['when not proven'] }));

type Parameters = z.output<typeof schema>;

/** Step kind `identity-check`. */
export const identityCheck = defineStep({
  kind: 'identity-check',
  summary: 'Prove that the unit was not exchanged during the run',
  schema,
  shorthand: 'when not proven',
  defaultTimeoutMs: 60_000,
  run: checkIdentity,
});

/** Enters DFU mode, compares device id and key with those of before, and brings a unit that was running back to that. */
async function checkIdentity(parameters: Parameters, context: StepContext): Promise<StepOutcome> {
  const entry = await enterDfuMode(context, { touchBaud: parameters.touchBaud, withinMs: MODE_CHANGE_LIMIT_MS });
  if (!entry.device) return { result: 'failed', failure: entry.failure };
  const outcome = await withUnitInDfu(context, async (session, recognition) => {
    const judged = recognition.proof === 'same' ? PASSED : reportNotProven(parameters, context);
    if (entry.wasRunning) await startUnit(context, session);
    return judged;
  });
  return entry.wasRunning && outcome.result === 'passed' ? awaitUnitRestart(context) : outcome;
}

async function awaitUnitRestart(context: StepContext): Promise<StepOutcome> {
  const isRunning = (device: UsbDeviceInfo): boolean => detectDeviceMode(context.recipe.unit, device) === 'running';
  const { device } = await awaitDevice(context, isRunning, MODE_CHANGE_LIMIT_MS);
  return device
    ? PASSED
    : createFailedOutcome('dfu/leave-failed', 'The unit did not start again after its identity was read');
}

const PASSED: StepOutcome = { result: 'passed' };

function reportNotProven({ whenNotProven }: Parameters, context: StepContext): StepOutcome {
  const evidence = { kind: 'identity', proof: 'not-proven', by: 'nothing known from earlier in the run' } as const;
  context.addEvidence(evidence);
  if (whenNotProven === 'record') return PASSED;
  return createFailedOutcome('identity/not-proven', 'Nothing that is known from earlier in the run can be compared', [
    evidence,
  ]);
}
