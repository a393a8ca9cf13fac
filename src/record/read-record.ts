// A station's record for reading, also while the station runs: history, figures, and what people noted.

import { openStationLogReader, type StationLogReader } from './log/station-log.ts';
import { type History, openHistory } from './runs/history.ts';
import { openStatistics, type Statistics } from './statistics/statistics.ts';
import { type Database, openDatabase } from './store/database.ts';
import { openRecordFileForReading, readMeta } from './store/record-file.ts';

export interface ReadableRecord {
  /** Name of the station it belongs to. */
  readonly station: string;
  readonly history: History;
  readonly statistics: Statistics;
  readonly log: StationLogReader;
  close(): void;
}

/** Opens the record of a folder for reading. Throws StationError `record/none`, `record/newer`, `record/older`. */
export function openReadableRecord(directory: string): ReadableRecord {
  return readFrom(openRecordFileForReading(directory));
}

/** Opens a backup for reading; undefined for a file that is none. */
export function openReadableFile(file: string): ReadableRecord | undefined {
  let database: Database | undefined;
  try {
    database = openDatabase(file, { readOnly: true });
    return readFrom(database);
  } catch {
    database?.close();
    return undefined;
  }
}

function readFrom(database: Database): ReadableRecord {
  return {
    station: readMeta(database, 'station') ?? '',
    history: openHistory(database),
    statistics: openStatistics(database),
    log: openStationLogReader(database),
    close: () => database.close(),
  };
}
