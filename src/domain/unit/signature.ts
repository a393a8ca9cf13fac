// A person's signature under a decision on a unit: who, in which role, when, and why.

/** Who a person is at the station; which roles may sign what is policy. */
export const roles = ['operator', 'technician', 'engineer', 'quality'] as const;

export type Role = (typeof roles)[number];

export interface Signature {
  /** The run whose verdict is signed. */
  readonly runId: string;
  readonly by: string;
  readonly role: Role;
  /** ISO 8601 with offset. */
  readonly at: string;
  /** `rework` consents to a repair that cannot be undone, such as one that erases the unit's keys. */
  readonly decision: 'scrap' | 'use-as-is' | 'rework';
  readonly reason: string;
}
