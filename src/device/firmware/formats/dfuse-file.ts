// The DfuSe file: targets (alternate settings) with elements (address and bytes), between a prefix and a DFU suffix.
import { concatBytes, formatHex16, toDataView } from '../../../base/bytes.ts';
import { createFirmwareError, createTruncatedError, type FirmwareNote } from '../firmware-error.ts';
import type { FirmwareSegment, UsbTarget } from '../firmware-image.ts';
import { BCD_DFU_DFUSE, type DfuSuffix, decodeDfuSuffix, encodeDfuSuffix } from './dfu-suffix.ts';

/** What goes into one alternate setting. */
export interface DfuseTarget {
  readonly alternate: number;
  readonly name: string | null;
  readonly elements: readonly FirmwareSegment[];
}

export interface DfuseFile {
  readonly targets: readonly DfuseTarget[];
  readonly suffix: DfuSuffix;
  readonly notes: readonly FirmwareNote[];
}

// UM0391, little endian.
//   prefix  11 B: "DfuSe" | version u8 = 1 | file size u32 without the suffix | target count u8
//   target 274 B: "Target" | alternate u8 | is named u32 | name 255 B | size u32 without this prefix | element count u32
//   element  8 B: address u32 | size u32, then the bytes
const FILE_SIGNATURE = encodeAscii('DfuSe');
const FILE_PREFIX_BYTES = 11;
const TARGET_SIGNATURE = encodeAscii('Target');
const TARGET_PREFIX_BYTES = 274;
const TARGET_NAME_BYTES = 255;
const ELEMENT_PREFIX_BYTES = 8;
const VERSION = 1;

/** True when the file begins as DfuSe files do. */
export function isDfuseFile(file: Uint8Array): boolean {
  return hasBytesAt(file, 0, FILE_SIGNATURE);
}

/** Throws StationError `firmware/truncated`, `firmware/checksum`, `firmware/format`, `firmware/no-suffix`. */
export function decodeDfuseFile(file: Uint8Array): DfuseFile {
  if (!isDfuseFile(file)) throw createMalformedError('it does not begin with "DfuSe"');
  const { suffix, payload } = decodeDfuSuffix(file);
  if (payload.length < FILE_PREFIX_BYTES)
    throw createTruncatedError('the DfuSe prefix', FILE_PREFIX_BYTES, payload.length);
  const view = toDataView(payload);
  if (view.getUint8(5) !== VERSION) throw createMalformedError(`version ${view.getUint8(5)} is not ${VERSION}`);
  const notes = [...checkFileSize(view.getUint32(6, true), payload.length, file.length), ...checkVersion(suffix)];
  const targets: DfuseTarget[] = [];
  let offset = FILE_PREFIX_BYTES;
  for (let index = 0; index < view.getUint8(10); index += 1) {
    const { target, nextOffset } = decodeTarget(payload, offset);
    targets.push(target);
    offset = nextOffset;
  }
  if (offset !== payload.length) throw createMalformedError(`${payload.length - offset} bytes belong to no target`);
  return { targets, suffix, notes };
}

/** Some tools (elf2dfuse) count the suffix, which UM0391 does not. */
function checkFileSize(sizeBytes: number, payloadBytes: number, fileBytes: number): readonly FirmwareNote[] {
  if (sizeBytes === payloadBytes) return [];
  if (sizeBytes === fileBytes) {
    return [{ code: 'firmware/size-counts-suffix', message: 'the size in the DfuSe prefix counts the DFU suffix' }];
  }
  if (sizeBytes > payloadBytes) throw createTruncatedError('the DfuSe file', sizeBytes, payloadBytes);
  throw createMalformedError(`it has ${payloadBytes - sizeBytes} bytes too many`);
}

function checkVersion({ bcdDfu }: DfuSuffix): readonly FirmwareNote[] {
  if (bcdDfu === BCD_DFU_DFUSE) return [];
  const message = `the DFU suffix says version ${formatHex16(bcdDfu)}, a DfuSe file has ${formatHex16(BCD_DFU_DFUSE)}`;
  return [{ code: 'firmware/suffix-version', message }];
}

