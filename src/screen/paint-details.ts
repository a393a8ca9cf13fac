// The second screens: one fixture with everything known about it, the help, and what a figure means.
import type { Tile } from './board-state.ts';
import type { Catalogue } from './catalogue/en.ts';
import { tileGlyph } from './glyphs.ts';
import { fitLine, type Line, segment, wrapCells } from './line.ts';
import { type Look, progressText, seconds, tileInstruction, tileTone, tileWord } from './paint-tile.ts';

const MARGIN = 2;
const MAX_WRAPPED_LINES = 4;

/** One fixture: what to do, why, its steps and the last serial lines. */
export function paintDetails(tile: Tile, screen: { columns: number; rows: number }, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const cells = screen.columns - 2 * MARGIN;
  const title = ` ${texts.fixture} ${tile.number}  ${tileGlyph(tile, glyphs)} ${tileWord(tile, texts)}  ${tile.unit ?? ''}`;
  const steps: readonly Line[] = tile.steps.map((step) => [
    segment(
      `  ${glyphs.steps[step.result]} ${step.id}${step.attempt > 1 ? ` (${step.attempt})` : ''}`,
      step.result === 'failed' ? 'fail' : 'plain',
    ),
    segment(step.durationMs === null ? `  ${progressText(tile, 40, look)}` : `  ${seconds(step.durationMs)}`, 'dim'),
    segment(step.detail === null ? '' : `  ${step.detail}`),
  ]);
  const serial =
    tile.serialTail.length > 0
      ? [heading(texts.serial), ...tile.serialTail.map((text): Line => [segment(`  ${text}`, 'dim')])]
      : [];
  const body: readonly Line[] = [
    [segment(title, tileTone(tile), true)],
    ...paragraph(tileInstruction(tile, texts), cells, 'strong'),
    ...whyLines(tile, cells, texts),
    heading(texts.step),
    ...steps,
    ...serial,
  ];
  return page(body, texts.keysBack, screen);
}

/** What the keys do. */
export function paintHelp(screen: { columns: number; rows: number }, texts: Catalogue): readonly Line[] {
  return page(
    [[segment(' FLASHLINE ', 'title', true)], [], ...texts.help.map((text): Line => [segment(`  ${text}`)])],
    texts.keysBack,
    screen,
  );
}

/** How first-pass yield is counted. */
export function paintYieldRule(screen: { columns: number; rows: number }, texts: Catalogue): readonly Line[] {
  const body = [
    [segment(` ${texts.firstPassYield} `, 'title', true)],
    [],
    ...paragraph(texts.firstPassYieldRule, screen.columns - 2 * MARGIN, 'plain'),
  ];
  return page(body, texts.keysBack, screen);
}

function whyLines(tile: Tile, cells: number, texts: Catalogue): readonly Line[] {
  const { result } = tile;
  if (!result) return [];
  return [
    heading(`${texts.why} · ${texts.rule} ${result.rule}${result.code ? ` · ${result.code}` : ''}`),
    ...paragraph(result.reason, cells, 'plain'),
    ...result.because.flatMap((sentence) => paragraph(sentence, cells, 'dim')),
    heading(texts.wouldChange),
    ...paragraph(result.wouldChange, cells, 'plain'),
  ];
}

function heading(text: string): Line {
  return [segment(` ${text}`, 'strong')];
}

function paragraph(text: string, cells: number, tone: 'plain' | 'dim' | 'strong'): readonly Line[] {
  return wrapCells(text, cells, MAX_WRAPPED_LINES).map((line) => [segment(`${' '.repeat(MARGIN)}${line}`, tone)]);
}

/** The body cut or filled to the screen, with the way back on the last line. */
function page(body: readonly Line[], footer: string, screen: { columns: number; rows: number }): readonly Line[] {
  const room = screen.rows - 1;
  const lines = Array.from({ length: room }, (_, row) => fitLine(body[row] ?? [], screen.columns));
  return [...lines, fitLine([segment(` ${footer}`, 'dim')], screen.columns)];
}
