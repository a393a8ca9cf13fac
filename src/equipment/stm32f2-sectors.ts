// The flash of an STM32F205 as option bytes and erase commands number it (RM0033 table 2): twelve sectors in 1 MiB.

export const STM32F2_FLASH_START = 0x0800_0000;

const KIB = 1024;
const SECTOR_BYTES = [16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128].map((kib) => kib * KIB);

/** One past the last byte. */
export const STM32F2_FLASH_END = STM32F2_FLASH_START + SECTOR_BYTES.reduce((sum, bytes) => sum + bytes, 0);

export const stm32f2SectorNumbers: readonly number[] = [...SECTOR_BYTES.keys()];

/** Numbers of the sectors that hold a byte of the pieces; undefined when one of them does not lie in flash. */
export function findStm32f2Sectors(
  pieces: readonly { readonly address: number; readonly sizeBytes: number }[],
): readonly number[] | undefined {
  const isInFlash = ({ address, sizeBytes }: { address: number; sizeBytes: number }): boolean =>
    sizeBytes > 0 && address >= STM32F2_FLASH_START && address + sizeBytes <= STM32F2_FLASH_END;
  if (pieces.length === 0 || !pieces.every(isInFlash)) return undefined;
  return stm32f2SectorNumbers.filter((number) => {
    const sector = locateStm32f2Sector(number);
    const end = sector.address + sector.sizeBytes;
    return pieces.some(({ address, sizeBytes }) => address < end && address + sizeBytes > sector.address);
  });
}

/** Address and size of a sector. */
export function locateStm32f2Sector(sector: number): { readonly address: number; readonly sizeBytes: number } {
  const before = SECTOR_BYTES.slice(0, sector).reduce((sum, bytes) => sum + bytes, 0);
  return { address: STM32F2_FLASH_START + before, sizeBytes: SECTOR_BYTES[sector]! };
}

/** Runs of neighbouring sectors as OpenOCD takes them: `5 8 off`. */
export function formatSectorRanges(sectors: readonly number[], state: 'on' | 'off'): readonly string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const sector of [...sectors].sort((left, right) => left - right)) {
    const open = ranges.at(-1);
    if (open && sector === open.last + 1) open.last = sector;
    else ranges.push({ first: sector, last: sector });
  }
  return ranges.map(({ first, last }) => `${first} ${last} ${state}`);
}
