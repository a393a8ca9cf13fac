// The DFU suffix: the last 16 bytes of a .dfu file, which name the device that the file is for.
import { concatBytes, formatHex32, toDataView } from '../../../base/bytes.ts';
import { computeCrc32 } from '../../../base/digest.ts';
import { createFirmwareError, createTruncatedError } from '../firmware-error.ts';
import type { UsbTarget } from '../firmware-image.ts';

/** Stands for any vendor, product or device version (DFU 1.1 Appendix B). */
export const ANY_ID = 0xffff;

/** bcdDFU of a plain DFU file and of a DfuSe file. */
export const BCD_DFU_PLAIN = 0x0100;
export const BCD_DFU_DFUSE = 0x011a;

export interface DfuSuffix extends UsbTarget {
  readonly bcdDfu: number;
}

// Counted from the end of the file (DFU 1.1 Appendix B), little endian:
//   -16 bcdDevice u16 | -14 idProduct u16 | -12 idVendor u16 | -10 bcdDFU u16 | -8 "UFD" | -5 bLength u8 | -4 dwCRC u32
const SUFFIX_BYTES = 16;
const SIGNATURE = [0x55, 0x46, 0x44] as const;

/** True when the signature stands where a suffix has it. */
export function hasDfuSuffix(file: Uint8Array): boolean {
  return file.length >= SUFFIX_BYTES && SIGNATURE.every((byte, at) => file[file.length - 8 + at] === byte);
}

/**
 * Splits a file into its suffix and what comes before it. Throws StationError `firmware/no-suffix`,
 * `firmware/truncated` (length byte outside the file) and `firmware/checksum`.
 */
export function decodeDfuSuffix(file: Uint8Array): { readonly suffix: DfuSuffix; readonly payload: Uint8Array } {
  if (!hasDfuSuffix(file)) throw createMissingSuffixError();
  const end = file.length;
  const view = toDataView(file);
  const lengthBytes = view.getUint8(end - 5);
  if (lengthBytes < SUFFIX_BYTES || lengthBytes > end) throw createTruncatedError('the DFU suffix', lengthBytes, end);
  const stored = view.getUint32(end - 4, true);
  const computed = computeSuffixCrc(file.subarray(0, end - 4));
  if (stored !== computed) throw createWrongCrcError(stored, computed);
  return {
    suffix: {
      bcdDevice: view.getUint16(end - 16, true),
      productId: view.getUint16(end - 14, true),
      vendorId: view.getUint16(end - 12, true),
      bcdDfu: view.getUint16(end - 10, true),
    },
    payload: file.subarray(0, end - lengthBytes),
  };
}

/** The payload with a suffix behind it. Throws StationError `firmware/suffix-exists` when it has one already. */
export function encodeDfuSuffix(payload: Uint8Array, suffix: DfuSuffix): Uint8Array {
  if (hasDfuSuffix(payload)) throw createSuffixExistsError();
  const tail = new Uint8Array(SUFFIX_BYTES);
  const view = toDataView(tail);
  view.setUint16(0, suffix.bcdDevice, true);
  view.setUint16(2, suffix.productId, true);
  view.setUint16(4, suffix.vendorId, true);
  view.setUint16(6, suffix.bcdDfu, true);
  tail.set(SIGNATURE, 8);
  view.setUint8(11, SUFFIX_BYTES);
  const file = concatBytes(payload, tail);
  toDataView(file).setUint32(file.length - 4, computeSuffixCrc(file.subarray(0, file.length - 4)), true);
  return file;
}

/** True when the file says that it is for this device, each id equal or unset. */
export function isSuffixForDevice(
  target: UsbTarget,
  device: { readonly vendorId: number; readonly productId: number },
): boolean {
  const fits = (wanted: number, found: number): boolean => wanted === ANY_ID || wanted === found;
  return fits(target.vendorId, device.vendorId) && fits(target.productId, device.productId);
}

/** The suffix's CRC is the usual CRC-32 without its final inversion. */
function computeSuffixCrc(bytes: Uint8Array): number {
  return (computeCrc32(bytes) ^ 0xffff_ffff) >>> 0;
}

function createMissingSuffixError(): Error {
  return createFirmwareError({
    code: 'firmware/no-suffix',
    message: 'the file has no DFU suffix',
    hint: 'Add one with `flashline firmware suffix add`, or name a file that has one.',
  });
}

function createSuffixExistsError(): Error {
  return createFirmwareError({
    code: 'firmware/suffix-exists',
    message: 'the file has a DFU suffix already',
    hint: 'Remove it first with `flashline firmware suffix remove`.',
  });
}

function createWrongCrcError(stored: number, computed: number): Error {
  return createFirmwareError({
    code: 'firmware/checksum',
    message: `the DFU suffix says CRC ${formatHex32(stored)}, the file has ${formatHex32(computed)}`,
    hint: 'Get the file again: its bytes changed after the suffix was added.',
  });
}
