// Holds a raw image for a Cortex-M against the vector table that it must begin with.
import { formatHex32, toDataView } from '../../base/bytes.ts';
import type { FirmwareSegment } from './firmware-image.ts';

// Vector table: 0 initial stack pointer u32 | 4 reset vector u32, odd (ARMv7-M §B1.5.3).
// MCUboot image header: 0 magic u32 | 8 header size u16; the vector table follows it.
const MCUBOOT_MAGIC = 0x96f3b83d;

/** RAM of a Cortex-M: code region of some parts, then SRAM (ARMv7-M §B3.1). */
const RAM = [
  [0x1000_0000, 0x2000_0000],
  [0x2000_0000, 0x4000_0000],
] as const;

/** Where an STM32 shows its flash a second time; programs may be linked there. */
const ALIASES: Readonly<Record<number, number>> = { 134217728: 0x0000_0000 };

/** What is wrong with the vector table at the start of the image; null when it fits. */
export function describeVectorTable(segment: FirmwareSegment): string | null {
  const { address, bytes } = skipImageHeader(segment);
  if (bytes.length < 8) return 'it is too short for a vector table';
  const view = toDataView(bytes);
  const stackPointer = view.getUint32(0, true);
  const reset = view.getUint32(4, true);
  if (!isInRam(stackPointer)) {
    return `its first word ${formatHex32(stackPointer)} is no stack pointer in RAM`;
  }
  if (reset % 2 === 0) return `its reset vector ${formatHex32(reset)} is even, a Cortex-M needs an odd one`;
  const starts = [address, ALIASES[address] ?? address];
  if (starts.some((start) => start <= reset && reset < start + bytes.length)) return null;
  const end = address + bytes.length - 1;
  return `its reset vector ${formatHex32(reset)} is not inside it (${formatHex32(address)} to ${formatHex32(end)}): it was linked for another address`;
}

function skipImageHeader(segment: FirmwareSegment): FirmwareSegment {
  const { address, bytes } = segment;
  if (bytes.length < 32 || toDataView(bytes).getUint32(0, true) !== MCUBOOT_MAGIC) return segment;
  const headerBytes = toDataView(bytes).getUint16(8, true);
  return { address: address + headerBytes, bytes: bytes.subarray(headerBytes) };
}

/** The pointer may stand right behind the last byte, and is a multiple of 4. */
function isInRam(stackPointer: number): boolean {
  return stackPointer % 4 === 0 && RAM.some(([start, end]) => stackPointer > start && stackPointer <= end);
}
