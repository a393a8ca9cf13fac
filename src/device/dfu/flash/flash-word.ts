// How many bytes a flash programs at once, told by the sectors that the device announces.
import type { MemoryMap } from '../../../domain/memory/memory-map.ts';

const KIB = 1024;
/** Where an STM32 has its flash: other memories (serial flash, DCT) are not programmed in the chip's words. */
const INTERNAL_FLASH = 0x0800_0000;
const DEFAULT_WORD_BYTES = 4;

/**
 * Sizes of equal sectors and the word of the families that have them: L4, G0, G4, WB, L5 (2 or 4 KiB: a double word with
 * its check bits), H7A3, U5, H5 (8 KiB: 16 bytes), H74x, H75x (128 KiB: 32 bytes). Families that share a sector size with
 * a longer word lose nothing by it.
 */
const WORD_BYTES_BY_SECTOR: ReadonlyMap<number, number> = new Map([
  [2 * KIB, 8],
  [4 * KIB, 8],
  [8 * KIB, 16],
  [128 * KIB, 32],
]);

/** A power of two, at least 4: pieces of an image are sent in whole words of it, and none is written twice. */
export function findFlashWordBytes({ sectors }: MemoryMap): number {
  const sizes = new Set(sectors.map((sector) => sector.sizeBytes));
  if (sectors[0]?.address !== INTERNAL_FLASH || sizes.size !== 1) return DEFAULT_WORD_BYTES;
  return WORD_BYTES_BY_SECTOR.get(sectors[0].sizeBytes) ?? DEFAULT_WORD_BYTES;
}
