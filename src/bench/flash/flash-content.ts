// What a flash holds when a board is made: per sector, shared by any number of boards until one of them writes to it.
import { FLASH_BASE, FLASH_END_ADDRESS, findFlashSector, stm32f205Sectors } from './flash-sectors.ts';

/** One sector's bytes, a maker of them that is called at the first access, or undefined for an erased sector. */
export type SectorContent = Uint8Array | (() => Uint8Array) | undefined;

/** Content by sector number. */
export type FlashContent = readonly SectorContent[];

/** Erased flash with the pieces placed at their addresses; throws RangeError when a piece lies outside flash. */
export function buildFlashContent(
  pieces: readonly { readonly address: number; readonly bytes: Uint8Array }[],
): FlashContent {
  const sectors: (Uint8Array | undefined)[] = stm32f205Sectors.map(() => undefined);
  for (const { address, bytes } of pieces) {
    if (address < FLASH_BASE || address + bytes.length > FLASH_END_ADDRESS) throw new RangeError('piece outside flash');
    for (let at = 0; at < bytes.length; ) {
      const sector = findFlashSector(address + at)!;
      const offset = address + at - sector.address;
      const part = bytes.subarray(at, at + sector.sizeBytes - offset);
      sectors[sector.number] ??= new Uint8Array(sector.sizeBytes).fill(0xff);
      sectors[sector.number]!.set(part, offset);
      at += part.length;
    }
  }
  return sectors;
}

/** The same content with one sector replaced. */
export function replaceSectorContent(content: FlashContent, number: number, sector: SectorContent): FlashContent {
  return stm32f205Sectors.map((_, index) => (index === number ? sector : content[index]));
}
