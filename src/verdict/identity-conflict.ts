// Who is who: device id, label and port tied together, and what breaks the tie.
import type { FailureCode } from '../domain/run/failure.ts';
import type { UnitIdentity } from '../domain/unit/unit.ts';
import { compareUnits } from '../domain/unit/unit-matching.ts';

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
  return findDuplicatePresence(question) ?? findRecordedConflict(question);
}

function findDuplicatePresence({ unit, fixture, present }: IdentityCheckInput): UnitIdentityConflict | null {
  const twin = present.find((other) => other.fixture !== fixture && compareUnits(other.unit, unit).match === 'same');
  if (!twin) return null;
  return {
    code: 'identity/present-twice',
    message: `The same unit is in fixture ${fixture} and in fixture ${twin.fixture}.`,
    holdToo: [twin.unit],
  };
}

const CONFLICTS = ['unit-relabelled', 'label-reused', 'ids-contradict'] as const;

function findRecordedConflict({ unit, known }: IdentityCheckInput): UnitIdentityConflict | null {
  for (const conflict of CONFLICTS) {
    const other = known.find((seen) => compareUnits(seen, unit).conflict === conflict);
    if (other) return { ...describeConflict(conflict, unit, other), holdToo: [other] };
  }
  return null;
}

function describeConflict(
  conflict: (typeof CONFLICTS)[number],
  unit: UnitIdentity,
  other: UnitIdentity,
): Pick<UnitIdentityConflict, 'code' | 'message'> {
  switch (conflict) {
    case 'unit-relabelled':
      return {
        code: 'identity/unit-relabelled',
        message: `This unit was known as ${other.label} and now carries the label ${unit.label}.`,
      };
    case 'label-reused':
      return {
        code: 'identity/label-reused',
        message: `The label ${unit.label} was used before on unit ${other.deviceId ?? other.keyHash ?? other.macAddress}.`,
      };
    case 'ids-contradict':
      return {
        code: 'identity/mismatch',
        message: `Device id and keys do not belong together: ${unit.deviceId ?? '–'} with the key of ${other.deviceId ?? '–'}.`,
      };
  }
}
