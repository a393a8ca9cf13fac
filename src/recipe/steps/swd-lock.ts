// Step swd-lock: closes the debug port by read protection and proves that it is closed; the last thing done to a unit.
import { z } from 'zod';
import { createFailedOutcome } from '../failed-outcome.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { buildProbeOptions, convertProbeFailure, examineUnitByProbe, requireDebugProbe } from '../unit/debug-probe.ts';
import { cyclePower } from '../unit/power-cycle.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

const schema = z
  .strictObject({
    'off for': durationSchema.prefault('1 s').describe('Power off before the proof: only then the lock counts'),
  })
  .transform((given) => ({ offForMs: given['off for'] }));

/** Step kind `swd-lock`. */
export const swdLock = defineStep({
  kind: 'swd-lock',
  summary: 'Close the debug port by read protection, and prove that it is closed',
  schema,
  usesProbe: true,
  valuesReported: () => ['device id'],
  isLast: true,
  defaultTimeoutMs: 180_000,
  run: ({ offForMs }, context) => lockDebugPort(offForMs, context),
});

async function lockDebugPort(offForMs: number, context: StepContext): Promise<StepOutcome> {
  const examined = await examineUnitByProbe(context);
  if ('outcome' in examined) return examined.outcome;
  if (examined.target.rdpLevel === 0) {
    const locked = await requireDebugProbe(context).setReadProtection(1, buildProbeOptions(context));
    if (!locked.ok) return { result: 'failed', failure: convertProbeFailure(locked) };
    context.addEvidence(locked.evidence);
    const unanswered = await cyclePower(context, offForMs);
    if (unanswered) return unanswered;
  }
  return proveDebugPortClosed(context);
}

/** A port that does not answer proves nothing, for a loose wire looks the same: it must answer, and refuse flash. */
async function proveDebugPortClosed(context: StepContext): Promise<StepOutcome> {
  const examined = await examineUnitByProbe(context);
  if ('outcome' in examined) return examined.outcome;
  const { rdpLevel, isFlashReadable } = examined.target;
  if (rdpLevel !== 0 && !isFlashReadable) return { result: 'passed' };
  const message = isFlashReadable
    ? 'Flash can still be read over the debug port'
    : 'Read protection is still at level 0';
  return createFailedOutcome('swd/lock-failed', message);
}
