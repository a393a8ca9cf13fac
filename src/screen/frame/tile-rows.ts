// One fixture as a rectangle of text: number and result as big as they fit, then unit, progress and the one instruction.

import { type GlyphSet, getTileGlyph } from '../messages/glyphs.ts';
import type { Tile, TileFace } from '../state/board-state.ts';
import { MAX_LETTER_SCALE, measureBlockLetters, renderBlockLetters } from './block-letters.ts';
import { countCells, fitCells, wrapCells } from './styled-line.ts';
import type { ScreenSize, Theme } from './theme.ts';
import {
  computeRunShare,
  formatChoices,
  formatFixtureHealth,
  formatRunningStep,
  formatStepProgress,
  formatTileHead,
  formatTileInstruction,
  formatTileShortHead,
  formatTileWord,
  isAskedForLabel,
  isShownLabel,
} from './tile-texts.ts';

export interface TileFrame {
  readonly width: number;
  readonly height: number;
  readonly isChosen: boolean;
}

const GUTTER = 1;
/** From this height on a row is left free below a tile, so that two filled ones do not run into each other. */
const HIGH_TILE = 5;
const MARK = 1;
const GAP = 2;
/** Beside a number drawn big there must be room for a word at least. */
const MIN_TEXT_CELLS = 12;
/** The number may take this share of a tile. */
const NUMBER_SHARE = 1 / 5;
/** From this width on a tile carries its whole instruction. */
const WHOLE_INSTRUCTION_CELLS = 20;
const MAX_INSTRUCTION_LINES = 6;
const MAX_CHOICE_LINES = 3;
/** Faces that wait for a person. */
const CALLING_FACES: readonly TileFace[] = ['waiting', 'asking', 'stopped'];

/** The text of a tile: its number with the mark before it, and what stands to the right of it. */
export interface TileText {
  readonly numberRows: readonly string[];
  readonly textRows: readonly string[];
  /** Whether the ground is filled: a result, or what a person is called for. */
  readonly isFilled: boolean;
}

/** As many rows as `measureTile` tells, together as wide as it tells. */
export function renderTileText(tile: Tile, frame: TileFrame, look: Theme): TileText {
  const { columns, rows: height } = measureTile(frame);
  const numberCells = countNumberCells(tile, columns, height, look);
  const rows = renderTileRows(tile, columns, { ...frame, height }, look);
  const isShaded = tile.face === 'result' && !look.isColoured;
  const whole = Array.from({ length: height }, (_, row) => {
    const text = fitCells(rows[row] ?? '', columns);
    return isShaded ? shadeBlanks(text, tile, look.glyphs) : text;
  });
  return {
    // Number and mark take a cell a sign, so that cells can be counted in letters.
    numberRows: whole.map((row) => row.slice(0, numberCells)),
    textRows: whole.map((row) => row.slice(numberCells)),
    isFilled: tile.face === 'result' || isAskedForLabel(tile),
  };
}

/** What of the frame is the tile's own, its gutters left free. */
export function measureTile({ width, height }: Pick<TileFrame, 'width' | 'height'>): ScreenSize {
  return { columns: width - GUTTER, rows: height - (height < HIGH_TILE ? 0 : GUTTER) };
}

function countNumberCells(tile: Tile, inner: number, height: number, look: Theme): number {
  const big = renderBigParts(tile, inner, height, look);
  return big === null ? 0 : MARK + countCells(big.number[0]!) + GAP;
}
/** Blanks at the end of a row filled with a pattern, where no ground can be. */
function shadeBlanks(text: string, tile: Tile, { shades }: GlyphSet): string {
  const shade = tile.result?.disposition === 'pass' ? shades.pass : shades.other;
  return text.replace(/ {2,}$/, (blanks) => ` ${shade.repeat(blanks.length - 1)}`);
}

interface BigParts {
  readonly number: readonly string[];
  /** Empty where the word is written small. */
  readonly word: readonly string[];
}

function renderTileRows(tile: Tile, inner: number, frame: TileFrame, look: Theme): readonly string[] {
  const mark = frame.isChosen ? look.glyphs.chosen : tile.face === 'result' ? ' ' : look.glyphs.edge;
  const big = renderBigParts(tile, inner, frame.height, look);
  if (big === null) return renderSmallRows(tile, inner, frame.height, look, mark);
  const numberCells = countCells(big.number[0]!) + GAP;
  const texts = renderTextRows(tile, inner - MARK - numberCells, frame.height, big.word, look);
  return Array.from({ length: frame.height }, (_, row) => {
    return `${mark}${fitCells(big.number[row] ?? '', numberCells)}${texts[row] ?? ''}`;
  });
}

