// A write by OpenOCD as one call of our script: the image in pieces, and which protection is taken off before and set after.
import { hex32 } from '../../../base/bytes.ts';
import type { FlashRequest } from '../../debug-probe.ts';
import { FLASH_START, rangesOf } from '../../stm32f2-sectors.ts';

/** Small enough to see a bootloader go by, large enough to cost nothing; longer images go in at most so many pieces. */
const CHUNK_BYTES = 2_048;
const MOST_CHUNKS = 64;

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

export function planWrite({ address, bytes }: FlashRequest, { sectors, found, wanted }: WriteSectors): WritePlan {
  const chunkBytes = CHUNK_BYTES * Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES / MOST_CHUNKS));
  const chunkCount = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: chunkCount }, (_, at) => ({ file: `chunk-${at}.bin`, offset: at * chunkBytes }));
  const files = chunks.map(({ file, offset }) => [file, bytes.subarray(offset, offset + chunkBytes)] as const);
  const left = without(found, sectors);
  const before = rangesOf(without(found, left), 'off');
  const after = [...rangesOf(without(wanted, left), 'on'), ...rangesOf(without(left, wanted), 'off')];
  const pieces = chunks.map(({ file, offset }) => `${file} ${hex32(address - FLASH_START + offset)}`);
  const span = `${sectors[0]} ${sectors.at(-1)}`;
  return {
    call: `fl_write ${span} {${pieces.join(' ')}} image.bin ${hex32(address)} {${before.join(' ')}} {${after.join(' ')}}`,
    files: new Map([['image.bin', bytes], ...files]),
    chunkCount,
  };
}

function without(sectors: readonly number[], others: readonly number[]): readonly number[] {
  return sectors.filter((sector) => !others.includes(sector));
}
