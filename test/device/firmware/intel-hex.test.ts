import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../../src/base/bytes.ts';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { decodeIntelHex } from '../../../src/device/firmware/formats/intel-hex.ts';
import { END, formatHexRecord as record } from './record-writers.ts';

const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\r\n'));
const segmentsOf = (...lines: readonly string[]) => decodeIntelHex(text(...lines)).segments;

describe('Intel HEX', () => {
  it('is read as the examples in the format’s description say', () => {
    expect(segmentsOf(':020000040802F0', ':0B0010006164647265737320676170A7', END)).toEqual([
      { address: 0x08020010, bytes: parseHex('6164647265737320676170') },
    ]);
  });

  it('joins records that touch and keeps gaps', () => {
    expect(
      segmentsOf(record(4, 0, [0x08, 0x02]), record(0, 5, [5, 6]), record(0, 1, [1, 2, 3, 4]), record(0, 17, [9]), END),
    ).toEqual([
      { address: 0x08020001, bytes: new Uint8Array([1, 2, 3, 4, 5, 6]) },
      { address: 0x08020011, bytes: new Uint8Array([9]) },
    ]);
  });

  it('runs on over 64 KiB behind a linear base, and wraps inside its segment behind a segment base', () => {
    const data = record(0, 0xfffe, [1, 2, 3, 4]);
    expect(segmentsOf(record(4, 0, [8, 0]), data, END)).toEqual([
      { address: 0x0800fffe, bytes: new Uint8Array([1, 2, 3, 4]) },
    ]);
    expect(segmentsOf(record(2, 0, [0x10, 0]), data, END)).toEqual([
      { address: 0x00010000, bytes: new Uint8Array([3, 4]) },
      { address: 0x0001fffe, bytes: new Uint8Array([1, 2]) },
    ]);
    expect(segmentsOf(record(2, 0, [0x10, 0]), record(4, 0, [8, 0]), data, END)[0]!.address).toBe(0x0800fffe);
  });

  it.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
    ['blank lines between', '\n\n'],
    ['blanks and a comment behind each record', '  ; made by hand\n\t'],
    ['comment lines between', '\n# one\n// two\n; three\n'],
  ])('is the same file with %s', (_, ending) => {
    const lines = [record(4, 0, [8, 2]), record(0, 2, [7]).toLowerCase(), record(5, 0, [8, 2, 0, 1]), END];
    for (const file of [lines.join(ending), `${lines.join(ending)}${ending}`, `\uFEFF${lines.join(ending)}`]) {
      expect(decodeIntelHex(new TextEncoder().encode(file))).toEqual({
        segments: [{ address: 0x08020002, bytes: new Uint8Array([7]) }],
        notes: [],
      });
    }
  });

  it.each([
    ['UTF-16 with its mark', true],
    ['UTF-16 without', false],
  ])('in %s is read, and that is told', (_, hasMark) => {
    const lines = `${hasMark ? '\uFEFF' : ''}${record(0, 2, [7])}\n${END}\n`;
    for (const file of [Buffer.from(lines, 'utf16le'), Buffer.from(lines, 'utf16le').swap16()]) {
      const { segments, notes } = decodeIntelHex(new Uint8Array(file));
      expect(segments).toEqual([{ address: 2, bytes: new Uint8Array([7]) }]);
      expect(notes.map(({ code }) => code)).toEqual(['firmware/utf16']);
    }
  });

  it('takes a byte that comes twice with one content, and tells it', () => {
    const { segments, notes } = decodeIntelHex(text(record(0, 0, [1, 2]), record(0, 1, [2, 3]), END, END));
    expect(segments).toEqual([{ address: 0, bytes: new Uint8Array([1, 2, 3]) }]);
    expect(notes.map(({ code }) => code)).toEqual(['firmware/several-ends', 'firmware/repeated-bytes']);
  });

  it('in any order of its records is the same image', () => {
    const records = Array.from({ length: 40 }, (_, at) =>
      record(0, at * 3 + (at > 20 ? 100 : 0), [at, at + 1, at + 2]),
    );
    const expected = segmentsOf(...records, END);
    expect(expected).toHaveLength(2);
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: 40 }), (shuffled) => {
        expect(segmentsOf(...shuffled, END)).toEqual(expected);
      }),
    );
  });

  it('that overlaps in any order is refused by the two lines that contradict each other', () => {
    const contradicting = [record(0, 0, [1, 2, 3, 4]), record(0, 2, [3, 9]), record(0, 8, [0])];
    fc.assert(
      fc.property(fc.shuffledSubarray(contradicting, { minLength: 3 }), (shuffled) => {
        const lines = [0, 1].map((at) => shuffled.indexOf(contradicting[at]!) + 1).toSorted();
        expect(thrownBy(text(...shuffled, END)).message).toMatch(
          new RegExp(`0x00000003: line ${lines[0]}, column \\d+ and line ${lines[1]}, column`),
        );
      }),
    );
  });

  it('in more pieces than a program can have is refused', () => {
    const lines = Array.from({ length: 65_537 }, (_, at) => {
      const address = at * 2;
      const base = address % 0x10000 === 0 ? [record(4, 0, [0, address >> 16])] : [];
      return [...base, record(0, address % 0x10000, [at & 0xff])];
    }).flat();
    expect(thrownBy(text(...lines, END)).code).toBe('firmware/too-many-pieces');
    expect(segmentsOf(...lines.slice(0, -1), END)).toHaveLength(65_536);
  });

  it('brings back any bytes at any address', () => {
    fc.assert(
      fc.property(
        fc.nat(0xfffe),
        fc.nat(0xffff),
        fc.uint8Array({ minLength: 1, maxLength: 255 }),
        (base, offset, bytes) => {
          const file = text(record(4, 0, [base >> 8, base & 0xff]), record(0, offset, bytes), END);
          expect(decodeIntelHex(file).segments).toEqual([{ address: base * 0x10000 + offset, bytes }]);
        },
      ),
    );
  });

  it.each([
    [
      'a changed digit',
      text(':0B0010006164647265737320676171A7', END),
      'firmware/checksum',
      'line 1, column 32: the checksum is 0xA7, the bytes give 0xA6',
    ],
    [
      'a wrong count',
      text(':0C0010006164647265737320676170A7', END),
      'firmware/format',
      'line 1, column 2: the record says 12 bytes and has 11',
    ],
    [
      'a line that is no record',
      text(record(0, 0, [1]), ' hello', END),
      'firmware/format',
      'line 2, column 2: this is not',
    ],
    [
      'a letter among the digits',
      text(':0B00100061646472657373x067617', END),
      'firmware/format',
      'line 1, column 24: "x"',
    ],
    [
      'a digit that stands alone',
      text(':000000010', END),
      'firmware/format',
      'line 1, column 10: a digit stands alone',
    ],
    [
      'a record that is too short',
      text(':000000', END),
      'firmware/format',
      'line 1, column 1: the record is too short',
    ],
    ['no end record', text(record(0, 0, [1])), 'firmware/truncated', 'after line 1 without an end record'],
    ['an unknown type', text(record(9, 0, [1]), END), 'firmware/format', 'line 1, column 8: the record type 9'],
    ['a base of one byte', text(record(4, 0, [1]), END), 'firmware/format', 'type 4 has 2 bytes, not 1'],
    ['an end with bytes', text(record(0, 0, [1]), record(1, 0, [1])), 'firmware/format', 'type 1 has 0 bytes, not 1'],
    [
      'records behind the end, as when two files are joined',
      text(record(0, 0, [1]), END, record(0, 8, [1]), END),
      'firmware/after-end',
      'line 3, column 1: a record stands behind the end record of line 2',
    ],
    [
      'two contents for one address',
      text(record(0, 0, [1, 2]), record(0, 1, [3]), END),
      'firmware/overlap',
      'address 0x00000001: line 1, column 10 and line 2, column 10',
    ],
    [
      'a record beyond the last address',
      text(record(4, 0, [0xff, 0xff]), record(0, 0xffff, [1, 2]), END),
      'firmware/format',
      'line 2, column 4: the record runs beyond',
    ],
    ['no byte at all', text(END), 'firmware/empty', 'no byte to write'],
    [
      'a line break within a record, in the place of a digit',
      new TextEncoder().encode(`:04000000010203\n4F2\n${END}`),
      'firmware/format',
      'line 1, column 16: the end of the line is no hex digit',
    ],
  ])('with %s is refused, and the message says so', (_, file, code, message) => {
    const error = thrownBy(file);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    const place = /line (\d+), column (\d+)(?!.*line \d)/.exec(error.message);
    if (place) expect(error.place).toEqual({ line: Number(place[1]), column: Number(place[2]) });
  });

  it('never makes the reader throw anything but a firmware error', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^:?[0-9A-F]{0,24}$/), { maxLength: 6 }), (lines) => {
        try {
          decodeIntelHex(text(...lines));
        } catch (error) {
          expect(error).toBeInstanceOf(FirmwareError);
        }
      }),
    );
  });
});

function thrownBy(file: Uint8Array): FirmwareError {
  try {
    decodeIntelHex(file);
  } catch (error) {
    if (error instanceof FirmwareError) return error;
    throw error;
  }
  throw new Error(`nothing was thrown for ${toHex(file)}`);
}
