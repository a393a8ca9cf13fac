// Step swd-examine: what a debug probe sees of the unit: which chip, which unit, supply, protection, what is blank.
import { z } from 'zod';
import type { ProbeTarget } from '../../equipment/debug-probe.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { createLimitsSchema } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { examineUnitByProbe } from '../unit/debug-probe.ts';
import { removeReadProtection } from '../unit/read-protection.ts';

const schema = z
  .strictObject({
    'when write-protected': z
      .enum(['record', 'fail'])
      .default('record')
      .describe('record: go on and say so in the report, as swd-flash takes the protection off; fail: the unit fails'),
    'when read-protected': z
      .enum(['fail', 'remove'])
      .default('fail')
      .describe('fail: the unit fails; remove: erases everything, only with the permission and a signature'),
    limits: createLimitsSchema(['supply voltage']),
  })
  .transform((given) => ({
    whenWriteProtected: given['when write-protected'],
    whenReadProtected: given['when read-protected'],
    limits: given.limits,
  }));

type Parameters = z.output<typeof schema>;

/** Step kind `swd-examine`. */
export const swdExamine = defineStep({
  kind: 'swd-examine',
  summary: 'Look at the chip through the debug probe: identity, supply, protection, blank sectors',
  schema,
  usesProbe: true,
  valuesReported: () => ['device id'],
  permitsUsed: ({ whenReadProtected }) => (whenReadProtected === 'remove' ? ['remove-read-protection'] : []),
  defaultTimeoutMs: 600_000,
  run: async (parameters, context) => {
    const examined = await examineUnitByProbe(context);
    if ('outcome' in examined) return examined.outcome;
    return judgeProbeTarget(parameters, context, examined.target);
  },
});

async function judgeProbeTarget(
  parameters: Parameters,
  context: StepContext,
  target: ProbeTarget,
): Promise<StepOutcome> {
  const { rdpLevel, writeProtectedSectors, supplyMv } = target;
  if (supplyMv !== null) {
    recordStepMeasurement(context, parameters.limits, { name: 'supply voltage', unit: 'V', value: supplyMv / 1000 });
  }
  context.addEvidence({ kind: 'note', text: describeTarget(target) });
  if (rdpLevel === 2)
    return createFailedOutcome('swd/read-protected', 'The debug port is closed for ever (read protection level 2)');
  if (rdpLevel === 1) {
    if (parameters.whenReadProtected === 'remove') return removeReadProtection(context);
    return createFailedOutcome('swd/read-protected', 'The debug port is closed by read protection (level 1)');
  }
  if (writeProtectedSectors.length === 0 || parameters.whenWriteProtected === 'record') return { result: 'passed' };
  const message = `Write-protected: ${formatSectors(writeProtectedSectors)}`;
  return createFailedOutcome('swd/write-protected', message, [], { sector: writeProtectedSectors[0]! });
}

function describeTarget(target: ProbeTarget): string {
  const { deviceId, flashSizeBytes, uniqueId, rdpLevel, writeProtectedSectors, blankSectors } = target;
  return [
    `Chip ${deviceId} with ${flashSizeBytes / 1024} KiB, unit ${uniqueId}`,
    `read protection level ${rdpLevel}`,
    `write-protected: ${formatSectors(writeProtectedSectors)}`,
    `blank: ${blankSectors === null ? 'not readable' : formatSectors(blankSectors)}`,
  ].join('; ');
}

function formatSectors(sectors: readonly number[]): string {
  return sectors.length === 0 ? 'no sector' : `sector ${sectors.join(', ')}`;
}
