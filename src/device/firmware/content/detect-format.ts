// What a file is, by its content and its name together.
import { createFirmwareError, type FirmwareNote } from '../firmware-error.ts';
import type { ImageFormat } from '../firmware-image.ts';
import { hasDfuSuffix } from '../formats/dfu-suffix.ts';
import { isDfuseFile } from '../formats/dfuse-file.ts';
import { isElf } from '../formats/elf-file.ts';
import { decodeRecordText } from '../formats/record-text.ts';
import { isUf2 } from '../formats/uf2-file.ts';
import { describeForeignContent } from './foreign-content.ts';
import { isMostlyText } from './plain-text.ts';

/** How people call each format. */
export const formatTitles: Readonly<Record<ImageFormat, string>> = {
  binary: 'raw binary',
  dfu: 'binary with DFU suffix',
  dfuse: 'DfuSe file',
  'intel-hex': 'Intel HEX',
  's-record': 'S-record',
  uf2: 'UF2',
  elf: 'ELF',
};

/** The same, in the middle of a sentence. */
export const fileTitles: Readonly<Record<ImageFormat, string>> = {
  binary: 'a raw binary',
  dfu: 'a file with DFU suffix',
  dfuse: 'a DfuSe file',
  'intel-hex': 'an Intel HEX file',
  's-record': 'an S-record file',
  uf2: 'a UF2 file',
  elf: 'an ELF file',
};

/** What a file of that name is expected to be; a name that is not here says nothing. */
const NAME_ENDINGS: readonly { readonly endings: readonly string[]; readonly formats: readonly ImageFormat[] }[] = [
  { endings: ['hex', 'ihex', 'ihx', 'mcs', 'h86'], formats: ['intel-hex'] },
  { endings: ['s19', 's28', 's37', 'srec', 'mot', 'mxt', 'sx'], formats: ['s-record'] },
  { endings: ['elf', 'axf'], formats: ['elf'] },
  { endings: ['uf2'], formats: ['uf2'] },
  { endings: ['dfu'], formats: ['dfu', 'dfuse'] },
  { endings: ['bin', 'img', 'raw'], formats: ['binary', 'dfu'] },
];

/** Names of what is never flashed as it is, whatever its bytes are. */
const FOREIGN_ENDINGS =
  /\.(?:zip|gz|tgz|7z|rar|xz|bz2|zst|tar|json|html?|xml|ya?ml|md|txt|csv|log|map|lst|c|h|o|a|pdf|png|jpe?g)$/i;

/** As much of a text as its records are looked for in. */
const PROBE_BYTES = 64 * 1024;
const HEX_LINE = /^[ \t]*:[0-9a-f]{8,}/im;
const S_RECORD_LINE = /^[ \t]*s[0-9][0-9a-f]{6,}/im;

/** The format, by the mark that each has; `binary` is what has none. */
export function detectImageFormat(file: Uint8Array): ImageFormat {
  if (isDfuseFile(file)) return 'dfuse';
  if (hasDfuSuffix(file)) return 'dfu';
  if (isElf(file)) return 'elf';
  if (isUf2(file)) return 'uf2';
  return detectRecords(file) ?? 'binary';
}

/**
 * Refuses a raw image that seems to be something else, by its bytes or by its name. Throws FirmwareError
 * `firmware/not-an-image` with what it seems to be.
 */
export function checkRawContent(bytes: Uint8Array, fileName: string | undefined): void {
  const inside = detectImageFormat(bytes);
  if (inside !== 'binary') throw createForeignError(`it holds ${fileTitles[inside]} whole`);
  const foreign = describeForeignContent(bytes);
  if (foreign !== null) throw createForeignError(`it is ${foreign}`);
  const expected = findFormatsOfName(fileName);
  if (expected && !expected.includes('binary')) {
    throw createForeignError(`its name ${fileName} says ${fileTitles[expected[0]!]}, and it is none`);
  }
  if (fileName !== undefined && FOREIGN_ENDINGS.test(fileName)) {
    throw createForeignError(`its name ${fileName} is not that of one`);
  }
}

/** A note where name and content say two things and the content is believed. */
export function compareNameWithFormat(format: ImageFormat, fileName: string | undefined): readonly FirmwareNote[] {
  const expected = findFormatsOfName(fileName);
  if (!expected || expected.includes(format)) return [];
  const message = `the file is named ${fileName} and is ${fileTitles[format]}; it is read as what it is`;
  return [{ code: 'firmware/other-name', message }];
}

/** What the bytes look like, for a file that is read as raw because somebody says so; null for a raw image. */
export function describeDisguise(file: Uint8Array): string | null {
  const format = detectImageFormat(file);
  return format === 'binary' ? describeForeignContent(file) : fileTitles[format];
}

/** Text in which a line looks like a record, even when another line does not: the reader says which. */
function detectRecords(file: Uint8Array): ImageFormat | null {
  const { bytes } = decodeRecordText(file);
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, PROBE_BYTES));
  const isText = isMostlyText(file);
  if (isText ? HEX_LINE.test(text) : /^\s*:[0-9a-f]{10}/i.test(text)) return 'intel-hex';
  return (isText ? S_RECORD_LINE.test(text) : /^\s*s[0-9][0-9a-f]{8}/i.test(text)) ? 's-record' : null;
}

function findFormatsOfName(fileName: string | undefined): readonly ImageFormat[] | undefined {
  const ending = /\.([^./\\]+)$/.exec(fileName ?? '')?.[1]?.toLowerCase();
  return ending === undefined ? undefined : NAME_ENDINGS.find(({ endings }) => endings.includes(ending))?.formats;
}

function createForeignError(what: string): Error {
  return createFirmwareError({
    code: 'firmware/not-an-image',
    message: `the file is not a firmware image: ${what}`,
    hint: 'Name the image that the build made; where these very bytes are meant, say `format: raw`.',
  });
}
