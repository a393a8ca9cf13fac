// What people did to a unit between its runs: appended to the record, never edited; the judge reads it with the runs.
import type { Signature, SignOff } from '../people/signature.ts';

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

/** What happened to a unit between its runs. `decided` follows the signature that was the last one needed. */
export type UnitNote = Repair | ({ readonly kind: 'signed' } & Signature) | ({ readonly kind: 'decided' } & SignOff);

/** Whether the note speaks of something done to the unit, and not of what people signed about it. */
export function isRepair<Note extends UnitNote>(note: Note): note is Extract<Note, Repair> {
  return note.kind === 'repaired' || note.kind === 'released';
}

/** Every signature among the notes, in their order. */
export function listSignatures(notes: readonly UnitNote[]): readonly Signature[] {
  return notes.flatMap((note) => {
    if (note.kind !== 'signed') return [];
    const { runId, by, role, at, decision, reason } = note;
    return [{ runId, by, role, at, decision, reason }];
  });
}
