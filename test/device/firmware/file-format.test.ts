import { crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { buildElf } from './built-elf.ts';
import { buildUf2 } from './built-uf2.ts';
import { END, formatHexRecord, formatSRecord } from './record-writers.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const HEX = `${formatHexRecord(0, 16, [1, 2, 3, 4])}\n${END}\n`;
const S_RECORD = `${formatSRecord(1, 16, [1, 2, 3, 4])}\n${formatSRecord(9, 0)}\n`;
const ELF = buildElf({ sections: [{ address: 16, bytes: [1, 2, 3, 4] }] });
const UF2 = buildUf2([{ address: 16, bytes: [1, 2, 3, 4], number: 0, count: 1 }]);
const RAW = new Uint8Array([0, 0, 2, 0x20, 1, 0, 0, 8, 0xff, 3]);
const IDS = { vendorId: 0x0483, productId: 0xdf11, bcdDevice: 0xffff };

describe('what a file is', () => {
  it.each([
    ['intel-hex', text(HEX)],
    ['intel-hex', text(`# built by hand\r\n; second line\r\n${HEX}`)],
    ['intel-hex', text(`\uFEFF${HEX}`)],
    ['intel-hex', new Uint8Array(Buffer.from(`\uFEFF${HEX}`, 'utf16le'))],
    ['s-record', text(S_RECORD)],
    ['s-record', text(S_RECORD.toLowerCase())],
    ['elf', ELF],
    ['uf2', UF2],
  ])('follows from its content, whatever its name is: %s', (format, file) => {
    const segment = { address: 16, bytes: new Uint8Array([1, 2, 3, 4]) };
    for (const fileName of [undefined, 'app', 'app.bin']) {
      const image = readFirmwareImage(file, { fileName });
      expect([image.format, image.targets[0]!.segments]).toEqual([format, [segment]]);
      const isTold = image.notes.some(({ code }) => code === 'firmware/other-name');
      expect(isTold).toBe(fileName === 'app.bin');
    }
  });

  it.each([
    ['gzip data', new Uint8Array(gzipSync(RAW))],
    ['a zip archive', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0])],
    ['an HTML page', text('<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n')],
    ['JSON text', text('{"message": "Not Found"}')],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n')],
    ['base64 text', text(`${Buffer.from(RAW).toString('base64').repeat(5).replaceAll('=', '')}\n`)],
    ['bytes written as hex digits', text('00 00 02 20 01 00 00 08 ff 03\n'.repeat(4))],
    ['XML text', text('<?xml version="1.0"?><firmware/>')],
    ['PEM text', text('-----BEGIN CERTIFICATE-----\nMIIB\n')],
    ['a hex dump', text('00000000: 0000 0220 0100 0008  ... ....\n')],
    ['a C source text', text('unsigned char app_bin[] = { 0x00, 0x00 };\n')],
    ['TI-TXT text', text('@8000\n00 00 02 20 01 00 00 08\nq\n')],
    ['a text', text('Prüfung: die Datei kommt später.\n')],
    ['a text in UTF-16', new Uint8Array(Buffer.from('The file comes later.\n', 'utf16le'))],
    ['nothing but zeros', new Uint8Array(512)],
    ['nothing but 0xFF', new Uint8Array(512).fill(0xff)],
    ['nothing but 0x00 and 0xFF', new Uint8Array(512).fill(0xff, 100)],
  ])('is never raw binary when it seems to be %s', (what, file) => {
    const error = thrownBy(file, 'app.bin');
    expect([error.code, error.message]).toEqual(['firmware/not-an-image', expect.stringContaining(what)]);
    expect(error.hint).toContain('format: raw');
    const suffixed = thrownBy(encodeDfuSuffix(file, { ...IDS, bcdDfu: 0x0100 }), 'app.dfu');
    expect([suffixed.code, suffixed.message]).toEqual([error.code, error.message]);
  });

  it.each([
    ['app.hex', 'says an Intel HEX file'],
    ['app.S19', 'says an S-record file'],
    ['app.elf', 'says an ELF file'],
    ['app.uf2', 'says a UF2 file'],
    ['app.dfu', 'says a file with DFU suffix'],
    ['app.bin.gz', 'is not that of one'],
    ['notes.txt', 'is not that of one'],
  ])('is not raw binary when it is named %s', (fileName, message) => {
    expect(thrownBy(RAW, fileName).message).toContain(message);
    expect(readFirmwareImage(RAW, { fileName: 'firmware@2.3.1' }).format).toBe('binary');
  });

  it('is what the recipe says with format: raw, byte for byte, and that is told with what it looks like', () => {
    const image = readFirmwareImage(text(HEX), { fileName: 'app.hex', format: 'raw' });
    expect(image).toMatchObject({ format: 'binary', targets: [{ segments: [{ address: null, bytes: text(HEX) }] }] });
    expect(image.notes).toEqual([
      { code: 'firmware/read-as-raw', message: expect.stringContaining('it looks like an Intel HEX file') },
    ]);
  });

  it('is told by inspect in the words of the reader', () => {
    const described = describeFirmwareImage(text('{"message": "Not Found"}'), { fileName: 'app.bin' });
    expect(described.problems.map(({ message }) => message)).toEqual([
      thrownBy(text('{"message": "Not Found"}'), 'app.bin').message,
    ]);
  });

  it('stays raw for program bytes, also for few and for random ones', () => {
    expect(readFirmwareImage(RAW).format).toBe('binary');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 600 }), (tail) => {
        expect(readFirmwareImage(new Uint8Array([...RAW, ...tail])).format).toBe('binary');
      }),
    );
  });
});

