// The flash of an STM32F205 on paper: where each sector begins, how long it is, how long it takes to erase.

export interface FlashSector {
  readonly number: number;
  readonly address: number;
  readonly sizeBytes: number;
  /** Typical, at 32-bit parallelism. */
  readonly eraseMs: number;
}

export const FLASH_BASE = 0x0800_0000;

const KIB = 1024;
const LAYOUT: readonly { readonly count: number; readonly sizeBytes: number; readonly eraseMs: number }[] = [
  { count: 4, sizeBytes: 16 * KIB, eraseMs: 250 },
  { count: 1, sizeBytes: 64 * KIB, eraseMs: 550 },
  { count: 7, sizeBytes: 128 * KIB, eraseMs: 1000 },
];

/** Four sectors of 16 KiB, one of 64, seven of 128: 1 MiB. */
export const stm32f205Sectors: readonly FlashSector[] = buildSectorLayout();

/** One past the last byte. */
export const FLASH_END_ADDRESS = FLASH_BASE + stm32f205Sectors.reduce((size, sector) => size + sector.sizeBytes, 0);

/** The sector that holds the address, or undefined outside flash. */
export function findFlashSector(address: number): FlashSector | undefined {
  return stm32f205Sectors.find((sector) => address >= sector.address && address < sector.address + sector.sizeBytes);
}

function buildSectorLayout(): readonly FlashSector[] {
  const sectors: FlashSector[] = [];
  let address = FLASH_BASE;
  for (const { count, sizeBytes, eraseMs } of LAYOUT) {
    for (let index = 0; index < count; index += 1) {
      sectors.push({ number: sectors.length, address, sizeBytes, eraseMs });
      address += sizeBytes;
    }
  }
  return sectors;
}