/** The number as large as every state of the tile allows, then the word as large as it leaves room; null for small tiles. */
function renderBigParts(tile: Tile, inner: number, height: number, look: Theme): BigParts | null {
  const { isUnicode } = look.glyphs;
  const number = String(tile.number);
  for (let scale = MAX_LETTER_SCALE; scale >= 1; scale -= 1) {
    const size = measureBlockLetters(number, scale, isUnicode)!;
    const cells = inner - MARK - size.cells - GAP;
    const isSmall = scale === 1 && size.rows <= height && cells >= MIN_TEXT_CELLS;
    const isShare = size.cells <= inner * NUMBER_SHARE && size.rows < height;
    if (!isSmall && !isShare) continue;
    return {
      number: renderBlockLetters(number, scale, isUnicode),
      word: renderBigWord(tile, cells, scale, height, look),
    };
  }
  return null;
}

/** The result, or what a person is called for, no larger than the number, if the rest has room below; else empty. */
function renderBigWord(tile: Tile, cells: number, numberScale: number, height: number, look: Theme): readonly string[] {
  const { isUnicode } = look.glyphs;
  const below = 1 + renderBelowHead(tile, cells, look).length;
  for (const word of listBigWords(tile, look)) {
    for (let scale = numberScale; scale >= 1; scale -= 1) {
      const size = measureBlockLetters(word, scale, isUnicode);
      if (size && size.cells <= cells && size.rows + below <= height) return renderBlockLetters(word, scale, isUnicode);
    }
  }
  return [];
}

/** The word, else the sign, for words that have no letters here; of a run how far it has come, never filled, so that calls stay loud. */
function listBigWords(tile: Tile, { texts, glyphs, nowMs }: Theme): readonly string[] {
  if (tile.face === 'result') return [formatTileWord(tile, texts), getTileGlyph(tile, glyphs)];
  if (isShownLabel(tile, nowMs)) return [tile.given!.label];
  if (tile.face === 'waiting' && tile.asksAfter !== null) return [];
  if (tile.face === 'running') return [`${Math.floor(100 * computeRunShare(tile))}%`];
  return CALLING_FACES.includes(tile.face) ? [texts.shortFaces[tile.face], getTileGlyph(tile, glyphs)] : [];
}

/** What stands to the right of the big number. */
function renderTextRows(
  tile: Tile,
  cells: number,
  height: number,
  word: readonly string[],
  look: Theme,
): readonly string[] {
  const head = formatTileHead(tile, look);
  const unit = isShownLabel(tile, look.nowMs)
    ? look.texts.labelGiven(tile.given!.label, tile.number)
    : (tile.unit ?? '');
  const isTight = word.length > 0 || height < 5;
  const top = isTight ? [unit === '' ? head : `${head}  ${unit}`] : [head, unit];
  const result = tile.result && tile.face === 'result' ? [`${tile.result.rule} ${tile.result.reason}`] : [];
  return [...word, ...top, ...renderBelowHead(tile, cells, look), ...result, formatFixtureHealth(tile, look)];
}

function renderBelowHead(tile: Tile, cells: number, look: Theme): readonly string[] {
  if (tile.face === 'running') return [formatRunningStep(tile), formatStepProgress(tile, cells, look)];
  return renderInstructionRows(tile, cells, look);
}

function renderInstructionRows(tile: Tile, cells: number, look: Theme): readonly string[] {
  const choices = tile.face === 'asking' ? wrapCells(formatChoices(tile.choices), cells, MAX_CHOICE_LINES) : [];
  const room = MAX_INSTRUCTION_LINES - choices.length;
  const lines = [...wrapCells(formatTileInstruction(tile, look.texts), cells, room), ...choices];
  return cells < WHOLE_INSTRUCTION_CELLS ? lines.slice(0, 1) : lines;
}

/** Number, sign and word in one row, and below it whatever has room. */
function renderSmallRows(tile: Tile, inner: number, height: number, look: Theme, mark: string): readonly string[] {
  const number = String(tile.number).padStart(2);
  const whole = `${mark}${number} ${formatTileHead(tile, look)}`;
  const head = countCells(whole) <= inner ? whole : `${mark}${number}${formatTileShortHead(tile, look)}`;
  if (height === 1)
    return [
      findFittingText([`${head}  ${formatRestOfRow(tile, inner, look)}`, `${head}  ${tile.unit ?? ''}`, head], inner),
    ];
  const body = [
    ...(tile.unit === null ? [] : [tile.unit]),
    ...(tile.face === 'running'
      ? [formatStepProgress(tile, inner - GAP, look)]
      : wrapCells(formatTileInstruction(tile, look.texts), inner - GAP, Math.max(1, height - 2))),
  ];
  return [head, ...body.slice(0, height - 1).map((text) => `${mark} ${text}`)];
}

function formatRestOfRow(tile: Tile, inner: number, look: Theme): string {
  return `${tile.unit ?? ''}  ${tile.face === 'running' ? formatStepProgress(tile, inner / 2, look) : ''}`.trim();
}

function findFittingText(texts: readonly string[], cells: number): string {
  const trimmed = texts.map((text) => text.trimEnd());
  return trimmed.find((text) => countCells(text) <= cells) ?? trimmed.at(-1)!;
}
