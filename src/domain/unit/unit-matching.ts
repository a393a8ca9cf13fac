// The one law of who is who: when two sets of identities speak of one unit, when of two, and when they contradict each other.
import type { UnitIdentity } from './unit.ts';

/** Identities that a unit tells of itself, the strongest first: keys can be made anew and a radio can be swapped, the controller's own number stays. */
export const hardwareIdentities = ['deviceId', 'keyHash', 'macAddress'] as const;

export type HardwareIdentity = (typeof hardwareIdentities)[number];

/** What people call an identity. */
export const identityLabels: Readonly<Record<HardwareIdentity, string>> = {
  deviceId: 'device id',
  keyHash: 'key',
  macAddress: 'MAC address',
};

/**
 * What a comparison of two sets of identities comes to. `unknown`: nothing that both know tells; two labels alone do not,
 * since one unit may get a second one.
 */
export interface UnitComparison {
  readonly match: 'same' | 'different' | 'unknown';
  /**
   * `unit-relabelled`: one unit under two labels. `label-reused`: one label on two units. `ids-contradict`: a weaker
   * identity is shared by two units, which is a copied key or a wrong record.
   */
  readonly conflict: 'unit-relabelled' | 'label-reused' | 'ids-contradict' | null;
}

/**
 * The strongest hardware identity that both know decides, a label only where they know none in common. So one label with
 * two MAC addresses is two units: a radio is seldom swapped, a label is easily used twice, and units taken for two are
 * held and looked at, while units taken for one would pass on each other's proof. A weaker identity that differs on one
 * unit is a repair. The USB serial is not compared: before bootloader 0.6.0 all Photons share one.
 */
export function compareUnits(left: UnitIdentity, right: UnitIdentity): UnitComparison {
  const decisive = hardwareIdentities.find((name) => isKnown(left[name]) && isKnown(right[name]));
  const isSameLabel = isKnown(left.label) && left.label === right.label;
  if (decisive === undefined) return { match: isSameLabel ? 'same' : 'unknown', conflict: null };
  if (isEqual(left, right, decisive)) {
    const isRelabelled = isKnown(left.label) && isKnown(right.label) && !isSameLabel;
    return { match: 'same', conflict: isRelabelled ? 'unit-relabelled' : null };
  }
  const isShared = hardwareIdentities.some((name) => isKnown(left[name]) && isEqual(left, right, name));
  return { match: 'different', conflict: isSameLabel ? 'label-reused' : isShared ? 'ids-contradict' : null };
}

/** Whether nothing speaks against the two being one unit: asked of runs and notes that were found by a shared identity. */
export function canBeSameUnit(left: UnitIdentity, right: UnitIdentity): boolean {
  return compareUnits(left, right).match !== 'different';
}

/** Whether the two share any identity; units that do not can be in no conflict, and are not each other's history. */
export function haveSharedIdentity(left: UnitIdentity, right: UnitIdentity): boolean {
  return (
    (isKnown(left.label) && left.label === right.label) ||
    hardwareIdentities.some((name) => isKnown(left[name]) && isEqual(left, right, name))
  );
}

/** Within one run nothing is repaired: every identity that both know and that differs, the strongest first. */
export function findChangedIdentities(before: UnitIdentity, after: UnitIdentity): readonly HardwareIdentity[] {
  return listComparedIdentities(before, after).filter((name) => !isEqual(before, after, name));
}

/** The hardware identities that both know, the strongest first. */
export function listComparedIdentities(left: UnitIdentity, right: UnitIdentity): readonly HardwareIdentity[] {
  return hardwareIdentities.filter((name) => isKnown(left[name]) && isKnown(right[name]));
}

/** A scanned label that is longer is no label; keys in the record's index stay bounded. */
const MAX_KEY_CHARACTERS = 200;

/** The keys under which a unit is found, the surest first; empty for a unit of which nothing is known. */
export function listUnitKeys({ deviceId, keyHash, macAddress, label }: UnitIdentity): readonly string[] {
  return [
    ...(isKnown(deviceId) ? [`id:${deviceId}`] : []),
    ...(isKnown(keyHash) ? [`key:${keyHash}`] : []),
    ...(isKnown(macAddress) ? [`mac:${macAddress}`] : []),
    ...(isKnown(label) ? [`label:${label}`] : []),
  ].map((key) => key.slice(0, MAX_KEY_CHARACTERS));
}

/** The surest key of a unit; undefined when none is known. */
export function getUnitKey(unit: UnitIdentity): string | undefined {
  return listUnitKeys(unit)[0];
}

/** Hardware identities are hexadecimal: some bootloaders write them in capitals. */
function isEqual(left: UnitIdentity, right: UnitIdentity, name: HardwareIdentity): boolean {
  return left[name]?.toLowerCase() === right[name]?.toLowerCase();
}

function isKnown(identity: string | undefined): identity is string {
  return identity !== undefined && identity !== '';
}
