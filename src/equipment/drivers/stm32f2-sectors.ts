// The flash of an STM32F205 as option bytes and erase commands number it (RM0033 table 2): twelve sectors in 1 MiB.
import { hex32 } from '../../base/bytes.ts';
import { StationError } from '../../base/station-error.ts';

export const FLASH_START = 0x0800_0000;

const KIB = 1024;
const SECTOR_BYTES = [16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128].map((kib) => kib * KIB);

/** Numbers of the sectors that hold the region. Throws StationError unless it begins at a sector and lies in flash. */
export function sectorsOf(address: number, sizeBytes: number): readonly number[] {
  const sectors: number[] = [];
  let start = FLASH_START;
  let isAtStart = false;
  for (const [number, bytes] of SECTOR_BYTES.entries()) {
    isAtStart ||= start === address;
    if (start < address + sizeBytes && start + bytes > address) sectors.push(number);
    start += bytes;
  }
  if (isAtStart && sizeBytes > 0 && address + sizeBytes <= start) return sectors;
  throw new StationError({
    code: 'swd/out-of-flash',
    message: `${sizeBytes} bytes at ${hex32(address)} do not lie in flash from the start of a sector`,
    hint: 'correct the address of the image in the recipe',
    kind: 'input',
  });
}

/** Runs of neighbouring sectors as OpenOCD takes them: `5 8 off`. */
export function rangesOf(sectors: readonly number[], state: 'on' | 'off'): readonly string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const sector of [...sectors].sort((left, right) => left - right)) {
    const open = ranges.at(-1);
    if (open && sector === open.last + 1) open.last = sector;
    else ranges.push({ first: sector, last: sector });
  }
  return ranges.map(({ first, last }) => `${first} ${last} ${state}`);
}
