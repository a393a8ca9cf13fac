// Exports as files below a folder: pieces are appended as they come, and a name never leaves the folder.
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { getErrorMessage, StationError } from '../base/station-error.ts';
import type { ExportFormat, ExportOptions, RunSource } from './export-format.ts';

/** Paths written, in the order in which they were begun, and the number of bytes. */
export interface WrittenExport {
  readonly files: number;
  readonly bytes: number;
}

/** Files held open at once: formats write one or two side by side; a file that is left is finished. */
const MAX_OPEN_FILES = 2;
/** Text gathered before it is written. */
const FLUSH_CHARACTERS = 256 * 1024;

const NOT_WRITTEN = {
  code: 'export/not-written',
  hint: 'Check that the folder may be written and has room, then export again: the records are not changed by an export.',
} as const;

interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  gathered: string[];
  gatheredLength: number;
}

/** Writes `format` below `directory`; every file is whole or still named `.part`. Throws StationError `export/not-written`. */
export async function writeExport(
  directory: string,
  format: ExportFormat,
  runs: RunSource,
  options: ExportOptions,
): Promise<WrittenExport> {
  const openFiles = new Map<string, OpenFile>();
  let files = 0;
  let bytes = 0;
  try {
    for await (const { file, text } of format.write(runs, options)) {
      let target = openFiles.get(file);
      if (!target) {
        if (openFiles.size >= MAX_OPEN_FILES) await finishFile(openFiles, [...openFiles.keys()][0]!);
        target = await openPartFile(join(directory, file));
        openFiles.set(file, target);
        files += 1;
      }
      bytes += Buffer.byteLength(text);
      target.gathered.push(text);
      target.gatheredLength += text.length;
      if (target.gatheredLength >= FLUSH_CHARACTERS) await flushFile(target);
    }
    for (const file of [...openFiles.keys()]) await finishFile(openFiles, file);
    return { files, bytes };
  } catch (cause) {
    for (const { handle } of openFiles.values()) await handle.close().catch(() => undefined);
    if (cause instanceof StationError) throw cause;
    throw new StationError({
      ...NOT_WRITTEN,
      message: `The export to ${directory} could not be written: ${getErrorMessage(cause)}`,
      cause,
    });
  }
}

async function openPartFile(path: string): Promise<OpenFile> {
  makeFolder(dirname(path), NOT_WRITTEN);
  return { path, handle: await open(`${path}.part`, 'w'), gathered: [], gatheredLength: 0 };
}

async function flushFile(file: OpenFile): Promise<void> {
  const text = file.gathered.join('');
  file.gathered = [];
  file.gatheredLength = 0;
  await file.handle.writeFile(text, 'utf8');
}

async function finishFile(openFiles: Map<string, OpenFile>, name: string): Promise<void> {
  const file = openFiles.get(name)!;
  await flushFile(file);
  await file.handle.close();
  await rename(`${file.path}.part`, file.path);
  openFiles.delete(name);
}
