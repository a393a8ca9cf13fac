import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../../src/base/bytes.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { decodeIntelHex, isIntelHex } from '../../../src/device/firmware/formats/intel-hex.ts';

const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\r\n'));

/** One record with a true checksum, built apart from the reader. */
function record(type: number, offset: number, bytes: Uint8Array | readonly number[]): string {
  const raw = [bytes.length, offset >> 8, offset & 0xff, type, ...bytes];
  const checksum = (256 - (raw.reduce((sum, byte) => sum + byte, 0) % 256)) % 256;
  return `:${toHex(new Uint8Array([...raw, checksum])).toUpperCase()}`;
}
const END = ':00000001FF';

describe('Intel HEX', () => {
  it('is read as the examples in the format’s description say', () => {
    const file = text(':020000040802F0', ':0B0010006164647265737320676170A7', END);
    expect(decodeIntelHex(file)).toEqual([
      { address: 0x08020010, bytes: parseHex('61646472657373206761 70'.replace(' ', '')) },
    ]);
  });

  it('joins records that touch and keeps gaps', () => {
    const file = text(
      record(4, 0, [0x08, 0x02]),
      record(0, 4, [5, 6]),
      record(0, 0, [1, 2, 3, 4]),
      record(0, 16, [9]),
      END,
    );
    expect(decodeIntelHex(file)).toEqual([
      { address: 0x08020000, bytes: new Uint8Array([1, 2, 3, 4, 5, 6]) },
      { address: 0x08020010, bytes: new Uint8Array([9]) },
    ]);
  });

  it('takes segment bases, start addresses, blank lines and LF alone', () => {
    const file = new TextEncoder().encode(
      `${record(2, 0, [0x10, 0x00])}\n\n${record(0, 2, [7])}\n${record(5, 0, [8, 2, 0, 1])}\n${END}\n`,
    );
    expect(decodeIntelHex(file)).toEqual([{ address: 0x10002, bytes: new Uint8Array([7]) }]);
  });

  it('brings back any bytes at any address', () => {
    fc.assert(
      fc.property(
        fc.nat(0xfffe),
        fc.nat(0xff00),
        fc.uint8Array({ minLength: 1, maxLength: 255 }),
        (base, offset, bytes) => {
          const file = text(record(4, 0, [base >> 8, base & 0xff]), record(0, offset, bytes), END);
          expect(isIntelHex(file)).toBe(true);
          expect(decodeIntelHex(file)).toEqual([{ address: base * 0x10000 + offset, bytes }]);
        },
      ),
    );
  });

  it.each([
    ['a changed digit', text(':0B0010006164647265737320676171A7', END), 'line 1 has a wrong checksum'],
    ['a wrong count', text(':0C0010006164647265737320676170A7', END), 'line 1 says 12 bytes and has 11'],
    ['a line that is no record', text(record(0, 0, [1]), 'hello', END), 'line 2 is not a record'],
    ['no end record', text(record(0, 0, [1])), 'ends without an end record'],
    ['an unknown type', text(record(9, 0, [1]), END), 'line 1 has the unknown record type 9'],
    ['a base of one byte', text(record(4, 0, [1]), END), 'base of 1 bytes'],
    [
      'two contents for one address',
      text(record(0, 0, [1, 2]), record(0, 1, [3]), END),
      'two contents for address 0x00000001',
    ],
    ['no byte at all', text(END), 'no byte to write'],
  ])('with %s is refused, and the message says so', (_, file, message) => {
    expect(() => decodeIntelHex(file)).toThrow(message);
  });

  it('never makes the reader throw anything but an input error', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^:?[0-9A-F]{0,24}$/), { maxLength: 6 }), (lines) => {
        try {
          decodeIntelHex(text(...lines));
        } catch (error) {
          expect(isStationError(error) && error.kind).toBe('input');
        }
      }),
    );
  });
});
