// What a file seems to be that is no firmware image: archives, pictures, programs of a computer, texts, blank bytes.
import { decodeRecordText } from '../formats/record-text.ts';
import { isMostlyText } from './plain-text.ts';

// Each signature with its offset; none of them can be the stack pointer that begins a Cortex-M image.
const SIGNATURES: readonly { readonly name: string; readonly offset: number; readonly bytes: readonly number[] }[] = [
  { name: 'gzip data', offset: 0, bytes: [0x1f, 0x8b] },
  { name: 'a zip archive', offset: 0, bytes: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'an empty zip archive', offset: 0, bytes: [0x50, 0x4b, 0x05, 0x06] },
  { name: 'a zip archive', offset: 0, bytes: [0x50, 0x4b, 0x07, 0x08] },
  { name: 'a 7-Zip archive', offset: 0, bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { name: 'a RAR archive', offset: 0, bytes: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { name: 'xz data', offset: 0, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2 data', offset: 0, bytes: [0x42, 0x5a, 0x68] },
  { name: 'Zstandard data', offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'LZ4 data', offset: 0, bytes: [0x04, 0x22, 0x4d, 0x18] },
  { name: 'a cabinet archive', offset: 0, bytes: [0x4d, 0x53, 0x43, 0x46, 0, 0, 0, 0] },
  { name: 'a tar archive', offset: 257, bytes: [0x75, 0x73, 0x74, 0x61, 0x72] },
  { name: 'a library of object files', offset: 0, bytes: [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e, 0x0a] },
  { name: 'a Windows program', offset: 0, bytes: [0x4d, 0x5a, 0x90, 0x00] },
  { name: 'a macOS program', offset: 0, bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { name: 'a macOS program', offset: 0, bytes: [0xca, 0xfe, 0xba, 0xbe] },
  { name: 'a PDF document', offset: 0, bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { name: 'a PNG picture', offset: 0, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { name: 'a JPEG picture', offset: 0, bytes: [0xff, 0xd8, 0xff] },
  { name: 'a GIF picture', offset: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { name: 'an SQLite database', offset: 0, bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66] },
];

// In this order: the first that fits is what the text is called.
const TEXT_KINDS: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'a Git LFS pointer, not the file itself', pattern: /^version https:\/\/git-lfs\./ },
  { name: 'an HTML page, as a failed download leaves it', pattern: /^<(?:!doctype html|html|head|body)\b/i },
  { name: 'an answer of a web server', pattern: /^HTTP\/\d/ },
  { name: 'XML text', pattern: /^<(?:\?xml|[a-z])/i },
  { name: 'JSON text', pattern: /^(?:\{\s*(?:"|\})|\[\s*(?:["{[\]\d-]|true|false|null))/ },
  { name: 'PEM text (a key or a certificate)', pattern: /^-----BEGIN / },
  { name: 'TI-TXT text', pattern: /^@[0-9a-f]{4,8}\s+(?:[0-9a-f]{2}\s+)+/i },
  { name: 'a Tektronix hex file', pattern: /^[%/][0-9a-f]{8,}\s/i },
  { name: 'a hex dump', pattern: /^[0-9a-f]{6,16}:?\s+(?:[0-9a-f]{2}){1,2}\s/i },
  {
    name: 'a C source text',
    pattern: /^(?:\/\*|\/\/|#\s*(?:include|define|ifndef|pragma)|(?:static |const )*unsigned char )/,
  },
  { name: 'bytes written as hex digits', pattern: /^(?:[0-9a-f]{2}[\s,]*)+$/i },
  { name: 'base64 text', pattern: /^(?:[A-Za-z0-9+/_-]{4}\s*)+(?:[A-Za-z0-9+/_-]{2,3}={0,2})?\s*$/ },
];

/** As much of a text as its kind is told by. */
const MAX_TEXT_BYTES = 64 * 1024;

/** What the bytes seem to be; null for what may well be a raw image. */
export function describeForeignContent(file: Uint8Array): string | null {
  const signature = SIGNATURES.find(({ offset, bytes }) => bytes.every((byte, at) => file[offset + at] === byte));
  if (signature) return signature.name;
  return describeBlankContent(file) ?? (isMostlyText(file) ? describeText(file) : null);
}

function describeBlankContent(file: Uint8Array): string | null {
  const first = file[0];
  if (first !== 0x00 && first !== 0xff) return null;
  if (file.every((byte) => byte === first))
    return first === 0 ? 'nothing but zeros' : 'nothing but 0xFF, as erased flash reads';
  return file.every((byte) => byte === 0x00 || byte === 0xff) ? 'nothing but 0x00 and 0xFF' : null;
}

function describeText(file: Uint8Array): string {
  const { bytes, notes } = decodeRecordText(file);
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_TEXT_BYTES)).trimStart();
  const name = TEXT_KINDS.find(({ pattern }) => pattern.test(text))?.name ?? 'a text';
  return notes.length > 0 ? `${name} in UTF-16` : name;
}
