// What people did to a unit between its runs: appended to the record, never edited; the judge reads it with the runs.
import type { Signature } from './signature.ts';

/** A repair with its cause, or a release of a unit on hold with its reason: the unit may be tested again. */
export type Repair =
  | { readonly kind: 'repaired'; readonly at: string; readonly by: string; readonly cause: string }
  | { readonly kind: 'released'; readonly at: string; readonly by: string; readonly reason: string };

/** What happened to a unit between its runs. */
export type UnitNote = Repair | ({ readonly kind: 'signed' } & Signature);
