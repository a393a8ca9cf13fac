import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { decodeSRecord } from '../../../src/device/firmware/formats/s-record.ts';
import { formatSRecord as record } from './record-writers.ts';

const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\r\n'));
const HEADER = record(0, 0, [0x61, 0x70, 0x70]);

describe('an S-record file', () => {
  it.each([
    [1, 9, 0x8000],
    [2, 8, 0x800000],
    [3, 7, 0x08000000],
  ])('of S%i records ends with S%i and gives its pieces', (type, endType, address) => {
    const file = text(
      HEADER,
      record(type, address + 3, [4, 5]),
      record(type, address, [1, 2, 3]),
      record(type, address + 16, [9]),
      record(5, 3),
      record(endType, address),
    );
    expect(decodeSRecord(file)).toEqual({
      segments: [
        { address, bytes: new Uint8Array([1, 2, 3, 4, 5]) },
        { address: address + 16, bytes: new Uint8Array([9]) },
      ],
      notes: [],
    });
  });

  it('in lower case, with a mark, comments and bare line ends is the same file', () => {
    const file = new TextEncoder().encode(`\uFEFF# app\r${record(1, 2, [7]).toLowerCase()} ; one\r${record(9, 0)}`);
    expect(decodeSRecord(file).segments).toEqual([{ address: 2, bytes: new Uint8Array([7]) }]);
  });

  it('without an end record is whole when its count says so', () => {
    expect(decodeSRecord(text(record(1, 2, [7]), record(5, 1))).segments).toHaveLength(1);
    expect(thrownBy(text(record(1, 2, [7]), record(5, 1), record(1, 9, [7]))).code).toBe('firmware/truncated');
  });

  it('brings back any bytes at any address', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ff00), fc.uint8Array({ minLength: 1, maxLength: 250 }), (address, bytes) => {
        expect(decodeSRecord(text(record(3, address, bytes), record(7, 0))).segments).toEqual([{ address, bytes }]);
      }),
    );
  });

  it.each([
    [
      'a changed digit',
      text('S1050002070803', record(9, 0)),
      'firmware/checksum',
      'line 1, column 13: the checksum is 0x03',
    ],
    [
      'a wrong count',
      text('S10600020708E9', record(9, 0)),
      'firmware/format',
      'line 1, column 3: the record says 6 bytes',
    ],
    ['a reserved type', text(record(4, 0, [1]), record(9, 0)), 'firmware/format', 'line 1, column 2: the record type'],
    [
      'a line that is no record',
      text(record(1, 0, [1]), ':00000001FF'),
      'firmware/format',
      'line 2, column 1: this is',
    ],
    [
      'a record without its address',
      text('S10200FD', record(9, 0)),
      'firmware/format',
      'line 1, column 3: the record is too',
    ],
    ['no end', text(HEADER, record(1, 0, [1])), 'firmware/truncated', 'after line 2 without an end record'],
    [
      'fewer records than counted',
      text(record(1, 0, [1]), record(5, 2), record(9, 0)),
      'firmware/truncated',
      'line 2, column 5: 2 data records are announced, 1 stand before',
    ],
    [
      'records behind the end',
      text(record(1, 0, [1]), record(9, 0), record(1, 8, [1]), record(9, 0)),
      'firmware/after-end',
      'line 3, column 1: a record stands behind the end record of line 2',
    ],
    [
      'two contents for one address',
      text(record(1, 0, [1, 2]), record(1, 1, [3]), record(9, 0)),
      'firmware/overlap',
      'address 0x00000001: line 1, column 9 and line 2, column 9',
    ],
    [
      'a record beyond the last address',
      text(record(3, 0xffffffff, [1, 2]), record(7, 0)),
      'firmware/format',
      'runs beyond',
    ],
    ['no byte at all', text(HEADER, record(9, 0)), 'firmware/empty', 'no byte to write'],
  ])('with %s is refused, and the message says so', (_, file, code, message) => {
    const error = thrownBy(file);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });
});

function thrownBy(file: Uint8Array): FirmwareError {
  try {
    decodeSRecord(file);
  } catch (error) {
    if (error instanceof FirmwareError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
