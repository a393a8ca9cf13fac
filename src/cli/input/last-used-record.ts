// The record under this folder that was written to last: what a verb is about when several lie here and none is named.
import { globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OWN_FOLDER } from './file-locations.ts';

const RECORD = 'record.db';

export interface LastUsedRecord {
  readonly folder: string;
  /** The other records that lie here, in the order of their names; empty when it is the only one. */
  readonly others: readonly string[];
}

/** Null when no record lies here. */
export function findLastUsedRecord(): LastUsedRecord | null {
  const folders = globSync(join(OWN_FOLDER, '*', RECORD)).map((file) => dirname(file));
  const [last, ...others] = folders.sort((left, right) => readLastWriteMs(right) - readLastWriteMs(left));
  return last === undefined ? null : { folder: last, others: others.sort() };
}

/** While a station runs, its writes are in the journal beside the file; one that is empty was made by a reader. */
function readLastWriteMs(folder: string): number {
  const files = [RECORD, `${RECORD}-wal`].map((name) => statSync(join(folder, name), { throwIfNoEntry: false }));
  return Math.max(...files.map((file) => (file && file.size > 0 ? file.mtimeMs : 0)));
}
