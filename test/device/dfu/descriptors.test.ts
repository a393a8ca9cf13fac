import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import {
  decodeConfigurationLength,
  decodeDeviceDescriptor,
  decodeDfuInterfaces,
  decodeStringDescriptor,
} from '../../../src/device/dfu/protocol/descriptors.ts';

// Recorded from bootloader 2.3.1 (vectors v2.3.1/enumerate).
const DEVICE = parseHex('1201000200000040042b06d0500201020301');
const CONFIGURATION = parseHex('09022400010102c0320904000000fe0102060904000100fe01020709210bff0000101a01');
const SERIAL = parseHex(
  '3203310066003000300032006200300030003000610034003700330034003300330033003300330030003300350033003100',
);

describe('the descriptors of a Photon in DFU mode', () => {
  it('give its ids, its memories and its abilities', () => {
    expect(decodeDeviceDescriptor(DEVICE)).toEqual({
      vendorId: 0x2b04,
      productId: 0xd006,
      bcdDevice: 0x0250,
      maxPacketBytes: 64,
    });
    expect(decodeConfigurationLength(CONFIGURATION.subarray(0, 9))).toBe(36);
    expect(decodeDfuInterfaces(CONFIGURATION)).toEqual([
      {
        interfaceNumber: 0,
        mode: 'dfu',
        alternates: [
          { alternate: 0, nameIndex: 6 },
          { alternate: 1, nameIndex: 7 },
        ],
        functional: { attributes: 0x0b, detachTimeoutMs: 255, transferSizeBytes: 4096, bcdDfu: 0x011a },
      },
    ]);
    expect(decodeStringDescriptor(SERIAL)).toBe('1f002b000a47343333303531');
  });

  it('are refused where they are cut, so that nothing is read beyond them', () => {
    for (let length = 0; length < DEVICE.length; length += 1) {
      expect(decodeDeviceDescriptor(DEVICE.subarray(0, length))).toBeUndefined();
    }
    for (let length = 0; length < CONFIGURATION.length; length += 1) {
      const whole = length - (length % 9);
      expect(decodeDfuInterfaces(CONFIGURATION.subarray(0, length))).toEqual(
        decodeDfuInterfaces(CONFIGURATION.subarray(0, whole)),
      );
    }
    expect(decodeConfigurationLength(CONFIGURATION.subarray(0, 8))).toBeUndefined();
  });

  it('are not read further than four kilobytes, whatever the device says', () => {
    const greedy = CONFIGURATION.slice(0, 9);
    greedy.set([0xff, 0xff], 2);
    expect(decodeConfigurationLength(greedy)).toBe(4096);
  });
});

describe('the decoders of descriptors', () => {
  it('survive a configuration with any bytes changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(35), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = CONFIGURATION.slice();
        for (const [at, value] of changes) bytes[at] = value;
        for (const found of decodeDfuInterfaces(bytes)) expect(found.alternates.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('survive any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeDeviceDescriptor(bytes);
        decodeConfigurationLength(bytes);
        decodeDfuInterfaces(bytes);
        expect((decodeStringDescriptor(bytes) ?? '').length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});
