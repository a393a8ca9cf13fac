// Where the bytes of a recipe's images come from: files beside the recipe, the firmware store, or the virtual bench.
import { dirname, isAbsolute, join } from 'node:path';
import { MAX_FIRMWARE_FILE_BYTES } from '../../device/firmware/firmware-limits.ts';
import { readInputFile } from '../yaml/input-file.ts';

/** How a recipe writes an image that exists only on the virtual bench: `synthetic:photon-system-part1@2.3.1`. */
export const SYNTHETIC_PREFIX = 'synthetic:';

/** The bytes of an image file, or why there are none. */
type FoundImage =
  | { readonly bytes: Uint8Array }
  | { readonly trouble: string; readonly hint: string | null; readonly isMissing: boolean };

/** Finds image files by the name that stands in the recipe. */
export interface ImageSource {
  /** Never throws. */
  find(file: string, recipeFile: string): FoundImage;
}

/**
 * Images as files: beside the recipe first, then in the folders in turn. `synthetic` gives the bytes of images that the
 * virtual bench makes, by their name; without it they are refused, as no real unit may ever be given one.
 */
export function createImageSource(
  folders: readonly string[],
  synthetic?: (name: string) => Uint8Array | undefined,
): ImageSource {
  return {
    find: (file, recipeFile) =>
      file.startsWith(SYNTHETIC_PREFIX)
        ? makeSyntheticImage(file, synthetic)
        : findImageInFolders(file, [dirname(recipeFile), ...folders]),
  };
}

function makeSyntheticImage(
  file: string,
  synthetic: ((name: string) => Uint8Array | undefined) | undefined,
): FoundImage {
  const bytes = synthetic?.(file.slice(SYNTHETIC_PREFIX.length));
  if (bytes) return { bytes };
  const trouble = synthetic
    ? `the virtual bench cannot make ${file.slice(SYNTHETIC_PREFIX.length)}`
    : 'synthetic images exist only on the virtual bench';
  return { trouble, hint: 'name a file and its SHA-256', isMissing: false };
}

function findImageInFolders(file: string, folders: readonly string[]): FoundImage {
  const places = isAbsolute(file) ? [file] : folders.map((folder) => join(folder, file));
  const found = places.map((place) => readInputFile(place, MAX_FIRMWARE_FILE_BYTES));
  const usable = found.find((one) => 'bytes' in one || !one.isMissing);
  if (usable) return usable;
  const near = found.flatMap((one) => ('hint' in one && one.hint !== null ? [one.hint] : []))[0];
  const where = isAbsolute(file) ? '' : ` (looked in ${folders.join(', ')})`;
  return { trouble: `the file is not there${where}`, hint: near ?? null, isMissing: true };
}
