// Places in the record: what is kept is numbered without gaps, and that number tells what came first, whatever clocks said.
import type { RunRecord } from './run.ts';

/** Something as it is read back from the record, with its place there; the place is no part of what was kept. */
export type Recorded<Kept> = Kept & { readonly sequence: number };

export type RecordedRun = Recorded<RunRecord>;

/** The same of something that may not be on record yet. */
export type MaybeRecorded<Kept> = Kept & { readonly sequence?: number };

/** Where it is in the record; what is not there yet, or was not found there, comes after everything that is. */
export function getRecordSequence(kept: MaybeRecorded<object> | undefined): number {
  return kept?.sequence ?? Number.POSITIVE_INFINITY;
}

/** The same without its place, as it was kept. */
export function removeRecordSequence<Kept extends object>({ sequence: _place, ...kept }: Recorded<Kept>): Kept {
  return kept as unknown as Kept;
}
