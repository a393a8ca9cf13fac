// Decisions that no single person makes: who has signed, who must still sign, and when the decision stands.
import { StationError } from '../../base/station-error.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import { assertPermission, type Permission, type Person, type PersonRole } from './roles.ts';

/** What people decide about a unit, with what it takes. */
export const signOffDecisions = {
  scrap: { verb: 'sign-scrap', people: 2, oneOf: 'quality', disposition: 'scrap' },
  'use-as-is': { verb: 'sign-use-as-is', people: 2, oneOf: 'quality', disposition: 'pass' },
  /** Consent to a repair that cannot be undone, such as one that erases the unit's keys. */
  rework: { verb: 'sign-rework', people: 1, oneOf: null, disposition: 'rework' },
} as const satisfies Readonly<Record<string, SignOffRequirement>>;

interface SignOffRequirement {
  readonly verb: Permission;
  /** Different people. */
  readonly people: number;
  /** At least one of them has this role; null for any that may sign. */
  readonly oneOf: PersonRole | null;
  /** What the unit is from then on. */
  readonly disposition: Disposition;
}

export type SignOffDecision = keyof typeof signOffDecisions;

/** What one person signs. */
export interface SignatureInput {
  readonly runId: string;
  readonly decision: SignOffDecision;
  readonly person: Person;
  readonly reason: string;
}

/** The body of a record of kind `signature`. */
export interface SignatureBody extends SignatureInput {
  /** Hash of the run's record: what was seen when it was signed. */
  readonly runHash: string;
}

/** The body of a record of kind `sign-off`: enough people signed, the decision stands. */
export interface SignOffBody {
  readonly runId: string;
  readonly runHash: string;
  readonly decision: SignOffDecision;
  readonly disposition: Disposition;
  readonly people: readonly Person[];
  readonly reasons: readonly string[];
}

/** How far a decision has come. */
export interface SignOffState {
  readonly isComplete: boolean;
  /** In words, what is missing; empty when complete. */
  readonly missing: string;
}

const MIN_REASON_CHARACTERS = 3;

/**
 * Whether a signature may join those already given (pure). Throws StationError: `record/not-allowed` by role,
 * `record/same-person` when this person has signed, `record/no-reason`.
 */
export function assertMaySign(signature: SignatureInput, earlier: readonly SignatureInput[]): void {
  const { person, decision, reason } = signature;
  assertPermission(person, signOffDecisions[decision].verb);
  if (reason.trim().length < MIN_REASON_CHARACTERS)
    throw createSignOffError('no-reason', `${person.id} gave no reason`, 'Say in a few words why.');
  if (earlier.some((other) => isSamePerson(other.person, person)))
    throw createSignOffError('same-person', `${person.id} has already signed this`, 'A second person has to sign.');
}

/** How far the signatures carry (pure); `people` asks for more of them than the decision itself does. */
export function computeSignOffState(
  decision: SignOffDecision,
  signatures: readonly SignatureInput[],
  people = 0,
): SignOffState {
  const { people: least, oneOf } = signOffDecisions[decision];
  const asked = Math.max(people, least);
  const missing = [
    ...(signatures.length < asked ? [`${asked - signatures.length} more to sign`] : []),
    ...(oneOf === null || signatures.some(({ person }) => person.role === oneOf) ? [] : [`one of them ${oneOf}`]),
  ];
  return { isComplete: missing.length === 0, missing: missing.join(', ') };
}

/** Ids are compared as people read them: case and blanks around make no second person. */
function isSamePerson(left: Person, right: Person): boolean {
  return toPersonKey(left) === toPersonKey(right);
}

/** The id under which a person's signature is kept. */
export function toPersonKey(person: Person): string {
  return person.id.normalize('NFKC').trim().toLowerCase();
}

function createSignOffError(code: string, message: string, hint: string): StationError {
  return new StationError({ code: `record/${code}`, kind: 'input', message, hint });
}
