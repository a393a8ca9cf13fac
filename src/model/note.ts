// What people did to a unit between its runs: appended to the record, never edited; the judge reads it with the runs.
import type { Signature } from './signature.ts';

/** What happened to a unit between its runs. */
export type UnitNote =
  | { readonly kind: 'repaired'; readonly at: string; readonly by: string; readonly cause: string }
  | { readonly kind: 'released'; readonly at: string; readonly by: string; readonly reason: string }
  | ({ readonly kind: 'signed' } & Signature);
