// Places in the record, and which of two came first: within one record its numbers say so, between stations only what each had seen.
import type { RunRecord } from './run.ts';

/** Where something is kept. Clocks decide nothing: order is what this says, or nobody knows it. */
export interface RecordPlace {
  /** Its number in the record of its station: without gaps, in the order in which it was recorded. */
  readonly sequence: number;
  /** Its place among the records of a line of stations; left out where there is no line. */
  readonly line?: LinePlace;
}

/** Where a record lies between those of other stations: after all that its station had seen, before all that saw it. */
export interface LinePlace {
  /** The station from whose record it is; null for the station that asks. */
  readonly from: string | null;
  /** Its place at the centre; null until the centre has it. */
  readonly position: number | null;
  /** The centre's last place that its station knew of when it was recorded. */
  readonly seen: number;
}

/** Something as it is read back from the record, with its place there; the place is no part of what was kept. */
export type Recorded<Kept> = Kept & RecordPlace;

export type RecordedRun = Recorded<RunRecord>;

/** The same of something that may not be on record yet. */
export type MaybeRecorded<Kept> = Kept & Partial<RecordPlace>;

/** Where it is in the record; what is not there yet, or was not found there, comes after everything that is. */
export function getRecordPlace(kept: Partial<RecordPlace> | undefined): RecordPlace {
  const sequence = kept?.sequence ?? Number.POSITIVE_INFINITY;
  return kept?.line ? { sequence, line: kept.line } : { sequence };
}

/** The same without its place, as it was kept. */
export function removeRecordPlace<Kept extends object>({
  sequence: _sequence,
  line: _line,
  ...kept
}: Recorded<Kept>): Kept {
  return kept as unknown as Kept;
}

/**
 * Whether `left` came after `right`. `unknown` when two stations recorded them without having heard of each other. What
 * is not on record yet came after everything that its station knows.
 */
export function isAfter(left: RecordPlace, right: RecordPlace): 'yes' | 'no' | 'unknown' {
  if ((left.line?.from ?? null) === (right.line?.from ?? null)) return left.sequence > right.sequence ? 'yes' : 'no';
  if (left.sequence === Number.POSITIVE_INFINITY || hasSeen(left, right)) return 'yes';
  return right.sequence === Number.POSITIVE_INFINITY || hasSeen(right, left) ? 'no' : 'unknown';
}

/** The station of `later` knew of `earlier` when it recorded `later`. */
function hasSeen({ line: later }: RecordPlace, { line: earlier }: RecordPlace): boolean {
  return later !== undefined && typeof earlier?.position === 'number' && earlier.position <= later.seen;
}

/**
 * The records oldest first. Those of which nobody knows the order come by rank, lowest first, then as given: the caller
 * ranks what weighs most against the unit highest, so that it stands last.
 */
export function sortByPlace<Kept extends RecordPlace>(
  kept: readonly Kept[],
  rank: (one: Kept) => number = () => 0,
): readonly Kept[] {
  if (kept.every(({ line }) => line === undefined)) {
    return kept.toSorted((left, right) =>
      left.sequence < right.sequence ? -1 : Number(left.sequence > right.sequence),
    );
  }
  const left = [...kept];
  const sorted: Kept[] = [];
  while (left.length > 0) {
    const free = left.filter((one) => !left.some((other) => isAfter(one, other) === 'yes'));
    const next = free.reduce((first, one) => (rank(one) < rank(first) ? one : first));
    left.splice(left.indexOf(next), 1);
    sorted.push(next);
  }
  return sorted;
}
