import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DecodedInput,
  decodeInput,
  decodePaste,
  decodeWriting,
  emptyDecoder,
  flushIdle,
  KEY_IDLE_MS,
  MAX_SCAN_LENGTH,
  SCAN_IDLE_MS,
  SCANNER_KEY_GAP_MS,
} from '../../src/screen/input/scan-decoder.ts';

/** What the terminal delivered and how long after the chunk before; then time passes until nothing is pending. */
type Delivery = readonly [chunk: string, afterMs: number];

function decodeAll(deliveries: readonly Delivery[], prefix = ''): readonly DecodedInput[] {
  let state = emptyDecoder;
  let nowMs = 1_000;
  const all: DecodedInput[] = [];
  const idle = (untilMs: number): void => {
    for (; nowMs < untilMs; nowMs = Math.min(untilMs, nowMs + 100)) {
      const flushed = flushIdle(state, nowMs);
      state = flushed.state;
      all.push(...flushed.decoded);
    }
  };
  for (const [chunk, afterMs] of deliveries) {
    idle(nowMs + afterMs);
    const next = decodeInput(state, chunk, nowMs, prefix);
    state = next.state;
    all.push(...next.decoded);
  }
  idle(nowMs + SCAN_IDLE_MS + 200);
  return all;
}

const letterByLetter = (text: string, gapMs: number): readonly Delivery[] =>
  [...text].map((letter): Delivery => [letter, gapMs]);
const scan = (text: string): DecodedInput => ({ kind: 'scan', text });
const keys = (text: string, ended = false): DecodedInput => ({ kind: 'keys', text, ended });

describe('a scanner', () => {
  it.each([
    ['in one burst with Enter', [['P000000012\r', 0]]],
    ['in one burst with line feed', [['P000000012\n', 0]]],
    ['in one burst with Tab', [['P000000012\t', 0]]],
    ['letter by letter at 5 ms', letterByLetter('P000000012\r', 5)],
    ['letter by letter at 30 ms', letterByLetter('P000000012\r', 30)],
    ['letter by letter at its slowest', letterByLetter('P000000012\r', SCANNER_KEY_GAP_MS)],
    [
      'with Enter in a chunk of its own',
      [
        ['P000000012', 0],
        ['\r', 20],
      ],
    ],
    [
      'over a line that hangs in the middle of it',
      [
        ['P00000', 0],
        ['0012\r', 1_500],
      ],
    ],
    ['with a symbology identifier', [[']C1P000000012\r', 0]]],
    ['with STX in front', [['\u0002P000000012\r', 0]]],
  ] as readonly (readonly [string, readonly Delivery[]])[])('%s gives one scan', (_, deliveries) => {
    expect(decodeAll(deliveries)).toEqual([scan('P000000012')]);
  });

  it('that sends two codes in one chunk gives two scans', () => {
    expect(decodeAll([['P000000012\rP000000013\r', 0]])).toEqual([scan('P000000012'), scan('P000000013')]);
  });

  it('with a prefix is known by it at any speed, and the prefix is taken off', () => {
    expect(decodeAll(letterByLetter('~q1\r', 150), '~')).toEqual([scan('q1')]);
  });

  it.each(['q1?', 'c', 'ccc', 'y', '?', 's\u001dr', '12', 'co'])('that sends %j gives a scan and no key', (text) => {
    expect(decodeAll([[`${text}\r`, 0]])).toEqual([scan(text)]);
    expect(decodeAll(letterByLetter(`${text}\r`, 40))).toEqual([scan(text)]);
  });

  it('whose code is too long for any label gives nothing', () => {
    expect(decodeAll([[`${'x'.repeat(MAX_SCAN_LENGTH + 1)}\r`, 0]])).toEqual([]);
    expect(decodeAll([[`${'x'.repeat(MAX_SCAN_LENGTH)}\r`, 0]])).toHaveLength(1);
  });

  it('that never ends its code leaves nothing behind', () => {
    expect(
      decodeAll([
        ['P0000', 0],
        ['c', SCAN_IDLE_MS + 500],
      ]),
    ).toEqual([keys('c')]);
  });

  it('cannot be taken for a key, whatever it sends and at whatever speed of its own', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' })
      .filter((code) => code.trim() !== '');
    fc.assert(
      fc.property(text, fc.nat(SCANNER_KEY_GAP_MS), fc.constantFrom('\r', '\n', '\t'), (code, gapMs, end) => {
        const decoded = decodeAll(letterByLetter(`${code}${end}`, gapMs));
        expect(decoded.filter((item) => item.kind === 'keys')).toEqual([]);
      }),
    );
  });
});

describe('a person', () => {
  it.each(['c', 'y', '?', 'b'])('who presses %s acts as soon as nothing more follows', (key) => {
    expect(decodeInput(emptyDecoder, key, 1_000).decoded).toEqual([]);
    const { state } = decodeInput(emptyDecoder, key, 1_000);
    expect(flushIdle(state, 1_000 + KEY_IDLE_MS - 1).decoded).toEqual([]);
    expect(flushIdle(state, 1_000 + KEY_IDLE_MS).decoded).toEqual([keys(key)]);
  });

  it('who presses Enter alone acts at once, and Tab does nothing', () => {
    expect(decodeAll([['\r', 0]])).toEqual([keys('', true)]);
    expect(decodeAll([['\t', 0]])).toEqual([]);
  });

  it.each([90, 120, 200])('who types a number and Enter at %i ms a key chooses by it', (gapMs) => {
    expect(decodeAll(letterByLetter('12\r', gapMs))).toEqual([keys('12', true)]);
  });

  it.each([90, 120, 200])('who types a label by hand at %i ms a key gives it as a scan would', (gapMs) => {
    expect(decodeAll(letterByLetter('P000000012\r', gapMs))).toEqual([scan('P000000012')]);
  });

  it('who types while a scan arrives harms neither', () => {
    const deliveries: readonly Delivery[] = [
      ['b', 0],
      ['P000000012\r', 400],
      ['y', 400],
    ];
    expect(decodeAll(deliveries)).toEqual([keys('b'), scan('P000000012'), keys('y')]);
  });

  it('who pastes gives a scan for each line, ended or not', () => {
    expect(decodePaste('P000000012\nP000000013')).toEqual([scan('P000000012'), scan('P000000013')]);
    expect(decodePaste('')).toEqual([]);
  });
});

describe('a person who writes a text', () => {
  it('sees every letter at once, and ends it with Enter', () => {
    expect(decodeWriting('A', 1_000, 0)).toEqual([keys('A')]);
    expect(decodeWriting('nn', 1_200, 1_000)).toEqual([keys('n'), keys('n')]);
    expect(decodeWriting('\r', 1_500, 1_200)).toEqual([keys('', true)]);
  });

  it('is not ended by the Enter of a scanner, in a burst or letter by letter', () => {
    expect(decodeWriting('P000000012\r', 1_000, 0)).toBeUndefined();
    expect(decodeWriting('2\r', 1_000, 990)).toEqual([keys('2')]);
    expect(decodeWriting('\r', 1_000, 1_000 - SCANNER_KEY_GAP_MS)).toEqual([]);
  });
});
