import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, parseHex, toHex } from '../../../src/base/bytes.ts';
import {
  decodeDfuSuffix,
  encodeDfuSuffix,
  hasDfuSuffix,
  isSuffixForDevice,
} from '../../../src/device/firmware/formats/dfu-suffix.ts';

const PAYLOAD = parseHex('666c6173686c696e65000102');
const PHOTON = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0x0250, bcdDfu: 0x0100 };
const anyId = fc.nat(0xffff);
const anySuffix = fc.record({ vendorId: anyId, productId: anyId, bcdDevice: anyId, bcdDfu: anyId });

describe('the DFU suffix', () => {
  // Bytes written by dfu-suffix of dfu-util 0.11: -v 2b04 -p d006 -d 0250 -a, and -a alone.
  it.each([
    ['with ids', PHOTON, '666c6173686c696e650001025002' + '06d0' + '042b' + '0001' + '554644' + '10' + 'da62c997'],
    [
      'with every id unset',
      { vendorId: 0xffff, productId: 0xffff, bcdDevice: 0xffff, bcdDfu: 0x0100 },
      '666c6173686c696e65000102ffffffffffff000155464410b3a66093',
    ],
  ])('%s is byte for byte what dfu-suffix writes', (_, suffix, expected) => {
    expect(toHex(encodeDfuSuffix(PAYLOAD, suffix))).toBe(expected);
    expect(decodeDfuSuffix(parseHex(expected))).toEqual({ suffix, payload: PAYLOAD });
  });

  it('comes back from what was encoded, with the payload untouched', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), anySuffix, (payload, suffix) => {
        fc.pre(!hasDfuSuffix(payload));
        const decoded = decodeDfuSuffix(encodeDfuSuffix(payload, suffix));
        expect(decoded.suffix).toEqual(suffix);
        expect(toHex(decoded.payload)).toBe(toHex(payload));
      }),
    );
  });

  it('is refused after any one bit of the file changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), anySuffix, fc.nat(), fc.nat(7), (payload, suffix, at, bit) => {
        fc.pre(!hasDfuSuffix(payload));
        const file = encodeDfuSuffix(payload, suffix);
        file[at % file.length]! ^= 1 << bit;
        expect(() => decodeDfuSuffix(file)).toThrow(/suffix/i);
      }),
    );
  });

  it('is refused when the file was cut', () => {
    const file = encodeDfuSuffix(PAYLOAD, PHOTON);
    for (let length = 0; length < file.length; length += 1) {
      expect(() => decodeDfuSuffix(file.subarray(0, length))).toThrow('no DFU suffix');
    }
  });

  it('may be longer than 16 bytes, as the standard allows, and is then taken off whole', () => {
    const long = encodeDfuSuffix(concatBytes(PAYLOAD, parseHex('aabbcc')), PHOTON);
    long[long.length - 5] = 19;
    const withoutCrc = long.subarray(0, -4);
    const view = new DataView(long.buffer);
    view.setUint32(long.length - 4, crcByHand(withoutCrc), true);
    expect(toHex(decodeDfuSuffix(long).payload)).toBe(toHex(PAYLOAD));
  });

  it('is not added twice', () => {
    const file = encodeDfuSuffix(PAYLOAD, PHOTON);
    expect(() => encodeDfuSuffix(file, PHOTON)).toThrow('already');
  });

  it('fits the device it names, and any device where an id is unset', () => {
    expect(isSuffixForDevice(PHOTON, { vendorId: 0x2b04, productId: 0xd006 })).toBe(true);
    expect(isSuffixForDevice(PHOTON, { vendorId: 0x2b04, productId: 0xd008 })).toBe(false);
    expect(isSuffixForDevice({ ...PHOTON, productId: 0xffff }, { vendorId: 0x2b04, productId: 0xd008 })).toBe(true);
  });
});

/** The CRC bit by bit, as the standard prints it. */
function crcByHand(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc >>> 0;
}
