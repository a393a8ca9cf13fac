// By which files a folder is known as that of a record, so that nothing is written over them by mistake.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the record itself; there also when that was taken away. */
export const SIGNS_OF_A_RECORD = ['station.key', 'station.lock', 'chain-head.log'] as const;

/** Whether a record is kept in this very folder, or was. */
export function isRecordFolder(folder: string): boolean {
  return SIGNS_OF_A_RECORD.some((name) => existsSync(join(folder, name)));
}
