// The signed heads of the chain outside the database: a tail that is cut off the record is still known here.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, StationError } from '../base/station-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainHead } from './chain.ts';

const HEAD_FILE = 'chain-head.log';

/** One line of the file. Copy the file elsewhere now and then: it proves how long the record was. */
export interface SignedHead extends ChainHead {
  /** Fingerprint of the key. */
  readonly key: string;
  readonly signature: string;
}

/** What the file says. */
export interface HeadFile {
  readonly heads: readonly SignedHead[];
  /** Lines before the last head that are none themselves, counted from 1. */
  readonly damagedLines: readonly number[];
  /** Length up to and with the last head; what lies beyond is a line that a crash left torn. */
  readonly wholeBytes: number;
}

/** Where the heads of a folder lie. */
export function headFilePath(directory: string): string {
  return join(directory, HEAD_FILE);
}

/** Reads the file; a missing one has no heads. Throws StationError `record/cannot-open`. */
export function readHeadFile(directory: string): HeadFile {
  const file = headFilePath(directory);
  if (!existsSync(file)) return { heads: [], damagedLines: [], wholeBytes: 0 };
  const text = inStationWords(file, 'record/cannot-open', () => readFileSync(file, 'utf8'));
  const lines = text.split('\n').slice(0, -1);
  const whole = lines.slice(0, lines.findLastIndex((line) => parseHead(line) !== undefined) + 1);
  const parsed = whole.map(parseHead);
  return {
    heads: parsed.filter((head) => head !== undefined),
    damagedLines: parsed.flatMap((head, index) => (head ? [] : [index + 1])),
    wholeBytes: whole.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
  };
}

/** The text of a head file with these heads. */
export function headLines(heads: readonly SignedHead[]): string {
  return heads.map((head) => `${canonicalJson(head)}\n`).join('');
}

/** Takes away the line that a crash cut short, so that a power cut never looks like tampering. */
export function mendTornLine(directory: string, { wholeBytes }: HeadFile): void {
  const file = headFilePath(directory);
  inStationWords(file, 'record/cannot-write', () => {
    if (existsSync(file) && statSync(file).size > wholeBytes) truncateSync(file, wholeBytes);
  });
}

/** Adds one line and syncs it. Throws StationError `record/cannot-write`. */
export function appendHead(directory: string, head: SignedHead): void {
  const file = headFilePath(directory);
  inStationWords(file, 'record/cannot-write', () => {
    const handle = openSync(file, 'a');
    try {
      writeSync(handle, headLines([head]));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  });
}

function parseHead(line: string): SignedHead | undefined {
  try {
    const head = JSON.parse(line) as SignedHead;
    const isHead =
      Number.isInteger(head.sequence) && typeof head.hash === 'string' && typeof head.signature === 'string';
    return isHead && typeof head.key === 'string' ? head : undefined;
  } catch {
    return undefined;
  }
}

function inStationWords<T>(file: string, code: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StationError({
      code,
      message: `The record's head file cannot be used: ${file} (${messageOf(error)})`,
      hint: 'Check the disk and the rights on the file. Do not test units until this is cleared.',
      cause: error,
    });
  }
}
