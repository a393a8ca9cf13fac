// When two sets of identities speak of one unit: a shared identity joins them, a contradicting one parts them.
import type { UnitIdentity } from '../../domain/unit/unit.ts';

/** A scanned label that is longer is no label; keys in the index stay bounded. */
const MAX_KEY_CHARACTERS = 200;

/**
 * The keys under which a unit's runs are found. The USB serial is not among them: before bootloader 0.6.0 all
 * Photons share one.
 */
export function listUnitKeys(unit: UnitIdentity): readonly string[] {
  return [
    ...(unit.deviceId ? [`id:${unit.deviceId}`] : []),
    ...(unit.keyHash ? [`key:${unit.keyHash}`] : []),
    ...(unit.macAddress ? [`mac:${unit.macAddress}`] : []),
    ...(unit.label ? [`label:${unit.label}`] : []),
  ].map((key) => key.slice(0, MAX_KEY_CHARACTERS));
}

/** Whether two sets of identities speak of one piece of hardware; the strongest identity that both know decides. */
export function compareHardware(left: UnitIdentity, right: UnitIdentity): 'same' | 'different' | 'unknown' {
  const decisive = HARDWARE_IDENTITIES.find((name) => left[name] !== undefined && right[name] !== undefined);
  if (!decisive) return 'unknown';
  return left[decisive] === right[decisive] ? 'same' : 'different';
}

/** Strongest first: keys can be made anew and a radio can be swapped, the controller's own number stays. */
const HARDWARE_IDENTITIES = ['deviceId', 'keyHash', 'macAddress'] as const;
