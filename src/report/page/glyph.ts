// Shapes that say without colour what a word says: drawn, so that no font has to have them.

import type { GlyphShape, StatusLabel } from '../text/labels.ts';
import { html, type Markup, trustMarkup } from './escape-html.ts';

/** Strokes on a 24 by 24 field. */
const STROKES: Readonly<Record<GlyphShape, string>> = {
  tick: 'M4 12.5l5.5 5.5L20 6.5',
  cross: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  turn: 'M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.8 3v4.6h-4.6',
  wrench: 'M20.5 6.2a5 5 0 0 1-6.6 6.2l-7.3 7.3a2 2 0 0 1-2.9-2.9l7.3-7.3a5 5 0 0 1 6.4-6.4l-3.1 3.1 2.9 2.9z',
  pause: 'M8 5v14M16 5v14',
  question: 'M7.5 8.6a4.5 4.5 0 1 1 6.7 3.9c-1.5.9-2.2 1.7-2.2 3.2M12 19.6v.2',
  bin: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6',
  bolt: 'M13 3L5 14h6l-1 7 8-11h-6z',
  dash: 'M5 12h14',
  wave: 'M3.5 14c2.8-5 5.7-5 8.5-2s5.7 3 8.5-2',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3.5 2.5',
};

/** The bare shape; its size comes from the style. */
export function renderGlyph(shape: GlyphShape): Markup {
  return trustMarkup(`<svg class="g" viewBox="0 0 24 24" aria-hidden="true"><path d="${STROKES[shape]}"/></svg>`);
}

/** The shape moved and sized inside another drawing; `x` and `y` are its top left corner. */
export function drawGlyph(shape: GlyphShape, x: number, y: number, size: number, tone: StatusLabel['tone']): Markup {
  const scale = Math.round((size / 24) * 100) / 100;
  return trustMarkup(
    `<path class="gs ${tone}" transform="translate(${x} ${y}) scale(${scale})" d="${STROKES[shape]}"/>`,
  );
}

/** Shape and word together, in the tone's colour. */
export function renderSign({ word, shape, tone }: StatusLabel): Markup {
  return html`<span class="sign ${tone}">${renderGlyph(shape)}${word}</span>`;
}
