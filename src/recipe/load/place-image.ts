// One image file as one run of bytes at one address, whatever its format; or why it cannot be meant.
import { hex16, hex32 } from '../../base/bytes.ts';
import { isStationError } from '../../base/station-error.ts';
import { isForDevice } from '../../device/firmware/dfu-suffix.ts';
import { endOf, type FirmwareImage, type Segment } from '../../device/firmware/firmware-image.ts';
import { readImage } from '../../device/firmware/read-firmware-image.ts';
import type { UsbId } from '../recipe.ts';

/** Gap between two parts of one file that is filled; a larger one, and the file is meant for two images. */
const MAX_GAP_BYTES = 128 * 1024;
/** Largest image: more than the flash of any part of the family. */
const MAX_SIZE_BYTES = 2 * 1024 * 1024;

/** What a recipe says about the file. */
export interface ImagePlace {
  /** Where a file goes that does not say so itself, and what one that does must agree with. */
  readonly address: number | undefined;
  readonly alternate: number;
  /** The unit in DFU mode, when it is known. */
  readonly dfu: UsbId | undefined;
}

/** What keeps a file from being an image, and whether the file or the address is to be looked at. */
export interface Misplaced {
  readonly part: 'file' | 'address';
  readonly message: string;
  readonly hint: string | null;
}

/** The bytes of the file with their address; gaps are filled with 0xFF, as erased flash reads. Never throws for a bad file. */
export function placeImage(file: Uint8Array, { address, alternate, dfu }: ImagePlace): Segment | Misplaced {
  try {
    const image = readImage(file, { alternate, ...(address !== undefined && { address }) });
    const { usbTarget } = image;
    if (usbTarget && dfu && !isForDevice(usbTarget, dfu)) {
      return misplaced(`the file says that it is for ${usbName(usbTarget)}, the unit is ${usbName(dfu)}`);
    }
    const filled = withoutGaps(image);
    if ('part' in filled || address === undefined || filled.address === address) return filled;
    return {
      part: 'address',
      message: `the file says that it goes to ${hex32(filled.address)}`,
      hint: 'leave this out',
    };
  } catch (error) {
    if (!isStationError(error)) throw error;
    return { part: 'file', message: error.message, hint: error.hint };
  }
}

function withoutGaps({ segments }: FirmwareImage): Segment | Misplaced {
  const first = segments[0]!;
  const end = endOf(segments.at(-1)!);
  const gapEnd = segments.find((segment, at) => at > 0 && segment.address - endOf(segments[at - 1]!) > MAX_GAP_BYTES);
  if (gapEnd)
    return misplaced(
      `nothing is said of a long stretch before ${hex32(gapEnd.address)}`,
      'split the file into two images',
    );
  const sizeBytes = end - first.address;
  if (sizeBytes > MAX_SIZE_BYTES)
    return misplaced(`the file holds ${sizeBytes} bytes; at most ${MAX_SIZE_BYTES} are flashed`);
  if (segments.length === 1) return first;
  const bytes = new Uint8Array(sizeBytes).fill(0xff);
  for (const segment of segments) bytes.set(segment.bytes, segment.address - first.address);
  return { address: first.address, bytes };
}

function misplaced(message: string, hint: string | null = null): Misplaced {
  return { part: 'file', message, hint };
}

function usbName({ vendorId, productId }: UsbId): string {
  return `${hex16(vendorId)}:${hex16(productId)}`;
}
