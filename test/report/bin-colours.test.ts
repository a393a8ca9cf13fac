// A disposition on a page has the colour of its bin, as its tile on the board has.
import { describe, expect, it } from 'vitest';
import { type Bin, binColours } from '../../src/domain/run/verdict.ts';
import { pageStyle } from '../../src/report/page/page-style.ts';

/** What a colour is called, by its channels: near to no hue at all, or by the channels that lead. */
function nameColour(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 20) return 'GREY';
  if (blue > red) return 'BLUE';
  return green > 1.5 * blue ? 'YELLOW' : 'RED';
}

describe('on a page', () => {
  it.each(Object.entries(binColours) as [Bin, string][])(
    '%s has the colour of its bin, by day and by night: %s',
    (bin, colour) => {
      const fills = [...pageStyle.matchAll(RegExp(`--${bin}-fill:(#[0-9a-f]{6})`, 'g'))].map(([, hex]) =>
        nameColour(hex!),
      );
      const seen = colour === 'WHITE' || colour === 'BLACK' ? 'GREY' : colour;
      expect(fills).toEqual([seen, seen]);
    },
  );

  it('a black bin is darker than a white one by day', () => {
    const dayFill = (bin: Bin): number => Number.parseInt(pageStyle.match(`--${bin}-fill:#([0-9a-f]{2})`)![1]!, 16);
    expect(dayFill('hold')).toBeLessThan(dayFill('retest') / 2);
  });
});
