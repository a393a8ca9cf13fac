// One image file as one run of bytes at one address, whatever its format; or why it cannot be meant.
import { formatHex16, formatHex32 } from '../../base/bytes.ts';
import { isStationError } from '../../base/station-error.ts';
import { type FirmwareSegment, findSegmentEnd } from '../../device/firmware/firmware-image.ts';
import { isSuffixForDevice } from '../../device/firmware/formats/dfu-suffix.ts';
import { placeFirmwareImage } from '../../device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../device/firmware/read-firmware-image.ts';
import type { UsbId } from '../recipe.ts';

/** Gap between two parts of one file that is filled; a larger one, and the file is meant for two images. */
const MAX_GAP_BYTES = 128 * 1024;
/** Largest image: more than the flash of any part of the family. */
const MAX_SIZE_BYTES = 2 * 1024 * 1024;

/** What a recipe says about the file. */
export interface PlaceImageOptions {
  /** Where a file goes that does not say so itself, and what one that does must agree with. */
  readonly address: number | undefined;
  readonly alternate: number;
  /** The unit in DFU mode, when it is known. */
  readonly dfu: UsbId | undefined;
}

/** What keeps a file from being an image, and whether the file or the address is to be looked at. */
export interface PlacementProblem {
  readonly part: 'file' | 'address';
  readonly message: string;
  readonly hint: string | null;
}

/** The bytes of the file with their address; gaps are filled with 0xFF, as erased flash reads. Never throws for a bad file. */
export function placeImage(
  file: Uint8Array,
  { address, alternate, dfu }: PlaceImageOptions,
): FirmwareSegment | PlacementProblem {
  try {
    const image = readFirmwareImage(file);
    const { usbTarget } = image;
    if (usbTarget && dfu && !isSuffixForDevice(usbTarget, dfu)) {
      return createPlacementProblem(
        `the file says that it is for ${formatTargetUsbId(usbTarget)}, the unit is ${formatTargetUsbId(dfu)}`,
      );
    }
    const filled = fillGaps(placeFirmwareImage(image, { address, alternate })[0]!);
    if ('part' in filled || address === undefined || filled.address === address) return filled;
    return {
      part: 'address',
      message: `the file says that it goes to ${formatHex32(filled.address)}`,
      hint: 'leave this out',
    };
  } catch (error) {
    if (!isStationError(error)) throw error;
    return { part: 'file', message: error.message, hint: error.hint };
  }
}

function fillGaps({ segments }: { readonly segments: readonly FirmwareSegment[] }): FirmwareSegment | PlacementProblem {
  const first = segments[0]!;
  const end = findSegmentEnd(segments.at(-1)!);
  const gapEnd = segments.find(
    (segment, at) => at > 0 && segment.address - findSegmentEnd(segments[at - 1]!) > MAX_GAP_BYTES,
  );
  if (gapEnd)
    return createPlacementProblem(
      `nothing is said of a long stretch before ${formatHex32(gapEnd.address)}`,
      'split the file into two images',
    );
  const sizeBytes = end - first.address;
  if (sizeBytes > MAX_SIZE_BYTES)
    return createPlacementProblem(`the file holds ${sizeBytes} bytes; at most ${MAX_SIZE_BYTES} are flashed`);
  if (segments.length === 1) return first;
  const bytes = new Uint8Array(sizeBytes).fill(0xff);
  for (const segment of segments) bytes.set(segment.bytes, segment.address - first.address);
  return { address: first.address, bytes };
}

function createPlacementProblem(message: string, hint: string | null = null): PlacementProblem {
  return { part: 'file', message, hint };
}

function formatTargetUsbId({ vendorId, productId }: UsbId): string {
  return `${formatHex16(vendorId)}:${formatHex16(productId)}`;
}
