// What every step over the debug probe does: finds the probe, makes sure that it is on this unit, turns findings into failures.
import { StationError } from '../../base/station-error.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { DebugProbe, ProbeFailure, ProbeOptions, ProbeTarget } from '../../equipment/debug-probe.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import type { StepContext, StepOutcome } from '../step.ts';
import { verifyUnitIdentity } from './unit-identity.ts';

/** Low bits of the chip's id that name its family: STM32F2. */
const FAMILY_MASK = 0xfff;
const STM32F2 = 0x411;

/** The fixture's probe. Throws StationError `swd/no-probe` for a fixture without one. */
export function requireDebugProbe({ fixture }: StepContext): DebugProbe {
  if (fixture.probe) return fixture.probe;
  throw new StationError({
    code: 'swd/no-probe',
    message: `fixture ${fixture.number} has no debug probe`,
    hint: 'put the unit into a fixture that has one, or name the probe in the station file',
  });
}

/** What a probe's operation is given by a step. */
export function buildProbeOptions({ signal, reportProgress: progress }: StepContext, what = ''): ProbeOptions {
  const words = what === '' ? '' : ` ${what}`;
  return { signal, onProgress: ({ stage, done, total }) => progress(`${stage}${words}`, done, total) };
}

/** The probe's finding as the unit's failure. */
export function convertProbeFailure(found: ProbeFailure, image?: string): Failure {
  const { code, message, address, sector, evidence } = found;
  const site = {
    ...(image !== undefined && { image }),
    ...(address !== undefined && { address }),
    ...(sector !== undefined && { sector }),
  };
  return { code, message, site, evidence: [evidence] };
}

/**
 * Looks at the chip through the probe: it must be of the product's family, and the very unit of this run. What is found is
 * noted, and its id learnt. Gives the target, or the outcome of a step that ends here.
 */
export async function examineUnitByProbe(
  context: StepContext,
): Promise<{ readonly target: ProbeTarget } | { readonly outcome: StepOutcome }> {
  // To be read, the chip is halted and then restarted: it comes back to the bus as a new connection.
  context.updateUnit({ connectionId: null });
  const found = await requireDebugProbe(context).examine(buildProbeOptions(context));
  if (!found.ok) return { outcome: { result: 'failed', failure: convertProbeFailure(found) } };
  const { value: target, evidence } = found;
  context.addEvidence(evidence);
  if ((Number(target.deviceId) & FAMILY_MASK) !== STM32F2) {
    return {
      outcome: createFailedOutcome('swd/wrong-chip', `The probe is on a chip ${target.deviceId}, not on an STM32F2`, [
        evidence,
      ]),
    };
  }
  const { failure } = verifyUnitIdentity(context, { deviceId: target.uniqueId }, 'over SWD');
  return failure ? { outcome: { result: 'failed', failure } } : { target };
}
