// An image file that is named on the command line.
import { MAX_FIRMWARE_FILE_BYTES } from '../../device/firmware/firmware-limits.ts';
import { readInputFile } from '../../recipe/yaml/input-file.ts';
import { createArgumentError } from '../options/arguments.ts';

/** The whole file. Throws StationError `cli/argument` where there is none to read, with the file that was probably meant. */
export function readImageFile(file: string): Uint8Array {
  const found = readInputFile(file, MAX_FIRMWARE_FILE_BYTES);
  if ('bytes' in found) return found.bytes;
  throw createArgumentError(found.trouble, found.hint ?? 'name a file that is there');
}
