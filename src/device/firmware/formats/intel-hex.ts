// Intel HEX: text lines of address, bytes and checksum, as linkers and programmers write them.
import { type AssembledSegments, assembleSegments, type FilePiece } from '../assemble-segments.ts';
import { createTruncatedTextError, type FirmwareNote } from '../firmware-error.ts';
import {
  createAfterEndError,
  createRecordError,
  decodeRecordText,
  formatHexByte,
  HexDigitDecoder,
  listRecordLines,
  sumRecordBytes,
  type TextLine,
} from './record-text.ts';

// One record (Intel 1988): ":" | count u8 | address u16 | type u8 | count bytes | checksum u8 (all bytes sum to 0), in hex, big endian.
const recordTypes = ['data', 'end', 'segment-base', 'segment-start', 'linear-base', 'linear-start'] as const;

/** Bytes that a record of the type must have; data may have any number. */
const DATA_BYTES = { end: 0, 'segment-base': 2, 'segment-start': 4, 'linear-base': 2, 'linear-start': 4 } as const;

const FORMAT_NAME = 'Intel HEX';
const COLON = 0x3a;
const SEGMENT_BYTES = 0x1_0000;
const ADDRESS_END = 0x1_0000_0000;

/** Where in a record, counted in characters from its colon. */
const COUNT_AT = 1;
const ADDRESS_AT = 3;
const TYPE_AT = 7;
const DATA_AT = 9;
const CHECKSUM_DIGITS = 2;

/**
 * Segments of the file. A record that runs over 64 KiB goes on at the next address, after a segment base (type 02) at
 * the start of its segment, as the format says. Throws FirmwareError with line and column: `firmware/format`,
 * `firmware/checksum`, `firmware/after-end`, `firmware/truncated` (no end record), `firmware/overlap`, `firmware/empty`.
 */
export function decodeIntelHex(file: Uint8Array): AssembledSegments {
  const text = decodeRecordText(file);
  let endCount = 0;
  const { segments, notes } = assembleSegments((visit) => {
    endCount = walkRecords(text.bytes, visit);
  }, text.bytes.length >> 1);
  return { segments, notes: [...text.notes, ...describeEnds(endCount), ...notes] };
}

/** Visits the bytes of every data record; gives how many end records there are. */
function walkRecords(text: Uint8Array, visit: (piece: FilePiece) => void): number {
  const digits = new HexDigitDecoder(text, FORMAT_NAME);
  let base: AddressBase = { address: 0, isSegment: false };
  let end: TextLine | null = null;
  let endCount = 0;
  let lastLine = 0;
  const announceSize = (start: number): number =>
    text[start] === COLON ? DATA_AT + digits.decodeByte(start + COUNT_AT) * 2 + CHECKSUM_DIGITS : Number.NaN;
  for (const line of listRecordLines(text, announceSize)) {
    const record = decodeRecord(text, line, digits);
    lastLine = line.number;
    if (record.type === 'end') {
      end ??= line;
      endCount += 1;
    } else if (end) throw createAfterEndError(FORMAT_NAME, line, end);
    else if (record.type === 'data') visitRecord(record, base, visit);
    else base = computeNextBase(record, base);
  }
  if (!end) throw createTruncatedTextError(FORMAT_NAME, lastLine);
  return endCount;
}

interface AddressBase {
  readonly address: number;
  /** Set by type 02: addresses stay within 64 KiB of the base. */
  readonly isSegment: boolean;
}

interface HexRecord {
  readonly line: TextLine;
  readonly type: (typeof recordTypes)[number];
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function decodeRecord(text: Uint8Array, line: TextLine, digits: HexDigitDecoder): HexRecord {
  const createError = (at: number, what: string) => createRecordError({ formatName: FORMAT_NAME, line, at, what });
  if (text[line.start] !== COLON) throw createError(0, 'this is not a record, which begins with ":"');
  const raw = digits.decode(line, COUNT_AT);
  const dataBytes = raw.length - 5;
  if (dataBytes < 0) throw createError(0, `the record is too short: ${raw.length} bytes`);
  if (raw[0] !== dataBytes) throw createError(COUNT_AT, `the record says ${raw[0]} bytes and has ${dataBytes}`);
  const checksum = (0x100 - sumRecordBytes(raw)) & 0xff;
  const stored = raw[raw.length - 1]!;
  if (stored !== checksum) {
    const what = `the checksum is ${formatHexByte(stored)}, the bytes give ${formatHexByte(checksum)}`;
    const at = DATA_AT + dataBytes * 2;
    throw createRecordError({ formatName: FORMAT_NAME, line, at, what, code: 'firmware/checksum' });
  }
  const type = recordTypes[raw[3]!];
  if (type === undefined) throw createError(TYPE_AT, `the record type ${raw[3]} is unknown`);
  if (type !== 'data' && dataBytes !== DATA_BYTES[type]) {
    throw createError(COUNT_AT, `a record of type ${raw[3]} has ${DATA_BYTES[type]} bytes, not ${dataBytes}`);
  }
  return { line, type, offset: (raw[1]! << 8) | raw[2]!, bytes: raw.subarray(4, -1) };
}

function visitRecord({ line, offset, bytes }: HexRecord, base: AddressBase, visit: (piece: FilePiece) => void): void {
  const address = base.address + offset;
  const place = { line: line.number, column: line.column + DATA_AT };
  const room = SEGMENT_BYTES - offset;
  if (base.isSegment && bytes.length > room) {
    visit({ address, bytes: bytes.subarray(0, room), place });
    const column = place.column + room * 2;
    visit({ address: base.address, bytes: bytes.subarray(room), place: { ...place, column } });
    return;
  }
  if (address + bytes.length > ADDRESS_END) {
    const what = 'the record runs beyond address 0xffffffff';
    throw createRecordError({ formatName: FORMAT_NAME, line, at: ADDRESS_AT, what });
  }
  visit({ address, bytes, place });
}

/** Start addresses are for who runs the program: a programmer does not use them. */
function computeNextBase({ type, bytes }: HexRecord, base: AddressBase): AddressBase {
  const value = (bytes[0]! << 8) | bytes[1]!;
  if (type === 'segment-base') return { address: value * 16, isSegment: true };
  return type === 'linear-base' ? { address: value * SEGMENT_BYTES, isSegment: false } : base;
}

function describeEnds(count: number): readonly FirmwareNote[] {
  if (count === 1) return [];
  return [{ code: 'firmware/several-ends', message: `the file has ${count} end records, nothing stands between them` }];
}
