// A write by OpenOCD as one call of our script: the image in pieces, and which protection is taken off before and set after.
import { formatHex32 } from '../../../base/bytes.ts';
import type { FlashRequest } from '../../debug-probe.ts';
import { formatSectorRanges, STM32F2_FLASH_START } from '../../stm32f2-sectors.ts';

/** Small enough to see a bootloader go by, large enough to cost nothing; longer images go in at most so many pieces. */
const CHUNK_BYTES = 2_048;
const MAX_CHUNKS = 64;

/** Sectors by number: those of the image, those found protected, and those that are to be protected in the end. */
export interface WriteSectors {
  readonly sectors: readonly number[];
  readonly found: readonly number[];
  readonly wanted: readonly number[];
}

/** What is called, and the files that it reads, by name. */
export interface WritePlan {
  readonly call: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly chunkCount: number;
}

export function planOpenocdWrite(
  { address, bytes }: FlashRequest,
  { sectors, found, wanted }: WriteSectors,
): WritePlan {
  const chunkBytes = CHUNK_BYTES * Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES / MAX_CHUNKS));
  const chunkCount = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: chunkCount }, (_, at) => ({ file: `chunk-${at}.bin`, offset: at * chunkBytes }));
  const files = chunks.map(({ file, offset }) => [file, bytes.subarray(offset, offset + chunkBytes)] as const);
  const left = excludeSectors(found, sectors);
  const before = formatSectorRanges(excludeSectors(found, left), 'off');
  const after = [
    ...formatSectorRanges(excludeSectors(wanted, left), 'on'),
    ...formatSectorRanges(excludeSectors(left, wanted), 'off'),
  ];
  const pieces = chunks.map(({ file, offset }) => `${file} ${formatHex32(address - STM32F2_FLASH_START + offset)}`);
  const span = `${sectors[0]} ${sectors.at(-1)}`;
  return {
    call: `fl_write ${span} {${pieces.join(' ')}} image.bin ${formatHex32(address)} {${before.join(' ')}} {${after.join(' ')}}`,
    files: new Map([['image.bin', bytes], ...files]),
    chunkCount,
  };
}

function excludeSectors(sectors: readonly number[], others: readonly number[]): readonly number[] {
  return sectors.filter((sector) => !others.includes(sector));
}
