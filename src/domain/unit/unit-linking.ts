// Which runs belong to the same unit, when not every run knew all of its identities.
import type { UnitIdentity } from './unit.ts';
import { canBeSameUnit, getUnitKey, listUnitKeys } from './unit-matching.ts';

/** Gives every unit the same name each time it is seen, by any identity it shares with an earlier sight of it. */
export type UnitLinker = (unit: UnitIdentity) => string | undefined;

/** What is remembered of units: by which name a key is known, and what is known of the unit of that name. */
export interface UnitMemory {
  findName(key: string): string | undefined;
  findIdentity(name: string): UnitIdentity | undefined;
}

/**
 * The name under which a unit was seen before, by the surest of its identities that leads to a unit it can be; its own
 * surest key when it is new; undefined when nothing of it is known. Units must be shown in the order of their runs.
 */
export function findLinkedName(unit: UnitIdentity, memory: UnitMemory): string | undefined {
  const linked = listUnitKeys(unit)
    .map((key) => memory.findName(key))
    .find((name) => name !== undefined && canBeSameUnit(memory.findIdentity(name) ?? {}, unit));
  return linked ?? getUnitKey(unit);
}

/** What is known of a unit after it was seen again: the latest of each identity. */
export function mergeIdentities(known: UnitIdentity | undefined, seen: UnitIdentity): UnitIdentity {
  return { ...known, ...seen };
}

/** A linker that remembers what it was shown. */
export function createUnitLinker(): UnitLinker {
  const names = new Map<string, string>();
  const identities = new Map<string, UnitIdentity>();
  const memory = {
    findName: (key: string) => names.get(key),
    findIdentity: (name: string) => identities.get(name),
  };
  return (unit) => {
    const name = findLinkedName(unit, memory);
    if (name === undefined) return undefined;
    identities.set(name, mergeIdentities(identities.get(name), unit));
    for (const key of listUnitKeys(unit)) names.set(key, name);
    return name;
  };
}
