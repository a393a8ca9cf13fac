// Files that verbs write: whole or not at all, so that a full disk leaves the old file as it was.
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isRecordFolder } from '../../base/record-signs.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';

const DEFAULT_FILE_MODE = 0o644;

/**
 * Written beside, synced, and renamed; never into the folder of a record, whose files are no verb's to replace. Throws
 * StationError `cli/unwritten`, `cli/argument`.
 */
export function replaceFileAtomically(file: string, content: Uint8Array | string, mode = DEFAULT_FILE_MODE): void {
  if (isRecordFolder(dirname(resolve(file))))
    throw new StationError({
      code: 'cli/argument',
      message: `${file} lies in the folder of a record`,
      hint: 'name a file elsewhere',
    });
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    writeFileSync(draft, content, { mode, flag: 'wx', flush: true });
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new StationError({
      code: 'cli/unwritten',
      message: `${file} cannot be written (${getErrorMessage(cause)})`,
      hint: 'check the folder, its permissions and the space on the disk',
      cause,
    });
  }
}
