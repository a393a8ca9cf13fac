// Firmware files as linkers write them, for tests: the readers under test never wrote them.
import { concatBytes } from '../../../src/base/bytes.ts';
import type { FirmwareSegment } from '../../../src/device/firmware/firmware-image.ts';

/** Intel HEX with linear addresses. */
export function encodeIntelHex(segments: readonly FirmwareSegment[], recordBytes = 16): Uint8Array {
  const lines: string[] = [];
  let base = -1;
  for (const { address, bytes } of segments) {
    for (let at = 0; at < bytes.length; ) {
      const start = address + at;
      const size = Math.min(recordBytes, bytes.length - at, 0x1_0000 - (start % 0x1_0000));
      const high = Math.floor(start / 0x1_0000);
      if (high !== base) lines.push(encodeHexRecord(0, 4, Uint8Array.of(high >> 8, high & 0xff)));
      base = high;
      lines.push(encodeHexRecord(start % 0x1_0000, 0, bytes.subarray(at, at + size)));
      at += size;
    }
  }
  lines.push(':00000001FF');
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function encodeHexRecord(offset: number, type: number, bytes: Uint8Array): string {
  const body = Uint8Array.of(bytes.length, offset >> 8, offset & 0xff, type, ...bytes);
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  return `:${Buffer.from([...body, (256 - sum) & 0xff])
    .toString('hex')
    .toUpperCase()}`;
}

// ELF: 52 B header | one 32 B program header a segment | the bytes; no section headers, as a stripped file.
const ELF_HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;

/** An ARM executable whose program headers load exactly these segments. */
export function encodeElf(segments: readonly FirmwareSegment[]): Uint8Array {
  const header = new Uint8Array(ELF_HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const view = new DataView(header.buffer);
  view.setUint16(16, 2, true);
  view.setUint16(18, 40, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, segments[0]!.address, true);
  view.setUint32(28, ELF_HEADER_BYTES, true);
  view.setUint16(40, ELF_HEADER_BYTES, true);
  view.setUint16(42, PROGRAM_HEADER_BYTES, true);
  view.setUint16(44, segments.length, true);
  let offset = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES * segments.length;
  const programHeaders = segments.map(({ address, bytes }) => {
    const program = new Uint8Array(PROGRAM_HEADER_BYTES);
    const fields = new DataView(program.buffer);
    for (const [at, value] of [1, offset, address, address, bytes.length, bytes.length, 5, 1].entries())
      fields.setUint32(at * 4, value, true);
    offset += bytes.length;
    return program;
  });
  return concatBytes(header, ...programHeaders, ...segments.map(({ bytes }) => bytes));
}
