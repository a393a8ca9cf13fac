// What painting needs beside the state: words, signs, whether there are colours, and the time.
import type { Catalogue } from '../messages/en.ts';
import type { GlyphSet } from '../messages/glyphs.ts';

export interface Look {
  readonly texts: Catalogue;
  readonly glyphs: GlyphSet;
  /** Without colours a result fills its tile with a pattern instead. */
  readonly isColoured: boolean;
  /** The station's monotonic clock. */
  readonly nowMs: number;
}

/** Columns and rows of the terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}
