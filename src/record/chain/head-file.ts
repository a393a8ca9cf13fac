// The signed heads of the chain outside the database, and mirrored elsewhere: what is cut off the record is still known here.
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { toCanonicalJson } from '../../base/canonical-json.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import type { StationErrorCode } from '../../base/station-error-codes.ts';
import { openOwnerOnlyFile, syncFolder } from '../store/record-folder.ts';
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
}

/** Where the heads of a folder lie. */
export function getHeadFilePath(directory: string): string {
  return join(directory, HEAD_FILE);
}

/** The file that mirrors a station's heads in a folder elsewhere: each station has its own there. */
export function getHeadMirrorPath(folder: string, station: string): string {
  const label = station.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 40);
  return join(folder, `${label}-${computeSha256Hex(station).slice(0, 8)}.heads.log`);
}

/** Reads a file of heads; a missing one has none. Throws StationError `record/cannot-open`. */
export function readHeadFile(file: string): HeadFile {
  if (!existsSync(file)) return { heads: [], damagedLines: [] };
  const text = wrapHeadFileErrors(file, 'record/cannot-open', () => readFileSync(file, 'latin1'));
  const lines = extractWholeLines(text).map(parseHead);
  return {
    heads: lines.filter((head) => head !== undefined),
    damagedLines: lines.flatMap((head, index) => (head ? [] : [index + 1])),
  };
}

/** More than a few lines: the end of a file of any length, so that opening never takes longer with the years. */
const TAIL_BYTES = 4_096;

/**
 * The last head, read from the end of the file alone. A line that a crash left torn behind it is taken away, so that a
 * power cut never looks like tampering.
 */
export function readLastHead(file: string): SignedHead | undefined {
  if (!existsSync(file)) return undefined;
  return wrapHeadFileErrors(file, 'record/cannot-write', () => {
    const { size } = statSync(file);
    const from = Math.max(0, size - TAIL_BYTES);
    const whole = extractWholeLines(readFileRange(file, from, size - from));
    // A tail without any head is no torn line: it is left for verify to complain about.
    if (whole.length === 0 && from > 0) return readHeadFile(file).heads.at(-1);
    const wholeBytes = from + whole.reduce((sum, line) => sum + line.length + 1, 0);
    if (wholeBytes < size) truncateSync(file, wholeBytes);
    return whole.map(parseHead).at(-1);
  });
}

/** The lines up to and with the last one that is a head; Latin-1 text, so that characters are bytes. */
function extractWholeLines(text: string): readonly string[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.slice(0, lines.findLastIndex((line) => parseHead(line) !== undefined) + 1);
}

function readFileRange(file: string, from: number, length: number): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString('latin1', 0, readSync(handle, bytes, 0, length, from));
  } finally {
    closeSync(handle);
  }
}

/** The text of a head file with these heads. */
export function formatHeadLines(heads: readonly SignedHead[]): string {
  return heads.map((head) => `${toCanonicalJson(head)}\n`).join('');
}

/** Adds one line and syncs it, a new file with its name in the folder. Throws StationError `record/cannot-write`. */
export function appendHead(file: string, head: SignedHead): void {
  wrapHeadFileErrors(file, 'record/cannot-write', () => {
    const isNew = !existsSync(file);
    const handle = openOwnerOnlyFile(file, 'end');
    try {
      writeSync(handle, formatHeadLines([head]));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    // Without it a loss of power keeps the records and takes the file that vouches for them.
    if (isNew) syncFolder(dirname(file));
  });
}

/** Puts a whole file of heads in the place of what was there. Throws StationError `record/cannot-write`. */
export function writeHeadFile(file: string, heads: readonly SignedHead[]): void {
  wrapHeadFileErrors(file, 'record/cannot-write', () => {
    const handle = openOwnerOnlyFile(`${file}.new`, 'start');
    try {
      writeSync(handle, formatHeadLines(heads));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(`${file}.new`, file);
    syncFolder(dirname(file));
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

function wrapHeadFileErrors<T>(file: string, code: StationErrorCode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StationError({
      code,
      message: `The record's head file cannot be used: ${file} (${getErrorMessage(error)})`,
      hint: 'Check the disk and the rights on the file. Do not test units until this is cleared.',
      cause: error,
    });
  }
}
