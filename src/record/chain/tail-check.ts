// A look at the end of the chain at every opening: nothing is built, and nothing signed, upon what does not hold.
import { computeSha256Hex } from '../../base/digest.ts';
import { StationError } from '../../base/station-error.ts';
import type { Database } from '../store/database.ts';
import { type ChainRecord, computeRecordHash, RECORD_COLUMNS } from './chain.ts';

/** Enough to see what a torn disk did last, few enough that opening takes as long after years as on the first day. */
const TAIL_RECORDS = 32;

/**
 * Throws StationError `record/damaged`, naming the record, unless the last records are whole and linked: at least those
 * after `vouchedFor`, the last that a head outside the database speaks of.
 */
export function assertChainTailIntact(database: Database, station: string, vouchedFor: number): void {
  const tail = database.getAll<ChainRecord>(
    `SELECT ${RECORD_COLUMNS} FROM records
     WHERE sequence >= min(?, (SELECT ifnull(max(sequence), 0) FROM records) - ${TAIL_RECORDS - 1}) ORDER BY sequence`,
    vouchedFor,
  );
  tail.forEach((record, index) => {
    const before = tail[index - 1];
    const isLinked = !before || (record.sequence === before.sequence + 1 && record.prevHash === before.hash);
    const isWhole =
      computeRecordHash({ ...record, bodySha256: computeSha256Hex(record.body) }, station) === record.hash;
    if (!isWhole || !isLinked) throw createDamagedRecordError(database, record.sequence);
  });
}

function createDamagedRecordError(database: Database, sequence: number): StationError {
  return new StationError({
    code: 'record/damaged',
    message: `${database.file} is damaged or was changed at record ${sequence}`,
    hint: 'Run "flashline verify" to see the damage, keep the file, and restore the last backup with "flashline restore".',
  });
}
