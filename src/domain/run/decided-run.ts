// A run as it stands now: with what people signed about it and did to its unit since it was recorded.

import type { Signature } from '../unit/signature.ts';
import type { Repair, UnitNote } from '../unit/unit-note.ts';
import type { RunRecord } from './run.ts';

/** Its verdict is the signed one where people have decided. A plain record is one about which nothing is known since. */
export interface DecidedRun extends RunRecord {
  /** Repairs and releases before the unit's next run, and every signature on this one. */
  readonly afterwards?: readonly UnitNote[];
}

/** The signatures on the run, oldest first. */
export function listRunSignatures({ afterwards = [] }: DecidedRun): readonly Signature[] {
  return afterwards.flatMap((note) => (note.kind === 'signed' ? [extractSignature(note)] : []));
}

function extractSignature({ kind: _kind, ...signature }: Signature & { readonly kind: 'signed' }): Signature {
  return signature;
}

/** What was done to the unit before its next run, oldest first. */
export function listRepairsAfterRun({ afterwards = [] }: DecidedRun): readonly Repair[] {
  return afterwards.flatMap((note) => (note.kind === 'signed' ? [] : [note]));
}
