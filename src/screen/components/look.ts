// What every component needs to know of this terminal: words, signs, colours. It never changes while the board is up.
import { createContext, use, useMemo } from 'react';
import type { ColourDepth } from '../frame/palette.ts';
import type { Theme } from '../frame/theme.ts';
import { en } from '../messages/en.ts';
import { unicodeGlyphs } from '../messages/glyphs.ts';

/** A theme without its time, and the colours of the terminal. */
export interface Look extends Omit<Theme, 'nowMs'> {
  readonly colourDepth: ColourDepth;
}

export const LookContext = createContext<Look>({
  texts: en,
  glyphs: unicodeGlyphs,
  isColoured: true,
  colourDepth: 24,
});

/** The theme at that time of the station. */
export function useTheme(nowMs: number): Theme {
  const look = use(LookContext);
  return useMemo(() => ({ ...look, nowMs }), [look, nowMs]);
}
