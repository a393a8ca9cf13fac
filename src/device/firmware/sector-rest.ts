// What is around an image's bytes in the sectors and flash words that hold them: what an erase takes along.
import type { AddressRange } from '../../domain/run/evidence.ts';
import { type FirmwareSegment, findSegmentEnd } from './firmware-image.ts';

/** What becomes of the rest of a sector that an image fills only in part. */
export const restPolicies = ['erase', 'keep', 'refuse'] as const;

export type RestPolicy = (typeof restPolicies)[number];

/** What NOR flash reads after an erase. */
const ERASED_BYTE = 0xff;

/** Every loader fills the last word of a block that ends inside of one; only longer flash words have to be sent whole. */
const LOADER_WORD_BYTES = 4;

/** Where something else than erased flash begins; undefined when all is blank. */
export function findFirstUsedAddress(segments: readonly FirmwareSegment[]): number | undefined {
  const used = segments.find(({ bytes }) => !isBlank(bytes));
  return used && used.address + used.bytes.findIndex((byte) => byte !== ERASED_BYTE);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === ERASED_BYTE);
}

/** Where segments lie. */
export function toRanges(segments: readonly FirmwareSegment[]): readonly AddressRange[] {
  return segments.map(({ address, bytes }) => ({ address, sizeBytes: bytes.length }));
}

/** The parts of ranges that no piece covers. Both are sorted and disjoint. */
function findUncovered(ranges: readonly AddressRange[], pieces: readonly AddressRange[]): readonly AddressRange[] {
  const uncovered: AddressRange[] = [];
  let next = 0;
  for (const range of ranges) {
    const end = findRangeEnd(range);
    let at = range.address;
    while (next < pieces.length && findRangeEnd(pieces[next]!) <= range.address) next += 1;
    for (let index = next; index < pieces.length && pieces[index]!.address < end; index += 1) {
      const piece = pieces[index]!;
      if (piece.address > at) uncovered.push({ address: at, sizeBytes: piece.address - at });
      at = Math.max(at, findRangeEnd(piece));
    }
    if (at < end) uncovered.push({ address: at, sizeBytes: end - at });
  }
  return uncovered;
}

/** The rest of those sectors that hold a byte of the image; sectors without one are left out. */
export function findSectorRests(
  pieces: readonly AddressRange[],
  sectors: readonly AddressRange[],
): readonly AddressRange[] {
  const isTouched = (sector: AddressRange): boolean =>
    pieces.some((piece) => piece.address < findRangeEnd(sector) && findRangeEnd(piece) > sector.address);
  return findUncovered(sectors.filter(isTouched), pieces);
}

function findRangeEnd({ address, sizeBytes }: AddressRange): number {
  return address + sizeBytes;
}

/** Ranges that touch made one. They are sorted and disjoint. */
export function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && last.address + last.sizeBytes === range.address)
      joined[joined.length - 1] = { address: last.address, sizeBytes: last.sizeBytes + range.sizeBytes };
    else joined.push(range);
  }
  return joined;
}

/**
 * Bytes of flash words that the image fills only in part. A word is written once and whole, so these have to be sent with
 * it. The end of a word of four bytes is left to the loader.
 */
export function findWordGaps(segments: readonly FirmwareSegment[], wordBytes: number): readonly AddressRange[] {
  const words: { address: number; end: number }[] = [];
  for (const segment of segments) {
    const address = segment.address - (segment.address % wordBytes);
    const end = wordBytes > LOADER_WORD_BYTES ? alignUp(findSegmentEnd(segment), wordBytes) : findSegmentEnd(segment);
    const last = words.at(-1);
    if (last && address < alignUp(last.end, wordBytes)) last.end = end;
    else words.push({ address, end });
  }
  return findUncovered(
    words.map(({ address, end }) => ({ address, sizeBytes: end - address })),
    toRanges(segments),
  );
}

/** Without the flash words that are blank from end to end: to write those would take from them that they are erased. */
export function dropBlankWords(segments: readonly FirmwareSegment[], wordBytes: number): readonly FirmwareSegment[] {
  return segments.flatMap(({ address, bytes }) => {
    const pieces: { address: number; end: number }[] = [];
    for (let at = address; at < address + bytes.length; at = alignUp(at + 1, wordBytes)) {
      const end = Math.min(alignUp(at + 1, wordBytes), address + bytes.length);
      const isWhole = end - at === wordBytes;
      if (isWhole && isBlank(bytes.subarray(at - address, end - address))) continue;
      const last = pieces.at(-1);
      if (last?.end === at) last.end = end;
      else pieces.push({ address: at, end });
    }
    return pieces.map((piece) => ({
      address: piece.address,
      bytes: bytes.subarray(piece.address - address, piece.end - address),
    }));
  });
}

/** The parts of segments that lie in these ranges. */
export function clipSegments(
  segments: readonly FirmwareSegment[],
  ranges: readonly AddressRange[],
): readonly FirmwareSegment[] {
  return segments.flatMap((segment) =>
    ranges.flatMap(({ address, sizeBytes }) => {
      const start = Math.max(address, segment.address);
      const end = Math.min(address + sizeBytes, findSegmentEnd(segment));
      if (start >= end) return [];
      return [{ address: start, bytes: segment.bytes.subarray(start - segment.address, end - segment.address) }];
    }),
  );
}

function alignUp(address: number, wordBytes: number): number {
  return Math.ceil(address / wordBytes) * wordBytes;
}
