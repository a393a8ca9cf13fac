// A firmware image: which bytes go to which addresses, whatever file they came from.
import { concatBytes, formatHex32 } from '../../base/bytes.ts';
import { createFirmwareError, type FirmwareNote } from './firmware-error.ts';

const imageFormats = ['binary', 'dfu', 'dfuse', 'intel-hex', 's-record', 'uf2', 'elf'] as const;

export type ImageFormat = (typeof imageFormats)[number];

/** Bytes as the file has them; `address` is null where the file names none (raw binary, plain DFU file). */
export interface ImageSegment {
  readonly address: number | null;
  readonly bytes: Uint8Array;
}

/** Bytes with the absolute address of the first one. */
export interface FirmwareSegment extends ImageSegment {
  readonly address: number;
}

/** What goes into one alternate setting; `alternate` is null where the file names none (every format but DfuSe). */
export interface ImageTarget<Segment extends ImageSegment = ImageSegment> {
  readonly alternate: number | null;
  readonly name: string | null;
  /** Sorted, disjoint, never padded; what touches is one segment, what has a gap between is two. At least one. */
  readonly segments: readonly Segment[];
}

/** Which devices a file says it is for; 0xFFFF stands for any. */
export interface UsbTarget {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
}

/** One firmware file as read: nothing in it is joined over a gap, filled, or left out. */
export interface FirmwareImage {
  readonly format: ImageFormat;
  /** At least one, in the order of the file, each alternate setting once. */
  readonly targets: readonly ImageTarget[];
  /** From the DFU suffix, where there is one. */
  readonly usbTarget: UsbTarget | null;
  /** What a reader of `check`, `inspect` and the report should know although it is no fault. */
  readonly notes: readonly FirmwareNote[];
}

/** What `placeFirmwareImage` is told of where a file goes. */
export interface PlaceFirmwareImageOptions {
  /** Where a file goes that names no address. */
  readonly address?: number | undefined;
  /** The only target that is meant, of a file with several. */
  readonly alternate?: number | undefined;
}

/** The sum of all segments. */
export function countImageBytes(image: { readonly segments: readonly ImageSegment[] }): number {
  return image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
}

/** Sorts segments and joins those that touch; drops empty ones. Throws StationError `firmware/overlap`, `firmware/empty`. */
export function joinSegments(segments: readonly FirmwareSegment[]): readonly FirmwareSegment[] {
  const sorted = segments
    .filter((segment) => segment.bytes.length > 0)
    .toSorted((left, right) => left.address - right.address);
  if (sorted.length === 0) throw createEmptyImageError();
  const groups: FirmwareSegment[][] = [];
  for (const segment of sorted) {
    const group = groups.at(-1);
    const endAddress = group ? findSegmentEnd(group.at(-1)!) : -1;
    if (segment.address < endAddress) throw createOverlapError(segment.address);
    if (group && segment.address === endAddress) group.push(segment);
    else groups.push([segment]);
  }
  return groups.map(joinGroup);
}

function joinGroup(group: readonly FirmwareSegment[]): FirmwareSegment {
  if (group.length === 1) return group[0]!;
  return { address: group[0]!.address, bytes: concatBytes(...group.map((segment) => segment.bytes)) };
}

/** The first address after the segment. */
export function findSegmentEnd(segment: FirmwareSegment): number {
  return segment.address + segment.bytes.length;
}

/** A file that holds nothing. */
export function createEmptyImageError(): Error {
  return createFirmwareError({
    code: 'firmware/empty',
    message: 'the file holds no byte to write',
    hint: 'Build or fetch the image again; an empty file cannot be flashed.',
  });
}

function createOverlapError(address: number): Error {
  return createFirmwareError({
    code: 'firmware/overlap',
    message: `the file gives two contents for address ${formatHex32(address)}`,
    hint: 'Check how the file was merged: two parts of it overlap.',
  });
}
