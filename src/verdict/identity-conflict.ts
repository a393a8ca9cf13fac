// Who is who: device id, label and port tied together, and what breaks the tie.
import type { FailureCode } from '../domain/run/failure.ts';
import type { UnitIdentity } from '../domain/unit/unit.ts';

/** A unit that is in a fixture now. */
export interface PresentUnit {
  readonly fixture: number;
  readonly unit: UnitIdentity;
}

/** An identity conflict: its failure code, a sentence, and everything that is to be held with the unit. */
export interface UnitIdentityConflict {
  readonly code: FailureCode;
  readonly message: string;
  /** Other units that share the identity; held as well. */
  readonly holdToo: readonly UnitIdentity[];
}

/** What the station knows of a unit's identity when it is asked. */
export interface IdentityCheckInput {
  readonly unit: UnitIdentity;
  readonly fixture: number;
  /** Every identity ever recorded under the same label, device id or key. */
  readonly known: readonly UnitIdentity[];
  /** Units in all fixtures now, this one included. */
  readonly present: readonly PresentUnit[];
}

/** The first conflict, worst first: the same unit twice at once, an id with two labels, a label on two ids, ids that contradict. */
export function findIdentityConflict(question: IdentityCheckInput): UnitIdentityConflict | null {
  return (
    findDuplicatePresence(question) ??
    findRelabelledUnit(question) ??
    findReusedLabel(question) ??
    findMismatchedIds(question)
  );
}

/**
 * Whether what was learnt later in a run is still the unit it began with. Only identities that both sides have are
 * compared; the USB serial proves nothing before bootloader 0.6.0 (all units share one) and is left out.
 */
export function findSwapDuringRun(before: UnitIdentity, after: UnitIdentity): UnitIdentityConflict | null {
  const differing = (['deviceId', 'keyHash', 'macAddress'] as const).find((key) =>
    areKnownAndDifferent(before[key], after[key]),
  );
  if (!differing) return null;
  return {
    code: 'identity/swapped',
    message: `The ${identityLabels[differing]} was ${before[differing]} at the start and is ${after[differing]} now: two units.`,
    holdToo: [after],
  };
}

const identityLabels = { deviceId: 'device id', keyHash: 'key', macAddress: 'MAC address' } as const;

function findDuplicatePresence({ unit, fixture, present }: IdentityCheckInput): UnitIdentityConflict | null {
  const twin = present.find((other) => other.fixture !== fixture && isSamePresentUnit(other.unit, unit));
  if (!twin) return null;
  return {
    code: 'identity/present-twice',
    message: `The same unit is in fixture ${fixture} and in fixture ${twin.fixture}.`,
    holdToo: [twin.unit],
  };
}

/** By its hardware, and by its label only where the hardware is not known to differ. */
function isSamePresentUnit(left: UnitIdentity, right: UnitIdentity): boolean {
  return (
    haveSameHardware(left, right) || (areKnownAndEqual(left.label, right.label) && !haveDifferentHardware(left, right))
  );
}

function findRelabelledUnit({ unit, known }: IdentityCheckInput): UnitIdentityConflict | null {
  const other = known.find((seen) => haveSameHardware(seen, unit) && areKnownAndDifferent(seen.label, unit.label));
  if (!other) return null;
  return {
    code: 'identity/unit-relabelled',
    message: `This unit was known as ${other.label} and now carries the label ${unit.label}.`,
    holdToo: [other],
  };
}

function findReusedLabel({ unit, known }: IdentityCheckInput): UnitIdentityConflict | null {
  const other = known.find((seen) => areKnownAndEqual(seen.label, unit.label) && haveDifferentHardware(seen, unit));
  if (!other) return null;
  return {
    code: 'identity/label-reused',
    message: `The label ${unit.label} was used before on unit ${other.deviceId ?? other.keyHash}.`,
    holdToo: [other],
  };
}

/** One id agrees while another differs: a copied key or a wrong record. */
function findMismatchedIds({ unit, known }: IdentityCheckInput): UnitIdentityConflict | null {
  const other = known.find((seen) => haveSameHardware(seen, unit) && haveDifferentHardware(seen, unit));
  if (!other) return null;
  return {
    code: 'identity/mismatch',
    message: `Device id and keys do not belong together: ${unit.deviceId ?? '–'} with the key of ${other.deviceId ?? '–'}.`,
    holdToo: [other],
  };
}

/** Units of which this is not true cannot be in each other's way: it is asked of every pair that stands in the fixtures. */
export function haveSharedIdentity(left: UnitIdentity, right: UnitIdentity): boolean {
  return haveSameHardware(left, right) || areKnownAndEqual(left.label, right.label);
}

function haveSameHardware(left: UnitIdentity, right: UnitIdentity): boolean {
  return areKnownAndEqual(left.deviceId, right.deviceId) || areKnownAndEqual(left.keyHash, right.keyHash);
}

/** The device id decides where both have one; keys can be replaced by a repair, so they decide only alone. */
function haveDifferentHardware(left: UnitIdentity, right: UnitIdentity): boolean {
  if (left.deviceId && right.deviceId) return left.deviceId !== right.deviceId;
  return areKnownAndDifferent(left.keyHash, right.keyHash);
}

function areKnownAndEqual(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && left === right;
}

function areKnownAndDifferent(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && left !== right;
}
