// Which runs belong to the same unit, when not every run knew all of its identities.
import { getUnitKey, type UnitIdentity } from './unit.ts';

/** Gives every unit the same name each time it is seen, by any identity it shares with an earlier sight of it. */
export type UnitLinker = (unit: UnitIdentity) => string | undefined;

/**
 * Device id decides, then the key hash; a label links only to a unit whose id is not known to be another, because
 * labels can be used twice. Units must be shown in the order of their runs.
 */
export function createUnitLinker(): UnitLinker {
  const byIdentity = new Map<string, string>();
  const idOf = new Map<string, string>();
  const agrees = (name: string, { deviceId }: UnitIdentity): boolean => {
    const known = idOf.get(name);
    return known === undefined || deviceId === undefined || known === deviceId;
  };
  return (unit) => {
    const keys = listIdentityKeys(unit);
    const linked = keys.map((key) => byIdentity.get(key)).find((name) => name !== undefined && agrees(name, unit));
    const name = linked ?? getUnitKey(unit);
    if (name === undefined) return undefined;
    if (unit.deviceId) idOf.set(name, unit.deviceId);
    for (const key of keys) byIdentity.set(key, name);
    return name;
  };
}

/** The keys of the identities that name a unit by themselves, the surest first. */
export function listIdentityKeys({ deviceId, keyHash, label }: UnitIdentity): readonly string[] {
  return [deviceId && `id:${deviceId}`, keyHash && `key:${keyHash}`, label && `label:${label}`].filter(
    (key) => typeof key === 'string' && key !== '',
  ) as string[];
}
