// The record of a station, opened: whatever an earlier process left unfinished is settled before anything is written.
import type { Clock } from '../base/clock.ts';
import type { RunRecord } from '../model/run.ts';
import { type History, openHistory } from './history.ts';
import { closeOpenRuns } from './interrupted.ts';
import { type Journal, openJournal } from './journal.ts';
import { isoMoment } from './moment.ts';
import { assertRoom, type SpaceProbe, type SpaceReport, spaceOf } from './space.ts';
import { openStore } from './store.ts';

/** Everything the program keeps, behind one door. */
export interface StationRecord {
  readonly journal: Journal;
  readonly history: History;
  /** Runs that an earlier process had begun and not finished; recorded as interrupted at this opening. */
  readonly interrupted: readonly RunRecord[];
  /** Room on the record's disk. */
  space(): SpaceReport;
  /** Ends the record safely; nothing may be written afterwards. */
  close(): Promise<void>;
}

export interface RecordPlace {
  /** The station's folder; made when it is not there. */
  readonly directory: string;
  /** Name of the station; a folder belongs to one station. */
  readonly station: string;
  readonly clock: Clock;
  /** Program name and version, as it is kept in records. */
  readonly program: string;
  readonly spaceProbe?: SpaceProbe;
}

/**
 * Opens the record for writing. Throws StationError: `record/newer`, `record/damaged`, `record/other-station`,
 * `record/cannot-open`, `record/cannot-write`, `record/no-room`.
 */
export async function openRecord({ directory, station, clock, spaceProbe }: RecordPlace): Promise<StationRecord> {
  const database = openStore(directory, station);
  try {
    const append = <T>(write: () => T): T => database.transaction(write);
    const interrupted = append(() => closeOpenRuns(database, station, isoMoment(clock.wallMs())));
    return {
      journal: openJournal({ database, station, clock, append, assertRoom: () => assertRoom(directory, spaceProbe) }),
      history: openHistory(database),
      interrupted,
      space: () => spaceOf(directory, spaceProbe),
      close: async () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
