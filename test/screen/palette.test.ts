import { describe, expect, it } from 'vitest';
import { getToneStyle, toInkStyle } from '../../src/screen/frame/palette.ts';
import { createSegment, type Tone } from '../../src/screen/frame/styled-line.ts';

/** Results, and what asks for a person: everything that fills a ground with colour. */
const FILLED: readonly Tone[] = ['pass', 'retest', 'rework', 'hold', 'scrap', 'attention', 'stopped', 'alarm'];

/** Viénot, Brettel and Mollon 1999: how a dichromat sees a colour, in linear RGB. */
const SIGHTS = {
  'full colour': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deuteranopia: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
} as const;

function linear(hex: string): readonly [number, number, number] {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function seen(hex: string, matrix: readonly number[]): readonly number[] {
  const rgb = linear(hex);
  return [0, 1, 2].map((row) => rgb.reduce((sum, value, at) => sum + value * matrix[3 * row + at]!, 0));
}

/** Relative luminance and contrast of WCAG 2.2 §1.4.3. */
const luminance = (rgb: readonly number[]): number => 0.2126 * rgb[0]! + 0.7152 * rgb[1]! + 0.0722 * rgb[2]!;
function contrast(left: number, right: number): number {
  const [high, low] = left > right ? [left, right] : [right, left];
  return (high + 0.05) / (low + 0.05);
}

const groundOf = (tone: Tone): string => getToneStyle(createSegment('', tone, true)).ground!.hex;
const inkOf = (tone: Tone): string => getToneStyle(createSegment('', tone, true)).ink!.hex;

describe('the palette', () => {
  it.each(FILLED)('writes %s in a contrast of at least 4.5 on its ground', (tone) => {
    expect(contrast(luminance(linear(inkOf(tone))), luminance(linear(groundOf(tone))))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(Object.entries(SIGHTS))('keeps pass apart from everything else to an eye of %s', (_, matrix) => {
    const pass = seen(groundOf('pass'), matrix);
    for (const other of FILLED.filter((tone) => tone !== 'pass')) {
      const colour = seen(groundOf(other), matrix);
      const distance = Math.hypot(...pass.map((value, at) => value - colour[at]!));
      expect(distance, other).toBeGreaterThan(0.3);
    }
  });

  it.each([4, 8, 24] as const)('keeps every ground apart from every other with %i bits of colour', (depth) => {
    const grounds = FILLED.map((tone) => toInkStyle({ tone, filled: true }, depth).backgroundColor);
    expect(grounds).not.toContain(undefined);
    expect(new Set(grounds).size).toBe(FILLED.length);
  });

  it('has no colours where there are none, and still sets off what calls for a person', () => {
    for (const tone of FILLED) {
      const style = toInkStyle({ tone, filled: true }, 1);
      expect([style.color, style.backgroundColor]).toEqual([undefined, undefined]);
    }
    expect(toInkStyle({ tone: 'alarm', filled: true }, 1)).toEqual({ bold: true, inverse: true });
    expect(toInkStyle({ tone: 'pass', filled: true }, 1)).toEqual({ bold: true });
  });

  it('gives a running unit no ground at all', () => {
    expect(getToneStyle(createSegment('', 'running', true)).ground).toBeUndefined();
  });
});
