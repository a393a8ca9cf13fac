// An image as a loaded recipe has it, from one run of bytes or from pieces.
import { computeSha256Hex } from '../../src/base/digest.ts';
import type { FirmwareSegment } from '../../src/device/firmware/firmware-image.ts';
import type { RecipeImage } from '../../src/recipe/recipe.ts';

/** One piece at one address, for alternate setting 0. */
export function imageAt(name: string, address: number, bytes: Uint8Array): RecipeImage {
  return { ...imageOf(name, [{ address, bytes }]), sha256: computeSha256Hex(bytes) };
}

/** Several pieces for one alternate setting. */
function imageOf(name: string, segments: readonly FirmwareSegment[], alternate = 0): RecipeImage {
  return {
    name,
    file: `synthetic:${name}`,
    sha256: '0'.repeat(64),
    write: 'dfu',
    restOfSector: 'erase',
    module: null,
    targets: [{ alternate, segments }],
    notes: [],
  };
}
