// Tells text from program bytes.
import { decodeRecordText } from '../formats/record-text.ts';

/** As much of a file as tells whether it is text. */
const PROBE_BYTES = 4096;
/** Of a text without control characters; the rest are letters beyond ASCII. */
const MIN_PRINTABLE_SHARE = 0.85;
/** Of a text that was damaged or filled up: a program has far less. */
const MIN_DAMAGED_SHARE = 0.97;
const MIN_DAMAGED_BYTES = 64;
/** Different characters of the shortest text, and the share of its most frequent one: fillers and patterns are none. */
const MIN_DISTINCT_BYTES = 5;
const MAX_SAME_SHARE = 0.6;

/** True for text in ASCII, UTF-8, Latin-1 or UTF-16, also when a few of its characters are damaged. */
export function isMostlyText(file: Uint8Array): boolean {
  const { bytes, notes } = decodeRecordText(file);
  const probe = bytes.subarray(0, PROBE_BYTES);
  if (isPattern(probe)) return false;
  const printable = probe.reduce((count, byte) => count + (isPrintable(byte) ? 1 : 0), 0) / probe.length;
  const controls = probe.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  if (controls === 0) return printable >= MIN_PRINTABLE_SHARE || notes.length > 0 || isUtf8(probe);
  return probe.length >= MIN_DAMAGED_BYTES && printable >= MIN_DAMAGED_SHARE;
}

function isPattern(probe: Uint8Array): boolean {
  const counts = new Uint16Array(256);
  for (const byte of probe) if (isPrintable(byte)) counts[byte]! += 1;
  const distinct = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return distinct < MIN_DISTINCT_BYTES || Math.max(...counts) > probe.length * MAX_SAME_SHARE;
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isControl(byte: number): boolean {
  return (byte < 0x20 || byte === 0x7f) && !isPrintable(byte) && byte !== 0x0c && byte !== 0x1a;
}

/** The probe may end within a character. Few bytes prove nothing. */
function isUtf8(probe: Uint8Array): boolean {
  if (probe.length < MIN_DAMAGED_BYTES) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(probe, { stream: true });
    return true;
  } catch {
    return false;
  }
}
