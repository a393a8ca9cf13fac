// Files that must never be flashed: cut, joined, forged, of another kind, or hiding one in another.
import { gzipSync } from 'node:zlib';
import type { Random } from '../../../src/base/random.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { drawDfuse, drawElf, drawIntelHex, drawSRecord, drawUf2 } from './generate-files.ts';

export interface HostileFile {
  readonly name: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

const ROUNDS = 8;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const IDS = { vendorId: 0x0483, productId: 0xdf11, bcdDevice: 0xffff, bcdDfu: 0x0100 };

/** Some 200, drawn from the seed. */
export function buildHostileFiles(random: Random): readonly HostileFile[] {
  return Array.from({ length: ROUNDS }, (_, round) => buildRound(random.fork(String(round)), round)).flat();
}

function buildRound(random: Random, round: number): readonly HostileFile[] {
  const [hex, sRecord, elf, dfuse, uf2] = [drawIntelHex, drawSRecord, drawElf, drawDfuse, drawUf2].map((draw) =>
    draw(random),
  );
  const raw = Uint8Array.from({ length: 300 }, () => random.drawInteger(256));
  const damage = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.with(at, bytes[at]! ^ (1 + random.drawInteger(255)));
  const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 20);
  const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  const rows: readonly (readonly [string, string, Uint8Array])[] = [
    ['HEX cut off', 'app.hex', cut(hex!)],
    ['HEX with a damaged digit', 'app.hex', damage(hex!, 4)],
    ['two HEX files joined', 'app.hex', join(hex!, text('\n'), hex!)],
    ['HEX behind a line of text', 'app.hex', join(text('firmware of today\n'), hex!)],
    ['HEX with a zero behind it', 'app.hex', join(hex!, new Uint8Array(40))],
    ['S-record cut off', 'app.s19', cut(sRecord!)],
    ['S-record with a damaged digit', 'app.s19', damage(sRecord!, 5)],
    ['two S-record files joined', 'app.s19', join(sRecord!, text('\n'), sRecord!)],
    ['ELF of 64 bit', 'app.elf', elf!.with(4, 2)],
    ['ELF that is big-endian', 'app.elf', elf!.with(5, 2)],
    ['ELF of another machine', 'app.elf', elf!.with(18, 62)],
    ['ELF that is not linked', 'app.elf', elf!.with(16, 1)],
    ['ELF cut off', 'app.elf', cut(elf!)],
    ['ELF with a DFU suffix', 'app.dfu', encodeDfuSuffix(elf!, IDS)],
    ['DfuSe cut off', 'app.dfu', cut(dfuse!)],
    ['DfuSe with one byte changed', 'app.dfu', damage(dfuse!, 12 + random.drawInteger(dfuse!.length - 28))],
    ['DfuSe with bytes behind it', 'app.dfu', join(dfuse!, raw.subarray(0, 16))],
    ['UF2 cut within a block', 'app.uf2', cut(uf2!)],
    ['UF2 without its first block number', 'app.uf2', uf2!.with(20, 0x7f)],
    ['UF2 with a damaged end', 'app.uf2', damage(uf2!, uf2!.length - 1)],
    ['gzip named as a binary', 'app.bin', new Uint8Array(gzipSync(raw))],
    ['a zip archive', 'app.bin', join(text('PK\x03\x04'), raw)],
    ['a page of a web server', 'app.bin', text(`<!DOCTYPE html>\n<p>Error ${500 + round}</p>\n`)],
    ['JSON', 'app.bin', text(`{"error":"not found","code":${400 + round}}`)],
    ['base64', 'app.bin', text(Buffer.from(raw).toString('base64'))],
    ['a Git LFS pointer', 'app.bin', text(`version https://git-lfs.github.com/spec/v1\noid sha256:${round}\nsize 1\n`)],
    ['blank bytes', 'app.bin', new Uint8Array(256 + round).fill(round % 2 === 0 ? 0 : 0xff)],
    ['a binary named as HEX', 'app.hex', join(Uint8Array.of(0, 0, 2, 0x20), raw)],
    ['nothing', 'app.bin', new Uint8Array(0)],
  ];
  return rows.map(([name, fileName, bytes]) => ({ name: `${name} (round ${round})`, fileName, bytes }));
}
