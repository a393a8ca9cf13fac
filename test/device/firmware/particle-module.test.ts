import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import {
  computeModuleSizeBytes,
  decodeModule,
  decodeModuleHeader,
  formatModuleTitle,
  isModuleIntact,
} from '../../../src/device/firmware/particle/particle-module.ts';
import { builtModule } from './built-module.ts';

// The first 24 header bytes of published images (photon-dfu.md B3), and what they say.
const PUBLISHED = [
  ['00000008103b00080000ee03060002000000000000000000', 0x08000000, 15124, 'bootloader v1006 for platform 6', []],
  ['0000020854af05080000fe08060004010402cf0000000000', 0x08020000, 241496, 'system part 1 v2302 for platform 6', ['system-part 2 207']],
  ['0000060874fb09080000fe0806000402' + '0401fe080200eb03', 0x08060000, 260984, 'system part 2 v2302 for platform 6', ['system-part 1 2302', 'bootloader 0 1003']],
  ['00000a08c8140a080000030006000501' + '0402060000000000', 0x080a0000, 5324, 'user part 1 v3 for platform 6', ['system-part 2 6']],
  ['0000020848d405080000110006000401' + '0000000000000000', 0x08020000, 250956, 'system part 1 v17 for platform 6', []],
  ['0000060860dc08080000110006000402' + '0401110000000000', 0x08060000, 187492, 'system part 2 v17 for platform 6', ['system-part 1 17']],
] as const; // biome-ignore format: one table

describe('a Particle module header', () => {
  for (const [hex, start, sizeBytes, title, needs] of PUBLISHED) {
    it(`reads the published bytes of ${title} (${sizeBytes} B)`, () => {
      const offset = title.startsWith('user') ? 0 : 0x184;
      const image = new Uint8Array(offset + 24);
      if (offset > 0) image.set([0, 0, 2, 0x20]);
      image.set(parseHex(hex), offset);
      const header = decodeModuleHeader(image)!;
      expect(header.startAddress).toBe(start);
      expect(computeModuleSizeBytes(header)).toBe(sizeBytes);
      expect(formatModuleTitle(header)).toBe(title);
      expect(header.dependencies.map((one) => `${one.function} ${one.index} ${one.version}`)).toEqual(needs);
    });
  }

  it('is looked for where the device looks: behind the vectors only when the first word is a stack pointer', () => {
    const withVectors = builtModule();
    expect(decodeModuleHeader(withVectors)?.offset).toBe(0x184);
    withVectors[3] = 0x08;
    expect(decodeModuleHeader(withVectors)).toBeUndefined();
    expect(decodeModuleHeader(builtModule({ vectors: false, start: 0x080a0000 }))?.offset).toBe(0);
  });

  it('is not seen in bytes that make no sense as one', () => {
    expect(decodeModuleHeader(new Uint8Array(0))).toBeUndefined();
    expect(decodeModuleHeader(new Uint8Array(4096))).toBeUndefined();
    expect(decodeModuleHeader(new Uint8Array(4096).fill(0xff))).toBeUndefined();
    expect(decodeModuleHeader(builtModule({ function: 10 }))).toBeUndefined();
    expect(decodeModuleHeader(builtModule({ platform: 300 }))).toBeUndefined();
  });
});

describe('a Particle module', () => {
  it('has its CRC, its SHA-256 and its product fields read from the end', () => {
    const module = decodeModule(builtModule({ version: 207 }))!;
    expect(isModuleIntact(module)).toBe(true);
    expect(module.storedSha256).toBe(module.computedSha256);
    expect([module.productId, module.productVersion]).toEqual([0, 0]);
  });

  it('has no product fields when its suffix is the short one of old user parts', () => {
    const module = decodeModule(builtModule({ suffix: 'short', vectors: false }))!;
    expect(isModuleIntact(module)).toBe(true);
    expect(module.storedSha256).toBe(module.computedSha256);
    expect(module.productId).toBeNull();
  });

  it('is found in a longer read-back, which ends in other bytes', () => {
    const file = builtModule({ start: 0x08000000, function: 2, index: 0 });
    const dump = new Uint8Array(16384).fill(0xff);
    dump.set(file);
    expect(isModuleIntact(decodeModule(dump)!)).toBe(true);
    expect(decodeModule(dump)!.sizeBytes).toBe(file.length);
  });

  it('is undefined when the bytes end before it does', () => {
    const file = builtModule();
    expect(decodeModule(file.subarray(0, -1))).toBeUndefined();
  });

  it('is not intact after any one byte of it changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 400 }), (at, change, body) => {
        const file = builtModule({ body });
        const damaged = 0x184 + 24 + (at % (file.length - 0x184 - 24));
        file[damaged]! ^= change;
        expect(isModuleIntact(decodeModule(file)!)).toBe(false);
      }),
    );
  });

  it('never makes the decoder throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.boolean(), (bytes, asImage) => {
        if (asImage) bytes.set([0, 0, 2, 0x20].slice(0, bytes.length));
        const header = decodeModuleHeader(bytes);
        const module = decodeModule(bytes);
        expect(module === undefined || header !== undefined).toBe(true);
      }),
    );
  });
});
