// A person's signature under a decision on a unit: who, in which role, when, and why.
import type { Disposition } from './verdict.ts';

export interface Signature {
  /** The run whose verdict is signed. */
  readonly runId: string;
  readonly by: string;
  /** operator, technician, engineer, quality … */
  readonly role: string;
  /** ISO 8601 with offset. */
  readonly at: string;
  readonly decision: Disposition | 'use-as-is';
  readonly reason: string;
}
