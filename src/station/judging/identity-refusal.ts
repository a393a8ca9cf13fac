// Units that are refused for who they are: two that share an identity, one that is in two fixtures, one that took another's place.

import { isAfter, type Recorded, type RecordedRun } from '../../domain/run/record-place.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { formatUnitName, type UnitIdentity } from '../../domain/unit/unit.ts';
import { hardwareIdentities, haveSharedIdentity } from '../../domain/unit/unit-matching.ts';
import type { UnitNote } from '../../domain/unit/unit-note.ts';
import { findIdentityConflict, type PresentUnit, type UnitIdentityConflict } from '../../verdict/identity-conflict.ts';
import type { Refusal } from '../interface/contracts.ts';

/** The unit is at the other fixture as well, or shares an identity with the unit there; null when it does not. */
export function findPresentUnitConflict(fixture: number, unit: UnitIdentity, other: PresentUnit): Refusal | null {
  if (!haveSharedIdentity(unit, other.unit)) return null;
  return createIdentityRefusal(findIdentityConflict({ unit, fixture, known: [other.unit], present: [other] }), unit);
}

/** The unit contradicts what the record knows of its label, its id or its keys; null when it does not. */
export function findRecordedUnitConflict(unit: UnitIdentity, known: readonly UnitIdentity[]): Refusal | null {
  return createIdentityRefusal(findIdentityConflict({ unit, fixture: 0, known, present: [] }), unit);
}

/** The unit took another one's place in one of these runs and was not released since: it is held like the other. */
export function findSwappedUnitRefusal(
  unit: UnitIdentity,
  recentRuns: readonly RecordedRun[],
  notes: readonly Recorded<UnitNote>[],
): Refusal | null {
  const run = recentRuns.find((other) => isSwappedIn(other, unit));
  if (!run) return null;
  if (notes.some((note) => note.kind === 'released' && isAfter(note, run) === 'yes')) return null;
  const message = `This unit took the place of ${formatUnitName(run.unit)} in a run at fixture ${run.fixture}.`;
  return createIdentityRefusal({ code: 'identity/swapped', message, holdToo: [run.unit] }, unit);
}

function isSwappedIn(run: RunRecord, unit: UnitIdentity): boolean {
  if (run.failure?.code !== 'identity/swapped') return false;
  const own = hardwareIdentities.flatMap((name) => unit[name]?.toLowerCase() ?? []);
  return run.failure.evidence.some(
    (item) => item.kind === 'identity' && item.after !== undefined && own.includes(item.after.toLowerCase()),
  );
}

function createIdentityRefusal(conflict: UnitIdentityConflict | null, unit: UnitIdentity): Refusal | null {
  if (!conflict) return null;
  const { code, message, holdToo } = conflict;
  const [other] = holdToo;
  const evidence = {
    kind: 'identity',
    proof: 'different',
    by: 'record and fixtures',
    before: other ? formatUnitName(other) : '',
    after: formatUnitName(unit),
  } as const;
  return {
    rule: 'D2',
    disposition: 'hold',
    reason: message,
    failure: { code, message, site: {}, evidence: [evidence] },
  };
}
