// What painting needs beside the state: words, signs, whether there are colours, and the time.
import type { Messages } from '../messages/en.ts';
import type { GlyphSet } from '../messages/glyphs.ts';

export interface Theme {
  readonly texts: Messages;
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
