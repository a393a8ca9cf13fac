// The few shapes that the pages' drawings are made of.

import { formatCoordinate } from '../text/format-numbers.ts';
import { html, type Markup, trustMarkup } from './escape-html.ts';

export interface DrawingBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A filled box; `look` names classes of the style, `fill` overrides their colour (a pattern of this drawing). */
export function drawBox({ x, y, width, height }: DrawingBox, look: string, fill?: string): Markup {
  return html`<rect class="${look}" x="${formatCoordinate(x)}" y="${formatCoordinate(y)}" width="${formatCoordinate(Math.max(0, width))}" height="${formatCoordinate(Math.max(0, height))}"${fill && html` fill="${fill}"`}/>`;
}

/** A line through the given points. */
export function drawLine(points: readonly (readonly [x: number, y: number])[], look: string): Markup {
  const path = points
    .map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${formatCoordinate(x)} ${formatCoordinate(y)}`)
    .join('');
  return html`<path class="${look}" d="${trustMarkup(path)}"/>`;
}

/** Text with its base line at `y`. Classes: `e` ends at x, `c` is centred on it, `s` soft, `b` bold, `mono` fixed width. */
export function drawLabel(text: string, x: number, y: number, look = ''): Markup {
  return html`<text class="${look}" x="${formatCoordinate(x)}" y="${formatCoordinate(y)}">${text}</text>`;
}

/** A drawing with a name for those who cannot see it. */
export function renderDrawing(
  width: number,
  height: number,
  name: string,
  content: readonly (Markup | false | null)[],
): Markup {
  return html`<svg viewBox="0 0 ${width} ${Math.ceil(height)}" role="img"><title>${name}</title>${content}</svg>`;
}

/** Round numbers that part 0 to `end` into about `parts`: 1, 2 or 5 times a power of ten. */
export function chooseAxisStep(end: number, parts: number): number {
  const rough = Math.max(end / parts, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((candidate) => candidate * power >= rough) ?? 10);
}

/** Stripes in the ground's colour, to lay over a fill: tells trouble from good without colour. */
export function drawStripes(id: string, angle: number, gap: number): Markup {
  return html`<pattern id="${id}" width="${gap}" height="${gap}" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><path d="M0 ${gap / 2}h${gap}" stroke="var(--card)" stroke-width="${gap / 3}"/></pattern>`;
}
