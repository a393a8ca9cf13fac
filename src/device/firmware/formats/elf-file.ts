// ELF: the program headers of a 32-bit little-endian executable, which say what is loaded where.
import { formatHex32, toDataView } from '../../../base/bytes.ts';
import { createFirmwareError, createTruncatedError } from '../firmware-error.ts';
import { type FirmwareSegment, joinSegments } from '../firmware-image.ts';

// ELF header, 52 B: 0 magic | 4 class u8 = 1 (32 bit) | 5 data u8 = 1 (little endian) | 18 machine u16 |
//   28 program header offset u32 | 42 its entry size u16 | 44 entry count u16
// program header, 32 B: 0 type u32 = 1 (load) | 4 offset u32 | 12 physical address u32 | 16 size in file u32
const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const CLASS_32_BIT = 1;
const LITTLE_ENDIAN = 1;
const MACHINE_ARM = 40;
const TYPE_LOAD = 1;

/** True when the file begins with the ELF magic. */
export function isElf(file: Uint8Array): boolean {
  return file[0] === 0x7f && file[1] === 0x45 && file[2] === 0x4c && file[3] === 0x46;
}

/**
 * The loaded segments at their physical addresses, sorted and joined. Throws StationError `firmware/format` (not a
 * 32-bit little-endian ARM file), `firmware/truncated`, `firmware/overlap`, `firmware/empty`.
 */
export function decodeElf(file: Uint8Array): readonly FirmwareSegment[] {
  if (!isElf(file)) throw createMalformedError('it does not begin with the ELF magic');
  if (file.length < HEADER_BYTES) throw createTruncatedError('the ELF header', HEADER_BYTES, file.length);
  const view = toDataView(file);
  if (view.getUint8(4) !== CLASS_32_BIT || view.getUint8(5) !== LITTLE_ENDIAN) {
    throw createMalformedError('it is not 32 bit, little endian');
  }
  if (view.getUint16(18, true) !== MACHINE_ARM)
    throw createMalformedError(`machine ${view.getUint16(18, true)} is not ARM`);
  const offset = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (entryBytes < PROGRAM_HEADER_BYTES) throw createMalformedError(`program headers have ${entryBytes} bytes`);
  const end = offset + entryBytes * count;
  if (end > file.length) throw createTruncatedError('the ELF program headers', end, file.length);
  const headers = Array.from({ length: count }, (_, index) => offset + index * entryBytes);
  return joinSegments(headers.flatMap((at) => decodeLoadedSegment(file, at)));
}

function decodeLoadedSegment(file: Uint8Array, headerOffset: number): readonly FirmwareSegment[] {
  const view = toDataView(file);
  if (view.getUint32(headerOffset, true) !== TYPE_LOAD) return [];
  const offset = view.getUint32(headerOffset + 4, true);
  const address = view.getUint32(headerOffset + 12, true);
  const sizeBytes = view.getUint32(headerOffset + 16, true);
  if (offset + sizeBytes > file.length) {
    throw createTruncatedError(`the ELF segment at ${formatHex32(address)}`, offset + sizeBytes, file.length);
  }
  return [{ address, bytes: file.subarray(offset, offset + sizeBytes) }];
}

function createMalformedError(what: string): Error {
  return createFirmwareError({
    code: 'firmware/format',
    message: `not a firmware ELF file: ${what}`,
    hint: 'Give the .elf that the ARM linker wrote, or the .bin made from it.',
  });
}
