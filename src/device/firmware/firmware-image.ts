// A firmware image: which bytes go to which addresses, whatever file they came from.
import { concat, hex32 } from '../../base/bytes.ts';
import { firmwareError } from './firmware-error.ts';

const imageFormats = ['binary', 'dfu', 'dfuse', 'intel-hex', 'elf'] as const;

export type ImageFormat = (typeof imageFormats)[number];

/** Bytes with the absolute address of the first one. */
export interface Segment {
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
  readonly segments: readonly Segment[];
  /** Alternate setting, where the format names one. */
  readonly alternate: number | null;
  /** From the DFU suffix, where there is one. */
  readonly usbTarget: UsbTarget | null;
}

/** The sum of all segments. */
export function imageSizeBytes(image: { readonly segments: readonly Segment[] }): number {
  return image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
}

/** Sorts segments and joins those that touch; drops empty ones. Throws StationError `firmware/overlap`, `firmware/empty`. */
export function joinSegments(segments: readonly Segment[]): readonly Segment[] {
  const sorted = segments
    .filter((segment) => segment.bytes.length > 0)
    .toSorted((left, right) => left.address - right.address);
  if (sorted.length === 0) throw emptyImage();
  const groups: Segment[][] = [];
  for (const segment of sorted) {
    const group = groups.at(-1);
    const endAddress = group ? endOf(group.at(-1)!) : -1;
    if (segment.address < endAddress) throw overlap(segment.address);
    if (group && segment.address === endAddress) group.push(segment);
    else groups.push([segment]);
  }
  return groups.map(joined);
}

function joined(group: readonly Segment[]): Segment {
  return { address: group[0]!.address, bytes: concat(...group.map((segment) => segment.bytes)) };
}

/** The first address after the segment. */
export function endOf(segment: Segment): number {
  return segment.address + segment.bytes.length;
}

function emptyImage(): Error {
  return firmwareError({
    code: 'firmware/empty',
    message: 'the file holds no byte to write',
    hint: 'Build or fetch the image again; an empty file cannot be flashed.',
  });
}

function overlap(address: number): Error {
  return firmwareError({
    code: 'firmware/overlap',
    message: `the file gives two contents for address ${hex32(address)}`,
    hint: 'Check how the file was merged: two parts of it overlap.',
  });
}
