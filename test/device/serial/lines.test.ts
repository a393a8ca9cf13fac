// Chunks into lines: wherever they are cut, whatever they hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../../src/device/serial/line-splitter.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Lines of the chunks, and what was left over. */
function split(chunks: readonly Uint8Array[]): readonly string[] {
  const splitter = createLineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), splitter.flush()];
}

describe('lines', () => {
  it.each([
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b', '']],
    ['a\rb', ['a', 'b']],
    ['\r\n\r\n', ['', '', '']],
    ['a\n\rb', ['a', '', 'b']],
    ['ü😀\n', ['ü😀', '']],
  ])('of %j', (text, lines) => {
    expect(split([bytesOf(text)])).toEqual(lines);
  });

  it('are the same wherever the bytes are cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\r', '\n', 'ü', '😀', '\u0000'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(80), { maxLength: 6 }), (whole, cuts) => {
        const bytes = bytesOf(whole);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
        expect(split(pieces)).toEqual(split([bytes]));
      }),
    );
  });

  it('of a megabyte without an end come in pieces and lose nothing', () => {
    const flood = bytesOf('😀x'.repeat(200_000));
    const lines = split([flood]);
    expect(lines.length).toBeGreaterThan(200);
    expect(lines.join('')).toBe('😀x'.repeat(200_000));
  });

  it('of bytes that are no text keep their place', () => {
    expect(split([Uint8Array.of(0x41, 0x80, 0x0a, 0x42, 0x0a)])).toEqual(['A\ufffd', 'B', '']);
  });
});
