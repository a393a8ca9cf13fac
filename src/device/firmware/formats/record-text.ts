// The text of a file of records (Intel HEX, S-record): its lines, whatever ends them, its comments and its hex digits.
import { toHex } from '../../../base/bytes.ts';
import { createFirmwareError, type FirmwareError, type FirmwareNote, type FirmwareProblem } from '../firmware-error.ts';

/** A line without the blanks around it and the comment behind it; `start` and `end` are offsets into the text. */
export interface TextLine {
  readonly number: number;
  /** Column of `start`, from 1. */
  readonly column: number;
  readonly start: number;
  readonly end: number;
}

/** One byte a character, without byte order mark. */
export interface RecordText {
  readonly bytes: Uint8Array;
  readonly notes: readonly FirmwareNote[];
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SUBSTITUTE = 0x1a;
const SPACE = 0x20;
const HASH = 0x23;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;

/** The characters as one byte each: UTF-8 and Latin-1 stay, UTF-16 is told in the notes; a character that has no byte is 0. */
export function decodeRecordText(file: Uint8Array): RecordText {
  if (file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf) return { bytes: file.subarray(3), notes: [] };
  const order = findUtf16Order(file);
  if (order === null) return { bytes: file, notes: [] };
  const start = isByteOrderMark(file) ? 2 : 0;
  const low = order === 'little' ? 0 : 1;
  const bytes = new Uint8Array((file.length - start) >> 1);
  for (let at = 0; at < bytes.length; at += 1) {
    const pair = start + at * 2;
    bytes[at] = file[pair + 1 - low] === 0 ? file[pair + low]! : 0;
  }
  return { bytes, notes: [{ code: 'firmware/utf16', message: 'the file is UTF-16 text; it is read as such' }] };
}

/**
 * The lines that hold something: not blank, not a comment (`#`, `;` or `//`). `announceSize` gives how many characters
 * the record says it has that would begin there, NaN for none: where a line ends just there it is not searched.
 */
export function* listRecordLines(bytes: Uint8Array, announceSize: (start: number) => number): Generator<TextLine> {
  let number = 1;
  for (let start = 0; start < bytes.length; number += 1) {
    const announced = start + announceSize(start);
    const isWhole = isLineEnd(bytes, announced) && !isLineEnd(bytes, announced - 1);
    const end = isWhole ? announced : findLineEnd(bytes, start);
    const line = isWhole ? { number, column: 1, start, end } : trimLine(bytes, number, start, end);
    if (line.start < line.end) yield line;
    start = bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
  }
}

function findLineEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (!isLineEnd(bytes, end)) end += 1;
  return end;
}

function isLineEnd(bytes: Uint8Array, at: number): boolean {
  return at === bytes.length || isLineBreak(bytes[at]);
}

function isLineBreak(character: number | undefined): boolean {
  return character === LF || character === CR;
}

/** Bytes of the longest record: 255 that its count tells, and what stands around them. */
const MAX_RECORD_BYTES = 260;

/** Decodes the digits of one line after another. */
export class HexDigitDecoder {
  readonly #text: Uint8Array;
  readonly #formatName: string;
  readonly #decoded = new Uint8Array(MAX_RECORD_BYTES);

  constructor(text: Uint8Array, formatName: string) {
    this.#text = text;
    this.#formatName = formatName;
  }

