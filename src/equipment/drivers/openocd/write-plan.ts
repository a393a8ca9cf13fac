// A write by OpenOCD as one call of our script: the image in pieces, and which protection is taken off before and set after.
import { concatBytes, formatHex32 } from '../../../base/bytes.ts';
import type { FlashPiece, FlashRequest } from '../../debug-probe.ts';
import { formatSectorRanges, STM32F2_FLASH_START } from '../../stm32f2-sectors.ts';

/** Small enough to see a bootloader go by, large enough to cost nothing; longer images go in at most about so many chunks. */
const CHUNK_BYTES = 2_048;
const MAX_CHUNKS = 64;
const WORD_BYTES = 4;
/** What the chip reads after an erase (RM0033 §2.3): programming it changes no cell, so the gaps of a word are sent as this. */
const ERASED_BYTE = 0xff;

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

export function planOpenocdWrite({ segments }: FlashRequest, { sectors, found, wanted }: WriteSectors): WritePlan {
  const chunks = splitIntoChunks(fillWords(segments));
  const left = excludeSectors(found, sectors);
  const before = formatSectorRanges(excludeSectors(found, left), 'off');
  const after = [
    ...formatSectorRanges(excludeSectors(wanted, left), 'on'),
    ...formatSectorRanges(excludeSectors(left, wanted), 'off'),
  ];
  const erased = formatSectorRanges(sectors, 'on').map((range) => range.replace(/ on$/, ''));
  const written = chunks.map(({ address }, at) => `chunk-${at}.bin ${formatHex32(address - STM32F2_FLASH_START)}`);
  const compared = segments.map(({ address }, at) => `image-${at}.bin ${formatHex32(address)}`);
  return {
    call: ['fl_write', ...[erased, written, compared, before, after].map((list) => `{${list.join(' ')}}`)].join(' '),
    files: new Map([
      ...segments.map(({ bytes }, at) => [`image-${at}.bin`, bytes] as const),
      ...chunks.map(({ bytes }, at) => [`chunk-${at}.bin`, bytes] as const),
    ]),
    chunkCount: chunks.length,
  };
}

/** Pieces begin with a word, and no word is written twice; the end of the last one is filled by OpenOCD. */
function fillWords(segments: readonly FlashPiece[]): readonly FlashPiece[] {
  const filled: { address: number; parts: Uint8Array[]; end: number }[] = [];
  for (const { address, bytes } of segments) {
    const start = address - (address % WORD_BYTES);
    const last = filled.at(-1);
    const isSameWord = last !== undefined && start < last.end;
    const gap = new Uint8Array(address - (isSameWord ? last.end : start)).fill(ERASED_BYTE);
    if (isSameWord) {
      last.parts.push(gap, bytes);
      last.end = address + bytes.length;
    } else filled.push({ address: start, parts: [gap, bytes], end: address + bytes.length });
  }
  return filled.map(({ address, parts }) => ({ address, bytes: concatBytes(...parts) }));
}

function splitIntoChunks(pieces: readonly FlashPiece[]): readonly FlashPiece[] {
  const sizeBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const chunkBytes = CHUNK_BYTES * Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES / MAX_CHUNKS));
  return pieces.flatMap(({ address, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) => ({
      address: address + at * chunkBytes,
      bytes: bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
    })),
  );
}

function excludeSectors(sectors: readonly number[], others: readonly number[]): readonly number[] {
  return sectors.filter((sector) => !others.includes(sector));
}
