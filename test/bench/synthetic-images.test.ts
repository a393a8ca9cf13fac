// Synthetic images: their headers are those of the published files, byte for byte, and their sums are right.
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { computeCrc32, computeSha256Hex } from '../../src/base/digest.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';

/** The 24 header bytes of the published files. */
const PUBLISHED = {
  '2.3.1': {
    bootloader: '00000008103b00080000ee030600020000000000' + '00000000',
    systemPart1: '0000020854af05080000fe08060004010402cf0000000000',
    systemPart2: '0000060874fb09080000fe08060004020401fe080200eb03',
    userPart: '00000a08c8140a0800000300060005010402060000000000',
  },
  '0.5.2': {
    systemPart1: '0000020848d4050800001100060004010000000000000000',
    systemPart2: '0000060860dc080800001100060004020401110000000000',
  },
} as const;

describe('a synthetic release', () => {
  it.each([
    ['2.3.1', 'bootloader', 0x184, 15_124],
    ['2.3.1', 'systemPart1', 0x184, 241_496],
    ['2.3.1', 'systemPart2', 0x184, 260_984],
    ['2.3.1', 'userPart', 0, 5_324],
    ['0.5.2', 'systemPart1', 0x184, 250_956],
    ['0.5.2', 'systemPart2', 0x184, 187_492],
  ] as const)('%s has the header and the size of the published %s', (release, part, headerAt, sizeBytes) => {
    const { bytes } = buildSyntheticRelease(release)[part];
    const published = (PUBLISHED[release] as Record<string, string>)[part]!;
    expect(toHex(bytes.subarray(headerAt, headerAt + 24))).toBe(published);
    expect(bytes.length).toBe(sizeBytes);
  });

  it('ends with the digest and the checksum of what comes before them', () => {
    const { bytes } = buildSyntheticRelease('2.3.1').systemPart1;
    const file = Buffer.from(bytes);
    expect(file.readUInt32BE(file.length - 4)).toBe(computeCrc32(file.subarray(0, -4)));
    expect(file.readUInt16LE(file.length - 6)).toBe(40);
    expect(toHex(file.subarray(-38, -6))).toBe(computeSha256Hex(file.subarray(0, -38)));
  });

  it('is the same every time, and another for another platform', () => {
    const [once, again, p1] = [
      buildSyntheticRelease('1.4.4'),
      buildSyntheticRelease('1.4.4'),
      buildSyntheticRelease('1.4.4', 8),
    ];
    expect(computeSha256Hex(once.systemPart2.bytes)).toBe(computeSha256Hex(again.systemPart2.bytes));
    expect(computeSha256Hex(p1.systemPart2.bytes)).not.toBe(computeSha256Hex(once.systemPart2.bytes));
  });

  it('names the releases it knows when asked for another', () => {
    expect(() => buildSyntheticRelease('9.9.9')).toThrow(/no release 9\.9\.9; known: 0\.4\.0, .*2\.3\.1/);
  });
});
