// `flashline firmware` as it is typed: what it prints, what it writes, and how it ends.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { runProgram } from '../../src/cli/program.ts';
import { programVerbs } from '../../src/cli/verb-list.ts';
import { encodeDfuseFile } from '../../src/device/firmware/formats/dfuse-file.ts';
import { buildElf } from '../device/firmware/built-elf.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-cli-firmware-'));
  file = join(folder, 'image.bin');
  writeFileSync(file, 'flashline\x00\x01\x02');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('flashline firmware inspect', () => {
  it('says what a module is, where it goes and what it needs', async () => {
    writeFileSync(file, buildSyntheticRelease('2.3.1').systemPart2.bytes);
    const { code, out } = await typed('inspect', file);
    expect(code).toBe(0);
    expect(out).toContain('writes      0x08060000 to 0x0809fb77, 260984 bytes');
    expect(out).toContain('module      system part 2 v2302 for platform 6, Device OS 2.3.1');
    expect(out).toContain('needs       system part 1 v2302, bootloader v1003');
    expect(out).toMatch(/CRC-32 {6}0x[0-9a-f]{8}, right/);
  });

  it('ends with 2 and names each problem of a file that is cut', async () => {
    writeFileSync(file, buildSyntheticRelease('2.3.1').systemPart1.bytes.subarray(0, 5000));
    const { code, out } = await typed('inspect', file);
    expect(code).toBe(2);
    expect(out).toContain('PROBLEM     system part 1 v2302 for platform 6 says 241496 bytes, only 5000 are there');
    const json = await typed('inspect', file, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ format: 'binary', problems: [{ code: 'firmware/truncated' }] });
  });

  it('takes an address for a file that has none, and refuses what is no address', async () => {
    expect((await typed('inspect', file)).code).toBe(2);
    expect((await typed('inspect', file, '--address', '0x080A0000')).out).toContain('0x080a0000 to 0x080a000b');
    expect(await typed('inspect', file, '--address', 'there')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no number'),
    });
  });

  it('names what is no image, and takes its very bytes when they are asked for', async () => {
    writeFileSync(file, '<!DOCTYPE html>\n<title>404</title>\n');
    const refused = await typed('inspect', file, '--address', '0x08000000');
    expect([refused.code, refused.out]).toEqual([2, expect.stringContaining('it is an HTML page')]);
    expect(refused.out).toContain('format      not known');
    expect(refused.out).not.toContain('writes');
    const raw = await typed('inspect', file, '--address', '0x08000000', '--format', 'raw');
    expect([raw.code, raw.out]).toEqual([0, expect.stringContaining('writes      0x08000000 to 0x08000022, 35 bytes')]);
    expect(raw.out).toContain('note        the file is read as raw binary because the recipe says so');
    expect((await typed('inspect', file, '--format', 'hex')).code).toBe(2);
  });

  it('tells line and column of what is wrong with a text, to people and to programs', async () => {
    const hex = join(folder, 'app.hex');
    writeFileSync(hex, ':0100000001FE\n:0100010002FB\n:00000001FF\n');
    expect((await typed('inspect', hex)).out).toContain('line 2, column 12: the checksum is 0xFB');
    const { problems } = JSON.parse((await typed('inspect', hex, '--json')).out);
    expect(problems).toMatchObject([{ code: 'firmware/checksum', place: { line: 2, column: 12 } }]);
  });

  it('judges a suffix by the device that is said, and refuses what is no device', async () => {
    const ids = ['--vendor', '2b04', '--product', 'd008'];
    await typed('suffix', 'add', file, ...ids);
    const words = ['inspect', file, '--address', '0x080A0000', '--usb'];
    expect((await typed(...words, '2b04:d008')).code).toBe(0);
    const { code, out } = await typed(...words, '2b04:d006');
    expect([code, out]).toEqual([2, expect.stringContaining('it is for 2b04:d008, the unit is 2b04:d006')]);
    expect((await typed(...words, 'photon')).err).toContain('"photon" is no USB id');
  });

  it('reads an ELF file for the processor that is said', async () => {
    writeFileSync(file, buildElf({ sections: [{ address: 0x08000000, bytes: [1, 2] }], machine: 243 }));
    expect((await typed('inspect', file)).out).toContain('it is for RISC-V (machine 243), not for ARM');
    expect(await typed('inspect', file, '--cpu', 'gd32vf103')).toMatchObject({ code: 0 });
    expect((await typed('inspect', file, '--cpu', 'z80')).err).toContain('no processor that is known');
  });

  it('ends with 2 and a hint for a file that is not there', async () => {
    const { code, err } = await typed('inspect', join(folder, 'imag.bin'));
    expect(code).toBe(2);
    expect(err).toContain(`did you mean ${file}`);
  });
});

describe('flashline firmware suffix', () => {
  it('adds what dfu-suffix adds, checks it, and takes it off again', async () => {
    const before = readFileSync(file);
    expect((await typed('suffix', 'add', file, '--vendor', '2b04', '--product', 'd006', '--device', '0250')).code).toBe(
      0,
    );
    expect(toHex(readFileSync(file))).toBe('666c6173686c696e65000102500206d0042b000155464410da62c997');
    expect((await typed('suffix', 'check', file)).out).toContain('device 2b04:d006, version 0250, DFU 0100, CRC right');
    expect((await typed('suffix', 'add', file)).code).toBe(2);
    await typed('suffix', 'remove', file);
    expect(readFileSync(file)).toEqual(before);
    expect((await typed('suffix', 'check', file)).code).toBe(2);
  });

  it('says DfuSe in the suffix of a DfuSe file', async () => {
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const whole = encodeDfuseFile([{ alternate: 0, name: null, elements: [{ address: 0x08000000, bytes }] }], {
      vendorId: 0x0483,
      productId: 0xdf11,
      bcdDevice: 0xffff,
    });
    writeFileSync(file, whole.subarray(0, -16));
    await typed('suffix', 'add', file, '--vendor', '0483', '--product', 'df11');
    expect((await typed('suffix', 'check', file)).out).toContain('device 0483:df11, version ffff, DFU 011a, CRC right');
    expect(readFileSync(file)).toEqual(Buffer.from(whole));
  });

  it('leaves the file alone when another is named for the result', async () => {
    const output = join(folder, 'image.dfu');
    await typed('suffix', 'add', file, '--output', output);
    expect(toHex(readFileSync(output))).toBe('666c6173686c696e65000102ffffffffffff000155464410b3a66093');
    expect(readFileSync(file)).toHaveLength(12);
    expect(readdirSync(folder).sort()).toEqual(['image.bin', 'image.dfu']);
  });
});

describe('flashline firmware fetch', () => {
  it('lists what can be fetched, and refuses what cannot', async () => {
    expect((await typed('fetch')).out).toContain('photon-2.3.1');
    const { code, err } = await typed('fetch', 'photon-9.9.9', '--store', folder);
    expect(code).toBe(2);
    expect(err).toContain('photon-0.5.2');
  });
});

async function typed(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    writeOut: (text: string) => void out.push(text),
    writeErr: (text: string) => void err.push(text),
    ...{ isInteractive: false, columns: 100, rows: 30, environment: {} },
  };
  const code = await runProgram(['firmware', ...args], terminal, programVerbs);
  return { code, out: out.join(''), err: err.join('') };
}
