// A run as it stands now: with what people signed about it and did to its unit since it was recorded.

import type { Signature } from '../people/signature.ts';
import type { RunRecord } from '../run/run.ts';
import type { Verdict } from '../run/verdict.ts';
import { isRepair, listSignatures, type Repair, type UnitNote } from '../unit/unit-note.ts';
import { applySignOff } from './sign-off.ts';

/** Its verdict is the signed one where people have decided. A plain record is one about which nothing is known since. */
export interface DecidedRun extends RunRecord {
  /** Repairs and releases before the unit's next run, and every signature on this one. */
  readonly afterwards?: readonly UnitNote[];
}

/** The verdict on a run, or on what is known of it now, with what people have decided about it; notes oldest first. */
export function applyDecisions(verdict: Verdict, runId: string, notes: readonly UnitNote[]): Verdict {
  const decided = notes.find((note) => note.kind === 'decided' && note.runId === runId && note.decision !== 'rework');
  return decided?.kind === 'decided' ? applySignOff(verdict, decided, listSignatures(notes)) : verdict;
}

/** The signatures on the run, oldest first. */
export function listRunSignatures({ afterwards = [] }: DecidedRun): readonly Signature[] {
  return listSignatures(afterwards);
}

/** What was done to the unit before its next run, oldest first. */
export function listRepairsAfterRun({ afterwards = [] }: DecidedRun): readonly Repair[] {
  return afterwards.filter((note) => isRepair(note));
}
