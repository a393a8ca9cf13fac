// S-record (Motorola): text lines of type, address, bytes and checksum, with 16, 24 or 32 bits of address.
import { type AssembledSegments, assembleSegments, type FilePiece } from '../assemble-segments.ts';
import { createTruncatedTextError } from '../firmware-error.ts';
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

// One record: "S" | type digit | count u8 of what follows | address u16, u24 or u32 | bytes | checksum u8 (all bytes from
//   the count on sum to 0xFF), in hex, big endian. Type 4 is reserved.
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 0: 2, 1: 2, 2: 3, 3: 4, 5: 2, 6: 3, 7: 4, 8: 3, 9: 2 };
const HEADER = 0;
const COUNT_TYPES: readonly number[] = [5, 6];
const END_TYPES: readonly number[] = [7, 8, 9];

const FORMAT_NAME = 'S-record';
const LETTER_S: readonly number[] = [0x53, 0x73];
const DIGIT_0 = 0x30;
const ADDRESS_END = 0x1_0000_0000;

/** Where in a record, counted in characters from its "S". */
const TYPE_AT = 1;
const COUNT_AT = 2;
const ADDRESS_AT = 4;

/**
 * Segments of the file. It is whole when an end record (S7, S8, S9) or a count that fits (S5, S6) says so. Throws
 * FirmwareError with line and column: `firmware/format`, `firmware/checksum`, `firmware/after-end`,
 * `firmware/truncated`, `firmware/overlap`, `firmware/empty`.
 */
export function decodeSRecord(file: Uint8Array): AssembledSegments {
  const text = decodeRecordText(file);
  const { segments, notes } = assembleSegments((visit) => walkRecords(text.bytes, visit), text.bytes.length >> 1);
  return { segments, notes: [...text.notes, ...notes] };
}

function walkRecords(text: Uint8Array, visit: (piece: FilePiece) => void): void {
  const digits = new HexDigitDecoder(text, FORMAT_NAME);
  let dataRecords = 0;
  let end: TextLine | null = null;
  let isCounted = false;
  let lastLine = 0;
  const announceSize = (start: number): number =>
    LETTER_S.includes(text[start]!) ? ADDRESS_AT + digits.decodeByte(start + COUNT_AT) * 2 : Number.NaN;
  for (const line of listRecordLines(text, announceSize)) {
    const record = decodeRecord(text, line, digits);
    lastLine = line.number;
    if (end && !END_TYPES.includes(record.type)) throw createAfterEndError(FORMAT_NAME, line, end);
    if (END_TYPES.includes(record.type)) end ??= line;
    else if (COUNT_TYPES.includes(record.type)) {
      checkRecordCount(record, dataRecords);
      isCounted = true;
    } else if (record.type !== HEADER) {
      dataRecords += 1;
      isCounted = false;
      visit(placeRecord(record));
    }
  }
  if (!end && !isCounted) throw createTruncatedTextError(FORMAT_NAME, lastLine);
}

interface SRecord {
  readonly line: TextLine;
  readonly type: number;
  readonly address: number;
  readonly addressBytes: number;
  readonly bytes: Uint8Array;
}

function decodeRecord(text: Uint8Array, line: TextLine, digits: HexDigitDecoder): SRecord {
  const createError = (at: number, what: string) => createRecordError({ formatName: FORMAT_NAME, line, at, what });
  if (!LETTER_S.includes(text[line.start]!)) throw createError(0, 'this is not a record, which begins with "S"');
  const type = (text[line.start + TYPE_AT] ?? 0) - DIGIT_0;
  const addressBytes = ADDRESS_BYTES[type];
  if (addressBytes === undefined || line.end - line.start < ADDRESS_AT)
    throw createError(TYPE_AT, 'the record type is unknown');
  const raw = digits.decode(line, COUNT_AT);
  if (raw[0] !== raw.length - 1)
    throw createError(COUNT_AT, `the record says ${raw[0]} bytes and has ${raw.length - 1}`);
  if (raw.length < addressBytes + 2) throw createError(COUNT_AT, `the record is too short: ${raw.length} bytes`);
  const checksum = 0xff - sumRecordBytes(raw);
  const stored = raw[raw.length - 1]!;
  if (stored !== checksum) {
    const what = `the checksum is ${formatHexByte(stored)}, the bytes give ${formatHexByte(checksum)}`;
    const at = COUNT_AT + (raw.length - 1) * 2;
    throw createRecordError({ formatName: FORMAT_NAME, line, at, what, code: 'firmware/checksum' });
  }
  let address = 0;
  for (let at = 1; at <= addressBytes; at += 1) address = address * 256 + raw[at]!;
  return { line, type, address, addressBytes, bytes: raw.subarray(1 + addressBytes, -1) };
}

function placeRecord({ line, address, addressBytes, bytes }: SRecord): FilePiece {
  if (address + bytes.length > ADDRESS_END) {
    const what = 'the record runs beyond address 0xffffffff';
    throw createRecordError({ formatName: FORMAT_NAME, line, at: ADDRESS_AT, what });
  }
  return { address, bytes, place: { line: line.number, column: line.column + ADDRESS_AT + addressBytes * 2 } };
}

/** The count stands where the address is, and counts the data records before it. */
function checkRecordCount({ line, address }: SRecord, dataRecords: number): void {
  if (address === dataRecords) return;
  const what = `${address} data records are announced, ${dataRecords} stand before`;
  throw createRecordError({ formatName: FORMAT_NAME, line, at: ADDRESS_AT, what, code: 'firmware/truncated' });
}
