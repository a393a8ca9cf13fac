// The record of a station, opened: whatever an earlier process left unfinished is settled before anything is written.
import { type Clock, systemClock } from '../base/clock.ts';
import { formatIsoMoment } from '../base/moment.ts';
import type { ErrorRecord, RunRecord } from '../domain/run/run.ts';
import { openSignedChain } from './chain/signed-chain.ts';
import { openStationLog, type StationLog } from './log/station-log.ts';
import { assertDiskSpace, readDiskSpace, type SpaceProbe, type SpaceReport } from './maintenance/disk-space.ts';
import { dropEvidence, type EvidenceDroppedBody, type RetentionOptions } from './maintenance/retention.ts';
import { openRecordWatch, type RecordWatcher } from './record-watch.ts';
import { type History, openHistory } from './runs/history.ts';
import { closeOpenRuns } from './runs/interrupted-runs.ts';
import { type Journal, openJournal } from './runs/journal.ts';
import { openStatistics, type Statistics } from './statistics/statistics.ts';
import { BUSY_TIMEOUT_MS } from './store/database.ts';
import { openGroupCommit } from './store/group-commit.ts';
import { createLockOwner, type Lock, lockStation } from './store/lock.ts';
import { openRecordFile } from './store/record-file.ts';
import { makeRecordFolder } from './store/record-folder.ts';

/** Others hold a lock for moments when they open the file: worth waiting for on the spot, and no longer. */
const IMPATIENT_MS = 20;

/** Everything the program keeps, behind one door. */
export interface StationRecord {
  readonly journal: Journal;
  readonly history: History;
  readonly statistics: Statistics;
  readonly log: StationLog;
  /** Runs that an earlier process had begun and not finished; recorded as interrupted at this opening. */
  readonly interrupted: readonly RunRecord[];
  /** Drops bulky evidence of old runs and records that it did; undefined when there was none. */
  dropEvidence(order: RetentionOptions): Promise<EvidenceDroppedBody | undefined>;
  /**
   * Tells of trouble that no write brings up: the file moved away while nothing is written, writes that wait for another
   * program. Gives a way to stop.
   */
  watch(told: RecordWatcher): () => void;
  /** What is not well with the mirrors of its heads. */
  listMirrorTroubles(): readonly ErrorRecord[];
  /** Room on the record's disk. */
  readDiskSpace(): SpaceReport;
  /** Ends the record safely; nothing may be written afterwards. Once more is as good as once. */
  close(): Promise<void>;
}

export interface OpenRecordOptions {
  /** The station's folder; made when it is not there. */
  readonly directory: string;
  /** Name of the station; a folder belongs to one station. */
  readonly station: string;
  readonly clock: Clock;
  /** Program name and version, as it is kept in records. */
  readonly program: string;
  readonly spaceProbe?: SpaceProbe;
  /** Files elsewhere that get every signed head of the chain. */
  readonly headMirrors?: readonly string[];
}

/**
 * Opens the record for writing. Throws StationError: `record/in-use` (another process has it), `record/newer`,
 * `record/damaged`, `record/cut-off`, `record/unsigned`, `record/other-station`, `record/cannot-open`,
 * `record/cannot-write`, `record/no-room`, `record/key`, `record/key-lost`, `record/key-foreign`.
 */
export async function openRecord(place: OpenRecordOptions): Promise<StationRecord> {
  const { directory, clock, program } = place;
  makeRecordFolder(directory);
  const lock = lockStation(directory, createLockOwner(program, formatIsoMoment(clock.readWallMs())));
  try {
    return openLockedRecord(place, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openLockedRecord(
  { directory, station, clock, program, spaceProbe, headMirrors = [] }: OpenRecordOptions,
  lock: Lock,
): StationRecord {
  const database = openRecordFile(directory, station);
  try {
    const chain = openSignedChain({ database, directory, station, clock, program, headMirrors });
    const { append, close } = chain;
    const at = formatIsoMoment(clock.readWallMs());
    const interrupted = append(() => closeOpenRuns(database, station, at));
    const watch = openRecordWatch(database);
    // Other programs hold their locks in real time, whatever time the station's clock tells.
    const shared = { database, gather: clock.runAfterTurn, clock: systemClock, onBusy: watch.onBusy };
    const group = openGroupCommit({ ...shared, append });
    const steps = openGroupCommit({ ...shared, append: database.withUnsyncedTransaction });
    database.setWaitMs(IMPATIENT_MS);
    const room = (): void => assertDiskSpace(directory, spaceProbe);
    return {
      journal: openJournal({ database, station, clock, group, steps, assertRoom: room }),
      history: openHistory(database),
      statistics: openStatistics(database),
      log: openStationLog({ database, station, clock, group }),
      watch: watch.add,
      listMirrorTroubles: chain.listTroubles,
      interrupted,
      dropEvidence: async (order) => dropEvidence({ database, station, clock, append }, order),
      readDiskSpace: () => readDiskSpace(directory, spaceProbe),
      close: async () => {
        if (!database.isOpen) return;
        try {
          watch.stop();
          await steps.flush();
          await group.flush();
          database.setWaitMs(BUSY_TIMEOUT_MS);
          await close();
        } finally {
          database.close();
          lock.release();
        }
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