describe('a DFU file', () => {
  it.each([
    ['an Intel HEX file', text(HEX)],
    ['an ELF file', ELF],
    ['a UF2 file', UF2],
    ['a file with DFU suffix', encodeDfuSuffix(RAW, { ...IDS, bcdDfu: 0x0100 })],
    ['a DfuSe file', encodeDfuseFile([{ alternate: 0, name: null, elements: [{ address: 16, bytes: RAW }] }], IDS)],
  ])('with %s inside is refused, as DfuSe and as plain DFU file', (what, inside) => {
    const elements = [inside, RAW].map((bytes, at) => ({ address: at * 4096, bytes }));
    const packed = thrownBy(encodeDfuseFile([{ alternate: 0, name: null, elements }], IDS));
    expect([packed.code, packed.message]).toEqual(['firmware/nested', expect.stringContaining(`holds ${what} whole`)]);
    const suffixed = thrownBy(appendSuffix(inside));
    expect([suffixed.code, suffixed.message]).toEqual([
      what === 'a DfuSe file' ? 'firmware/format' : 'firmware/not-an-image',
      expect.stringContaining(what === 'a DfuSe file' ? 'bytes too many' : `holds ${what} whole`),
    ]);
  });

  it('whose suffix says DfuSe holds a DfuSe file, and the other way round it is told', () => {
    const error = thrownBy(encodeDfuSuffix(RAW, { ...IDS, bcdDfu: 0x011a }));
    expect([error.code, error.message]).toEqual([
      'firmware/format',
      expect.stringContaining('does not begin with "DfuSe"'),
    ]);
    const file = encodeDfuseFile([{ alternate: 0, name: null, elements: [{ address: 16, bytes: RAW }] }], IDS);
    const plain = encodeDfuSuffix(file.subarray(0, -16), { ...IDS, bcdDfu: 0x0100 });
    expect(readFirmwareImage(plain).notes.map(({ code }) => code)).toEqual(['firmware/suffix-version']);
  });

  it('whose prefix counts the suffix, as elf2dfuse writes it, is read, and that is told', () => {
    const file = encodeDfuseFile([{ alternate: 0, name: null, elements: [{ address: 16, bytes: RAW }] }], IDS);
    const body = Buffer.from(file.subarray(0, -16));
    body.writeUInt32LE(file.length, 6);
    const image = readFirmwareImage(encodeDfuSuffix(new Uint8Array(body), { ...IDS, bcdDfu: 0x011a }));
    expect(image.targets[0]!.segments).toEqual([{ address: 16, bytes: RAW }]);
    expect(image.notes.map(({ code }) => code)).toEqual(['firmware/size-counts-suffix']);
  });
});

/** A second suffix too, which `encodeDfuSuffix` does not write. */
function appendSuffix(file: Uint8Array): Uint8Array {
  const padded = encodeDfuSuffix(new Uint8Array([...file, 0]), { ...IDS, bcdDfu: 0x0100 });
  const suffixed = Buffer.concat([file, padded.subarray(-16)]);
  suffixed.writeUInt32LE((crc32(suffixed.subarray(0, -4)) ^ 0xffff_ffff) >>> 0, suffixed.length - 4);
  return new Uint8Array(suffixed);
}

function thrownBy(file: Uint8Array, fileName?: string): FirmwareError {
  try {
    readFirmwareImage(file, { fileName });
  } catch (error) {
    if (error instanceof FirmwareError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
