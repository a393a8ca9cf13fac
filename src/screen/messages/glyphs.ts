// Signs that stand beside every word, so that no meaning hangs on colour; plain letters on poor terminals.
import type { StepResult } from '../../domain/run/run.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import type { Tile, TileFace } from '../state/board-state.ts';

export interface GlyphSet {
  readonly isUnicode: boolean;
  readonly faces: Record<TileFace, string>;
  readonly dispositions: Record<Disposition, string>;
  readonly steps: Record<StepResult | 'running', string>;
  readonly barFull: string;
  readonly barEmpty: string;
  readonly chosen: string;
  readonly edge: string;
  readonly rule: string;
  readonly alarm: string;
  /** Fills result tiles where there are no colours: a passed one, any other. */
  readonly shades: { readonly pass: string; readonly other: string };
}

export const unicodeGlyphs: GlyphSet = {
  isUnicode: true,
  faces: { empty: '·', closed: '×', waiting: '?', busy: '…', running: '▶', asking: '?', result: '●', stopped: '■' },
  dispositions: { pass: '✔', retest: '↻', rework: '⚒', hold: '‖', 'scrap-proposed': '✖', scrap: '✖' },
  steps: { passed: '✔', failed: '✖', errored: '!', timeout: '⧗', aborted: '■', skipped: '·', running: '▶' },
  barFull: '█',
  barEmpty: '░',
  chosen: '▸',
  edge: '│',
  rule: '─',
  alarm: '⚠',
  shades: { pass: '░', other: '▓' },
};

export const asciiGlyphs: GlyphSet = {
  isUnicode: false,
  faces: { empty: '.', closed: 'x', waiting: '?', busy: '~', running: '>', asking: '?', result: '*', stopped: '#' },
  dispositions: { pass: '+', retest: '@', rework: '%', hold: '=', 'scrap-proposed': 'X', scrap: 'X' },
  steps: { passed: '+', failed: 'X', errored: '!', timeout: 'T', aborted: '#', skipped: '.', running: '>' },
  barFull: '#',
  barEmpty: '.',
  chosen: '>',
  edge: '|',
  rule: '-',
  alarm: '!',
  shades: { pass: ':', other: '#' },
};

/** The sign for what a tile says. */
export function getTileGlyph(tile: Tile, glyphs: GlyphSet): string {
  return tile.face === 'result' && tile.result ? glyphs.dispositions[tile.result.disposition] : glyphs.faces[tile.face];
}
