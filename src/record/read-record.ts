// A station's record for reading, also while the station runs: history, figures, and what people noted.

import { openStationLogReader, type StationLogReader } from './log/station-log.ts';
import { type History, openHistory } from './runs/history.ts';
import { openStatistics, type Statistics } from './statistics/statistics.ts';
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
  const database = openRecordFileForReading(directory);
  return {
    station: readMeta(database, 'station') ?? '',
    history: openHistory(database),
    statistics: openStatistics(database),
    log: openStationLogReader(database),
    close: () => database.close(),
  };
}
