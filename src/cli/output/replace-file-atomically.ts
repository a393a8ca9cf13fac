// Files that verbs write: whole or not at all, so that a full disk leaves the old file as it was.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { getErrorMessage, StationError } from '../../base/station-error.ts';

const DEFAULT_FILE_MODE = 0o644;

/** Written beside, synced, and renamed. Throws StationError `cli/unwritten`. */
export function replaceFileAtomically(file: string, content: Uint8Array | string, mode = DEFAULT_FILE_MODE): void {
  const draft = `${file}.part`;
  try {
    writeFileSync(draft, content, { mode, flush: true });
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
