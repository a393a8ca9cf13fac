// Files that people name: read whole and bounded, and when that fails, why and which file was probably meant.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findNearestWord } from './nearest-word.ts';

/** The bytes of a file, or why there are none and what to do about it. */
export type InputFile =
  | { readonly bytes: Uint8Array }
  | { readonly trouble: string; readonly hint: string | null; readonly isMissing: boolean };

/** Reads a regular file of at most `limitBytes`. Never throws; devices, pipes and folders are refused, not opened. */
export function readInputFile(file: string, limitBytes: number): InputFile {
  try {
    const status = statSync(file);
    if (!status.isFile())
      return createRefusedFile(`${file} is ${status.isDirectory() ? 'a folder' : 'no ordinary file'}`);
    if (status.size > limitBytes)
      return createRefusedFile(`${file} has ${status.size} bytes; at most ${limitBytes} are read`);
    const { buffer, byteOffset, length } = readFileSync(file);
    return { bytes: new Uint8Array(buffer, byteOffset, length) };
  } catch (error) {
    return createUnreadableFile(file, (error as NodeJS.ErrnoException).code ?? 'unknown error');
  }
}

function createRefusedFile(trouble: string): InputFile {
  return { trouble, hint: 'is this the right file?', isMissing: false };
}

function createUnreadableFile(file: string, reason: string): InputFile {
  if (reason !== 'ENOENT' && reason !== 'ENOTDIR') {
    return { trouble: `${file} cannot be read (${reason})`, hint: 'check its permissions', isMissing: false };
  }
  const meant = findNearestWord(basename(file), listFileNames(dirname(file)));
  const hint = meant === undefined ? null : `did you mean ${join(dirname(file), meant)}?`;
  return { trouble: `${file} does not exist`, hint, isMissing: true };
}

function listFileNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
