// Reads files out of a tar archive that is held in memory, as npm packages are.
import { StationError } from '../../../base/station-error.ts';

// Header block of 512 B (POSIX ustar): 0 name 100 | 124 size, octal 12 | 148 checksum, octal 8 | 156 type | 345 prefix 155
const BLOCK_BYTES = 512;
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const CHECKSUM = [148, 156] as const;
const TYPE_AT = 156;
const PREFIX = [345, 500] as const;
const FILE_TYPES = new Set(['0', '\0']);
/** A header that gives the next file a longer name, as `length path=NAME` lines. */
const EXTENDED_HEADER = 'x';

/** The named files, by path; those that the archive does not hold are left out. Throws StationError `firmware/archive`. */
export function readTarFiles(archive: Uint8Array, wanted: ReadonlySet<string>): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK_BYTES <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return files;
    if (!isChecksumRight(header)) throw createDamagedArchiveError(`the header at ${at} has a wrong checksum`);
    const sizeBytes = readOctal(header, SIZE);
    const end = at + BLOCK_BYTES + sizeBytes;
    if (Number.isNaN(sizeBytes) || end > archive.length)
      throw createDamagedArchiveError(`it ends inside the file at ${at}`);
    const content = archive.subarray(at + BLOCK_BYTES, end);
    const type = String.fromCharCode(header[TYPE_AT]!);
    const name = longName ?? readEntryName(header);
    longName = type === EXTENDED_HEADER ? parsePaxPath(content) : undefined;
    if (FILE_TYPES.has(type) && wanted.has(name)) files.set(name, content);
    at += BLOCK_BYTES * (1 + Math.ceil(sizeBytes / BLOCK_BYTES));
  }
  throw createDamagedArchiveError('it has no end');
}

function readEntryName(header: Uint8Array): string {
  const prefix = readHeaderText(header, PREFIX);
  const name = readHeaderText(header, NAME);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function parsePaxPath(extendedHeader: Uint8Array): string | undefined {
  return /^\d+ path=(.+)$/m.exec(new TextDecoder().decode(extendedHeader))?.[1];
}

/** The sum of all header bytes, those of the checksum itself counted as blanks. */
function isChecksumRight(header: Uint8Array): boolean {
  const [from, to] = CHECKSUM;
  const sum = header.reduce((total, byte, at) => total + (at >= from && at < to ? 0x20 : byte), 0);
  return sum === readOctal(header, CHECKSUM);
}

/** Writers end the digits with NUL, blank or both; anything else behind them is damage. */
function readOctal(header: Uint8Array, [from, to]: readonly [number, number]): number {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(new TextDecoder('latin1').decode(header.subarray(from, to)))?.[1];
  return digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
}

function readHeaderText(header: Uint8Array, [from, to]: readonly [number, number]): string {
  const field = header.subarray(from, to);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function createDamagedArchiveError(what: string): StationError {
  return new StationError({
    code: 'firmware/archive',
    message: `the package’s archive is damaged: ${what}`,
    hint: 'fetch again; if that does not help, clear the npm cache (`npm cache verify`)',
  });
}