/** The file that `decodeDfuseFile` reads back; names longer than 254 bytes are cut. */
export function encodeDfuseFile(targets: readonly DfuseTarget[], usbTarget: UsbTarget): Uint8Array {
  const body = concatBytes(...targets.map(encodeTarget));
  const prefix = new Uint8Array(FILE_PREFIX_BYTES);
  prefix.set(FILE_SIGNATURE, 0);
  toDataView(prefix).setUint8(5, VERSION);
  toDataView(prefix).setUint32(6, FILE_PREFIX_BYTES + body.length, true);
  toDataView(prefix).setUint8(10, targets.length);
  return encodeDfuSuffix(concatBytes(prefix, body), { ...usbTarget, bcdDfu: BCD_DFU_DFUSE });
}

function decodeTarget(payload: Uint8Array, offset: number): { target: DfuseTarget; nextOffset: number } {
  const bodyOffset = offset + TARGET_PREFIX_BYTES;
  if (bodyOffset > payload.length) throw createTruncatedError('a DfuSe target', bodyOffset, payload.length);
  if (!hasBytesAt(payload, offset, TARGET_SIGNATURE))
    throw createMalformedError(`no target begins at offset ${offset}`);
  const view = toDataView(payload);
  const isNamed = view.getUint32(offset + 7, true) !== 0;
  const endOffset = bodyOffset + view.getUint32(offset + 266, true);
  if (endOffset > payload.length) throw createTruncatedError('a DfuSe target', endOffset, payload.length);
  const elements: FirmwareSegment[] = [];
  let at = bodyOffset;
  for (let index = 0; index < view.getUint32(offset + 270, true); index += 1) {
    const element = decodeElement(payload.subarray(0, endOffset), at);
    elements.push(element);
    at += ELEMENT_PREFIX_BYTES + element.bytes.length;
  }
  if (at !== endOffset) throw createMalformedError(`${endOffset - at} bytes of a target belong to no element`);
  const name = isNamed ? decodePaddedText(payload.subarray(offset + 11, offset + 11 + TARGET_NAME_BYTES)) : null;
  return { target: { alternate: view.getUint8(offset + 6), name, elements }, nextOffset: endOffset };
}

function decodeElement(target: Uint8Array, offset: number): FirmwareSegment {
  const dataOffset = offset + ELEMENT_PREFIX_BYTES;
  if (dataOffset > target.length) throw createTruncatedError('a DfuSe element', dataOffset, target.length);
  const view = toDataView(target);
  const endOffset = dataOffset + view.getUint32(offset + 4, true);
  if (endOffset > target.length) throw createTruncatedError('a DfuSe element', endOffset, target.length);
  return { address: view.getUint32(offset, true), bytes: target.subarray(dataOffset, endOffset) };
}

function encodeTarget(target: DfuseTarget): Uint8Array {
  const body = concatBytes(...target.elements.map(encodeElement));
  const prefix = new Uint8Array(TARGET_PREFIX_BYTES);
  const view = toDataView(prefix);
  prefix.set(TARGET_SIGNATURE, 0);
  view.setUint8(6, target.alternate);
  view.setUint32(7, target.name === null ? 0 : 1, true);
  prefix.set(new TextEncoder().encode(target.name ?? '').subarray(0, TARGET_NAME_BYTES - 1), 11);
  view.setUint32(266, body.length, true);
  view.setUint32(270, target.elements.length, true);
  return concatBytes(prefix, body);
}

function encodeElement(element: FirmwareSegment): Uint8Array {
  const prefix = new Uint8Array(ELEMENT_PREFIX_BYTES);
  toDataView(prefix).setUint32(0, element.address, true);
  toDataView(prefix).setUint32(4, element.bytes.length, true);
  return concatBytes(prefix, element.bytes);
}

function hasBytesAt(bytes: Uint8Array, offset: number, start: Uint8Array): boolean {
  return start.every((byte, at) => bytes[offset + at] === byte);
}

function decodePaddedText(padded: Uint8Array): string {
  const end = padded.indexOf(0);
  return new TextDecoder().decode(end < 0 ? padded : padded.subarray(0, end));
}

function encodeAscii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function createMalformedError(what: string): Error {
  return createFirmwareError({
    code: 'firmware/format',
    message: `not a sound DfuSe file: ${what}`,
    hint: 'Build the file again with a DfuSe tool, or use the raw binary and its address.',
  });
}
