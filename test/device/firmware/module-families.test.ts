import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { type BuiltModule, builtModule } from './built-module.ts';

const SYSTEM_PART = 4;
const USER_PART = 5;
const RADIO_STACK = 8;
const MONOLITHIC = 3;

/** As published images of the family are (particle-cli 3.9.0 and older), with where their header stands. */
const FAMILIES: readonly (readonly [string, number, BuiltModule])[] = [
  [
    'Core',
    0x10c,
    { platform: 0, function: MONOLITHIC, index: 0, start: 0x08005000, vectors: 0x10c, stackPointer: 0x20005000 },
  ],
  ['Photon', 0x184, { platform: 6, function: SYSTEM_PART }],
  ['Electron', 0x184, { platform: 10, function: SYSTEM_PART, start: 0x08040000, stackPointer: 0x20020000 }],
  ['Electron without vectors', 0, { platform: 10, function: SYSTEM_PART, index: 3, start: 0x08060000, vectors: false }],
  ['Gen 3', 0x200, { platform: 13, function: SYSTEM_PART, start: 0x30000, vectors: 0x200, stackPointer: 0x2003f000 }],
  ['Gen 3 user part', 0, { platform: 13, function: USER_PART, start: 0xd4000, vectors: false }],
];

describe('a Particle module', () => {
  it.each(FAMILIES)('of a %s is known by its header at %i and is sound', (_, offset, wanted) => {
    const described = describeFirmwareImage(builtModule(wanted));
    expect(described.problems).toEqual([]);
    expect(described.module).toMatchObject({ offset, platformId: wanted.platform });
    expect(described.segments[0]!.address).toBe(wanted.start ?? 0x08020000);
  });

  it.each(FAMILIES)(
    'of a %s never passes inspect after any byte of it changed, with or without an address',
    (_, offset, wanted) => {
      const file = builtModule(wanted);
      const address = wanted.start ?? 0x08020000;
      const expectRefused = (at: number, change: number): void => {
        const damaged = file.with(at, file[at]! ^ change);
        for (const options of [{}, { address }, { fileName: 'module.bin' }]) {
          expect(describeFirmwareImage(damaged, options).problems.length, `byte ${at} ^ ${change}`).toBeGreaterThan(0);
        }
      };
      for (let bit = 0; bit < 24 * 8; bit += 1) expectRefused(offset + (bit >> 3), 1 << (bit & 7));
      for (let bit = 0; bit < 8 * 8; bit += 1) expectRefused(bit >> 3, 1 << (bit & 7));
      fc.assert(fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), expectRefused));
    },
  );

  it('that says its header is not stored on the unit goes there without it', () => {
    const file = builtModule({
      platform: 12,
      function: RADIO_STACK,
      index: 0,
      start: 0x1000,
      vectors: false,
      flags: 1,
      suffix: 'short',
      sha256: new Uint8Array(32).fill(0x93),
    });
    const described = describeFirmwareImage(file);
    expect(described.problems).toEqual([]);
    expect(described.module).toMatchObject({ function: 'radio-stack', version: 2302 });
    expect(described.notes.map(({ code }) => code)).toEqual(['firmware/module-sha256', 'firmware/header-dropped']);
    expect(placeFirmwareImage(readFirmwareImage(file), {})[0]!.segments).toEqual([
      { address: 0x1000, bytes: file.subarray(24) },
    ]);
  });

  it('that is packed is told to be for the system alone', () => {
    const described = describeFirmwareImage(builtModule({ vectors: false, flags: 2 }));
    expect(described.notes.map(({ message }) => message)).toEqual([expect.stringContaining('is compressed')]);
  });
});
