// What people did to a unit between its runs: appended to the record, never edited; the judge reads it with the runs.
import type { Signature } from './signature.ts';

/** What a repair found to be wrong; `nothing` is a finding too. Codes go into records: append, never rename. */
export const repairFindings = ['nothing', 'bootloader', 'protection', 'firmware', 'contact', 'part'] as const;

export type RepairFinding = (typeof repairFindings)[number];

/** A repair with its cause, or a release of a unit on hold with its reason: the unit may be tested again. */
export type Repair =
  | {
      readonly kind: 'repaired';
      readonly at: string;
      readonly by: string;
      readonly cause: string;
      /** Left out where nobody said: no better than `nothing`. */
      readonly finding?: RepairFinding;
    }
  | { readonly kind: 'released'; readonly at: string; readonly by: string; readonly reason: string };

/** What happened to a unit between its runs. */
export type UnitNote = Repair | ({ readonly kind: 'signed' } & Signature);
