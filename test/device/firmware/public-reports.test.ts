import { describe, expect, it } from 'vitest';
import { encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { buildElf } from './built-elf.ts';

const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
const count = (from: number, length: number): number[] => Array.from({ length }, (_, at) => from + at);

/** `alternate address size` of every piece. */
function listPieces(file: Uint8Array, fileName: string): readonly string[] {
  return placeFirmwareImage(readFirmwareImage(file, { fileName }), {}).flatMap(({ alternate, segments }) =>
    segments.map(({ address, bytes }) => `${alternate ?? '-'} ${address.toString(16)} ${bytes.length}`),
  );
}

describe('files from public reports about other tools', () => {
  it('a HEX with a gap between its parts is two pieces, and nothing is between them (fwupd#2696)', () => {
    const file = text(
      ':02000004080BE7',
      ':10FFF000000102030405060708090A0B0C0D0E0F89',
      ':02000004080EE4',
      ':10000000000102030405060708090A0B0C0D0E0F78',
      ':00000001FF',
    );
    expect(listPieces(file, 'two-pieces.hex')).toEqual(['- 80bfff0 16', '- 80e0000 16']);
  });

  it('an ELF behind a bootloader gives its program alone, although its segment holds the ELF header (probe-rs#426)', () => {
    const file = buildElf({
      sections: [{ address: 0x08005000, bytes: count(0, 256) }],
      segments: [{ sections: [0], physicalAddress: 0x08005000, withHeaders: true }],
      dataOffset: 0x5000,
    });
    expect(listPieces(file, 'app.elf')).toEqual(['- 8005000 256']);
  });

  it('a HEX with byte order mark and an S-record are read as what they are (stm8flash#50)', () => {
    const hex = text(
      '\uFEFF:020000040800F2',
      ':10000000000102030405060708090A0B0C0D0E0F78',
      ':10001000000102030405060708090A0B0C0D0E0F68',
      ':00000001FF',
    );
    const sRecord = text('S0060000617070B8', 'S31508000000000102030405060708090A0B0C0D0E0F6A', 'S70508000000F2');
    expect(listPieces(hex, 'app.hex')).toEqual(['- 8000000 32']);
    expect(listPieces(sRecord, 'app.hex')).toEqual(['- 8000000 16']);
  });

  it('a record over 64 KiB runs on behind a linear base and wraps behind a segment base (DAPLink#936)', () => {
    const data = ':20FFF000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F01';
    expect(listPieces(text(':020000040800F2', data, ':00000001FF'), 'linear.hex')).toEqual(['- 800fff0 32']);
    expect(listPieces(text(':020000021000EC', data, ':00000001FF'), 'segment.hex')).toEqual([
      '- 10000 16',
      '- 1fff0 16',
    ]);
  });

  it('a DfuSe file with two targets is both, each for its alternate (UM0391)', () => {
    const bytes = new Uint8Array(count(0, 64));
    const file = encodeDfuseFile(
      [
        { alternate: 0, name: 'ST...', elements: [{ address: 0x08000000, bytes }] },
        { alternate: 1, name: 'ST...', elements: [{ address: 0x90000000, bytes }] },
      ],
      { vendorId: 0x0483, productId: 0xdf11, bcdDevice: 0 },
    );
    expect(listPieces(file, 'two-targets.dfu')).toEqual(['0 8000000 64', '1 90000000 64']);
  });
});
