// Whether the unit that answers now is the one the run began with; what is learnt of it is kept.

import type { IdentityEvidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import {
  findChangedIdentities,
  type HardwareIdentity,
  identityLabels,
  listComparedIdentities,
} from '../../domain/unit/unit-matching.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import type { StepContext } from '../step.ts';

/** Identities that a unit tells of itself, and that no two units share. */
export type ReportedIdentity = Pick<UnitIdentity, HardwareIdentity>;

/**
 * What the bus tells of a unit. A USB serial of 24 hex digits is the device id (Photon from bootloader
 * 0.6.0 on, upper case there until 0.7.0); before, all Photons share one serial, which proves nothing.
 */
export function readIdentityFromUsb(device: UsbDeviceInfo): UnitIdentity {
  const usbSerial = device.serialNumber;
  if (!usbSerial) return {};
  return /^[0-9a-fA-F]{24}$/.test(usbSerial) ? { usbSerial, deviceId: usbSerial.toLowerCase() } : { usbSerial };
}

/** What a comparison came to; `failure` when it is another unit, or when its identities contradict each other. */
export interface IdentityCheckResult {
  readonly proof: IdentityEvidence['proof'];
  readonly failure: Failure | null;
}

/**
 * Compares what a unit tells of itself with what is known from earlier in the run, notes the proof and learns what is
 * new. A different unit fails as swapped; one that agrees in one identity and differs in another contradicts itself.
 * `seen` holds at least one identity, or nothing is compared and nothing noted.
 */
export function verifyUnitIdentity(
  context: Pick<StepContext, 'unit' | 'updateUnit' | 'addEvidence'>,
  seen: ReportedIdentity & Pick<UnitIdentity, 'usbSerial'>,
  by: string,
): IdentityCheckResult {
  const known = context.unit.identity;
  const compared = listComparedIdentities(known, seen);
  const differing = findChangedIdentities(known, seen);
  const [first] = differing;
  if (first === undefined) {
    context.updateUnit({ identity: { ...known, ...seen } });
    if (compared[0] === undefined) return { proof: 'not-proven', failure: null };
    context.addEvidence(
      buildIdentityEvidence('same', `${identityLabels[compared[0]]}, ${by}`, known[compared[0]], seen[compared[0]]),
    );
    return { proof: 'same', failure: null };
  }
  const evidence = buildIdentityEvidence('different', `${identityLabels[first]}, ${by}`, known[first], seen[first]);
  context.addEvidence(evidence);
  const isContradiction = differing.length < compared.length;
  const message = `The unit's ${identityLabels[first]} was ${known[first]} and is now ${seen[first]} (${by})`;
  const code = isContradiction ? 'identity/mismatch' : 'identity/swapped';
  return { proof: 'different', failure: { code, message, site: {}, evidence: [evidence] } };
}

function buildIdentityEvidence(
  proof: IdentityEvidence['proof'],
  by: string,
  before: string | undefined,
  after: string | undefined,
): IdentityEvidence {
  return {
    kind: 'identity',
    proof,
    by,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

const REPORTED_KEYS = { 'device id': 'deviceId', 'MAC address': 'macAddress', label: 'label' } as const;

/**
 * Holds what a unit told to what was known before it was asked. Null when they agree, or when nothing was known, which of
 * a device id is noted as not proven; a device id or MAC address that differs is another unit, a label that differs contradicts itself.
 */
export function compareReported(
  context: Pick<StepContext, 'addEvidence'>,
  {
    known,
    what,
    told,
  }: { readonly known: UnitIdentity; readonly what: keyof typeof REPORTED_KEYS; readonly told: string | undefined },
): Failure | null {
  const before = known[REPORTED_KEYS[what]];
  const by = `${what}, over serial`;
  if (before === undefined || told === undefined) {
    if (what === 'device id') context.addEvidence(buildIdentityEvidence('not-proven', by, before, told));
    return null;
  }
  const isSame = what === 'label' ? told === before : told.toLowerCase() === before.toLowerCase();
  const evidence = buildIdentityEvidence(isSame ? 'same' : 'different', by, before, told);
  context.addEvidence(evidence);
  if (isSame) return null;
  const code = what === 'label' ? 'identity/mismatch' : 'identity/swapped';
  return { code, message: `The unit's ${what} was ${before} and is now ${told}`, site: {}, evidence: [evidence] };
}
