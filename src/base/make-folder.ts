// The one way a folder is made: name by name, so that it ends also where the system takes no folder.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { getErrorMessage, StationError } from './station-error.ts';

/**
 * Makes the folder and those above it that are missing; one that is there is left as it is. Throws StationError of that
 * code, with that hint. `mode` are the rights of those that it makes. Node's own `recursive` never returns where a folder is there and takes none, as /proc does: it
 * takes the ENOENT for a missing parent and starts again.
 */
export function makeFolder(directory: string, trouble: Pick<StationError, 'code' | 'hint'>, mode?: number): void {
  try {
    for (const folder of listMissingFolders(resolve(directory))) makeSingleFolder(folder, mode);
  } catch (cause) {
    const message = `The folder ${directory} cannot be made (${getErrorMessage(cause)})`;
    throw new StationError({ ...trouble, message, cause });
  }
}

/** From the outermost to the folder itself; no more than the path has names. */
function listMissingFolders(directory: string): readonly string[] {
  const parent = dirname(directory);
  if (parent === directory || isFolder(directory)) return [];
  return [...listMissingFolders(parent), directory];
}

/** Another process may make the same folder at this moment. */
function makeSingleFolder(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