  /** The byte whose digits begin there; NaN where none do. */
  decodeByte(at: number): number {
    const high = HEX_VALUES[this.#text[at] ?? 0]!;
    const low = HEX_VALUES[this.#text[at + 1] ?? 0]!;
    return (high | low) > 15 ? Number.NaN : (high << 4) | low;
  }

  /**
   * The bytes that the digits of the line stand for, behind the `skip` first characters; they hold until the next line is
   * decoded. Throws with the column of what is no digit.
   */
  decode(line: TextLine, skip: number): Uint8Array {
    const text = this.#text;
    const start = line.start + skip;
    const count = (line.end - start) >> 1;
    const decoded = count > MAX_RECORD_BYTES ? new Uint8Array(count) : this.#decoded;
    for (let at = 0; at < count; at += 1) {
      const high = HEX_VALUES[text[start + at * 2]!]!;
      const low = HEX_VALUES[text[start + at * 2 + 1]!]!;
      if ((high | low) > 15) throw this.#createDigitError(line, start + at * 2 + (high > 15 ? 0 : 1));
      decoded[at] = (high << 4) | low;
    }
    if ((line.end - start) % 2 === 0) return decoded.subarray(0, count);
    const at = line.end - 1 - line.start;
    throw createRecordError({ formatName: this.#formatName, line, at, what: 'a digit stands alone; a byte has two' });
  }

  #createDigitError(line: TextLine, wrong: number): FirmwareError {
    const what = `${describeCharacter(this.#text[wrong]!)} is no hex digit`;
    return createRecordError({ formatName: this.#formatName, line, at: wrong - line.start, what });
  }
}

/** The sum of the bytes before the last one, which holds the checksum, in one byte. */
export function sumRecordBytes(record: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < record.length - 1; at += 1) sum += record[at]!;
  return sum & 0xff;
}

/** A fault of one record: `at` counts the characters from its first one. */
export interface RecordFault {
  readonly formatName: string;
  readonly line: TextLine;
  readonly at: number;
  readonly what: string;
  /** `firmware/format` when left out. */
  readonly code?: FirmwareProblem['code'];
}

/** The fault as an error with line and column. */
export function createRecordError({
  formatName,
  line,
  at,
  what,
  code = 'firmware/format',
}: RecordFault): FirmwareError {
  const column = line.column + at;
  return createFirmwareError({
    code,
    message: `not a sound ${formatName} file: line ${line.number}, column ${column}: ${what}`,
    hint: 'Export the file again from the build; it was edited, joined or cut off.',
    place: { line: line.number, column },
  });
}

/** A record where the file has ended: what stands there would not be written. */
export function createAfterEndError(formatName: string, line: TextLine, end: TextLine): FirmwareError {
  const what = `a record stands behind the end record of line ${end.number}, as when two files are joined`;
  return createRecordError({ formatName, line, at: 0, what, code: 'firmware/after-end' });
}

/** A byte as people write it: `0x5E`. */
export function formatHexByte(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Digits have their value, everything else has 255. */
const HEX_VALUES = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});

function trimLine(bytes: Uint8Array, number: number, lineStart: number, lineEnd: number): TextLine {
  let start = lineStart;
  while (start < lineEnd && isBlank(bytes[start]!)) start += 1;
  let end = isComment(bytes, start) ? start : findTrailingComment(bytes, start, lineEnd);
  while (end > start && isBlank(bytes[end - 1]!)) end -= 1;
  return { number, column: start - lineStart + 1, start, end };
}

/** A comment behind a record has a blank before it. */
function findTrailingComment(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at += 1) {
    if (isBlank(bytes[at - 1]!) && isComment(bytes, at)) return at;
  }
  return end;
}

function isComment(bytes: Uint8Array, at: number): boolean {
  const character = bytes[at];
  return character === HASH || character === SEMICOLON || (character === SLASH && bytes[at + 1] === SLASH);
}

/** The end-of-file mark of old systems counts as one. */
function isBlank(character: number): boolean {
  return character === SPACE || character === TAB || character === SUBSTITUTE;
}

function isByteOrderMark(file: Uint8Array): boolean {
  return (file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff);
}

/** By its mark, else by the zeros of which a Latin text in UTF-16 has one for each character. */
function findUtf16Order(file: Uint8Array): 'little' | 'big' | null {
  if (isByteOrderMark(file)) return file[0] === 0xff ? 'little' : 'big';
  const probe = file.subarray(0, 64);
  if (probe.length < 4 || file.length % 2 !== 0) return null;
  if (probe.every((byte, at) => (at % 2 === 1) === (byte === 0))) return 'little';
  return probe.every((byte, at) => (at % 2 === 0) === (byte === 0)) ? 'big' : null;
}

function describeCharacter(code: number): string {
  if (isLineBreak(code)) return 'the end of the line';
  return code > SPACE && code < 0x7f
    ? `"${String.fromCharCode(code)}"`
    : `the character 0x${toHex(Uint8Array.of(code))}`;
}
