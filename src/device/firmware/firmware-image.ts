// A firmware image: which bytes go to which addresses, whatever file they came from.
import { concatBytes, formatHex32 } from '../../base/bytes.ts';
import { createFirmwareError } from './firmware-error.ts';

const imageFormats = ['binary', 'dfu', 'dfuse', 'intel-hex', 'elf'] as const;

export type ImageFormat = (typeof imageFormats)[number];

/** Bytes with the absolute address of the first one. */
export interface FirmwareSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Which devices a file says it is for; 0xFFFF stands for any. */
export interface UsbTarget {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
}

/** Segments are sorted, disjoint, and never touch: what touches is one segment. There is at least one. */
export interface FirmwareImage {
  readonly format: ImageFormat;
  readonly segments: readonly FirmwareSegment[];
  /** Alternate setting, where the format names one. */
  readonly alternate: number | null;
  /** From the DFU suffix, where there is one. */
  readonly usbTarget: UsbTarget | null;
}

/** The sum of all segments. */
export function countImageBytes(image: { readonly segments: readonly FirmwareSegment[] }): number {
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
  return { address: group[0]!.address, bytes: concatBytes(...group.map((segment) => segment.bytes)) };
}

/** The first address after the segment. */
export function findSegmentEnd(segment: FirmwareSegment): number {
  return segment.address + segment.bytes.length;
}

function createEmptyImageError(): Error {
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
