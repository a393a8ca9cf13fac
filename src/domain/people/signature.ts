// A person's signature under a decision on a unit: who, in which role, when, and why.

import type { Role } from './person.ts';

/** What people sign. `rework` consents to a repair that cannot be undone, such as one that erases the unit's keys. */
export const signOffDecisions = ['scrap', 'use-as-is', 'rework'] as const;

export type SignOffDecision = (typeof signOffDecisions)[number];

export interface Signature {
  /** The run whose verdict is signed. */
  readonly runId: string;
  readonly by: string;
  readonly role: Role;
  /** ISO 8601 with offset. */
  readonly at: string;
  readonly decision: SignOffDecision;
  readonly reason: string;
}

/** Enough people have signed: the decision stands, whatever a station's policy says later. */
export interface SignOff {
  readonly runId: string;
  /** ISO 8601 with offset. */
  readonly at: string;
  readonly decision: SignOffDecision;
  /** Names of those who signed, in the order in which they did. */
  readonly by: readonly string[];
}
