// The chain as others may follow it while the station writes: everything after a place, in pieces, from a reader of its own.
import { openRecordFileForReading, readMeta } from '../store/record-file.ts';
import { type ChainHead, type ChainRecord, RECORD_COLUMNS, readChainHead } from './chain.ts';

/** Reads the chain of one record. What it gives is on the station's disk: a reader sees nothing that is not committed. */
export interface ChainFeed {
  /** The name that goes into the hashes. */
  readonly station: string;
  readHead(): ChainHead;
  /** The hash of a record; undefined for a place that the record does not reach. */
  readHash(sequence: number): string | undefined;
  /** Records after a place, in order: as many as fit both bounds, and at least one where there is one. */
  readAfter(
    sequence: number,
    bounds: { readonly maxRecords: number; readonly maxBytes: number },
  ): readonly ChainRecord[];
  close(): void;
}

/** Opens the record of a folder for following. Throws StationError `record/none`, `record/newer`, `record/older`. */
export function openChainFeed(directory: string): ChainFeed {
  const database = openRecordFileForReading(directory);
  return {
    station: readMeta(database, 'station') ?? '',
    readHead: () => readChainHead(database),
    readHash: (sequence) =>
      database.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', sequence)?.hash,
    readAfter: (sequence, { maxRecords, maxBytes }) => {
      const records: ChainRecord[] = [];
      let sizeBytes = 0;
      const rows = database.iterate<ChainRecord>(
        `SELECT ${RECORD_COLUMNS} FROM records WHERE sequence > ? ORDER BY sequence LIMIT ?`,
        sequence,
        maxRecords,
      );
      for (const row of rows) {
        sizeBytes += Buffer.byteLength(row.body);
        if (records.length > 0 && sizeBytes > maxBytes) break;
        records.push({ ...row });
      }
      return records;
    },
    close: () => database.close(),
  };
}
