// Intel HEX: text lines of address, bytes and checksum, as linkers and programmers write them.
import { createFirmwareError } from '../firmware-error.ts';
import { type FirmwareSegment, joinSegments } from '../firmware-image.ts';

// One record: ":" | count u8 | address u16 | type u8 | count bytes | checksum u8 (all bytes sum to 0), in hex, big endian.
const DATA = 0x00;
const END_OF_FILE = 0x01;
const SEGMENT_BASE = 0x02;
const SEGMENT_START = 0x03;
const LINEAR_BASE = 0x04;
const LINEAR_START = 0x05;

/** More records than a full flash of the largest part needs even at one byte each. */
const MAX_RECORDS = 4_000_000;

/** True when the file begins with a record. */
export function isIntelHex(file: Uint8Array): boolean {
  return /^\s*:[0-9a-fA-F]{10}/.test(new TextDecoder('latin1').decode(file.subarray(0, 64)));
}

/**
 * Segments of the file, sorted and joined. Throws StationError `firmware/format` with the line, `firmware/checksum`,
 * `firmware/truncated` (no end record), `firmware/overlap`, `firmware/empty`.
 */
export function decodeIntelHex(file: Uint8Array): readonly FirmwareSegment[] {
  const lines = new TextDecoder('latin1').decode(file).split(/\r\n|\r|\n/);
  if (lines.length > MAX_RECORDS) throw createIntelHexError('firmware/format', `it has more than ${MAX_RECORDS} lines`);
  const segments: FirmwareSegment[] = [];
  let base = 0;
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '') continue;
    const record = decodeRecord(text, index + 1);
    if (record.type === END_OF_FILE) return joinSegments(segments);
    if (record.type === DATA) segments.push(...placeRecord(record, base));
    else base = computeNextBase(record, base, index + 1);
  }
  throw createIntelHexError('firmware/truncated', 'it ends without an end record');
}

interface HexRecord {
  readonly type: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function decodeRecord(text: string, line: number): HexRecord {
  if (!/^:(?:[0-9a-fA-F]{2}){5,}$/.test(text))
    throw createIntelHexError('firmware/format', `line ${line} is not a record`);
  const raw = new Uint8Array(Buffer.from(text.slice(1), 'hex'));
  if (raw.length !== raw[0]! + 5) {
    throw createIntelHexError('firmware/format', `line ${line} says ${raw[0]} bytes and has ${raw.length - 5}`);
  }
  const sum = raw.reduce((total, byte) => (total + byte) & 0xff, 0);
  if (sum !== 0) throw createIntelHexError('firmware/checksum', `line ${line} has a wrong checksum`);
  return { type: raw[3]!, offset: (raw[1]! << 8) | raw[2]!, bytes: raw.subarray(4, -1) };
}

/** A record that runs over offset 0xFFFF continues at offset 0 of the same base, as the format says. */
function placeRecord(record: HexRecord, base: number): FirmwareSegment[] {
  const room = 0x1_0000 - record.offset;
  const first = { address: (base + record.offset) % 0x1_0000_0000, bytes: record.bytes.subarray(0, room) };
  return record.bytes.length <= room ? [first] : [first, { address: base, bytes: record.bytes.subarray(room) }];
}

function computeNextBase(record: HexRecord, base: number, line: number): number {
  const { type, bytes } = record;
  if (type === SEGMENT_START || type === LINEAR_START) return base;
  if (type !== SEGMENT_BASE && type !== LINEAR_BASE) {
    throw createIntelHexError('firmware/format', `line ${line} has the unknown record type ${type}`);
  }
  if (bytes.length !== 2)
    throw createIntelHexError('firmware/format', `line ${line} gives a base of ${bytes.length} bytes, not 2`);
  const value = (bytes[0]! << 8) | bytes[1]!;
  return type === LINEAR_BASE ? value * 0x1_0000 : value * 16;
}

function createIntelHexError(code: `firmware/${string}`, what: string): Error {
  return createFirmwareError({
    code,
    message: `not a sound Intel HEX file: ${what}`,
    hint: 'Export the file again from the build; it was edited or cut off.',
  });
}
