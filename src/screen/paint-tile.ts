// One fixture as a rectangle of text: number, sign and word first, then unit, progress and the one instruction.
import type { Instruction } from '../model/verdict.ts';
import type { Tile } from './board-state.ts';
import type { Catalogue } from './catalogue/en.ts';
import { bigNumber, type GlyphSet, tileGlyph } from './glyphs.ts';
import { ROOMY_TILE } from './layout.ts';
import { cellsOf, fitCells, fitLine, type Line, segment, type Tone, wrapCells } from './line.ts';

/** What painting needs beside the state. */
export interface Look {
  readonly texts: Catalogue;
  readonly glyphs: GlyphSet;
  readonly nowMs: number;
}

export interface TileFrame {
  readonly width: number;
  readonly height: number;
  readonly isChosen: boolean;
}

const GUTTER = 1;

/** Exactly `height` lines of exactly `width` cells. */
export function paintTile(tile: Tile, frame: TileFrame, look: Look): readonly Line[] {
  const inner = frame.width - GUTTER;
  const isRoomy = inner >= ROOMY_TILE.width - GUTTER && frame.height >= ROOMY_TILE.height;
  const rows = isRoomy ? roomyRows(tile, inner, frame, look) : compactRows(tile, inner, frame, look);
  const tone = tileTone(tile);
  const filled = tile.face === 'result';
  return Array.from({ length: frame.height }, (_, row) => [
    segment(fitCells(rows[row] ?? '', inner), tone, filled),
    segment(' '.repeat(GUTTER)),
  ]);
}

/** The word on a tile: the result's when there is one. */
export function tileWord(tile: Tile, texts: Catalogue): string {
  return tile.face === 'result' && tile.result ? texts.dispositions[tile.result.disposition] : texts.faces[tile.face];
}

/** How a tile looks; a running one is never filled, so that it cannot be taken for a result. */
export function tileTone(tile: Tile): Tone {
  if (tile.face === 'stopped') return 'stopped';
  if (tile.face === 'waiting') return 'attention';
  if (tile.face === 'running') return 'running';
  if (tile.face !== 'result' || !tile.result) return 'dim';
  if (tile.result.disposition === 'pass') return 'pass';
  return tile.result.disposition === 'retest' ? 'attention' : 'fail';
}

/** The one thing to do at this fixture now, verb first. */
export function tileInstruction(tile: Tile, texts: Catalogue): string {
  if (tile.face === 'result' && tile.result) return instructionText(tile.result.instruction, tile.number, texts);
  if (tile.face === 'empty') return texts.insertUnit;
  if (tile.face === 'waiting') return texts.scanLabel;
  if (tile.face === 'stopped') return texts.stoppedBecause(tile.stopReason ?? '');
  return texts.doNotTouch;
}

/** An instruction in words. */
export function instructionText(instruction: Instruction, fixture: number, texts: Catalogue): string {
  switch (instruction.do) {
    case 'put-in-bin':
      return texts.putInBin(texts.bins[instruction.bin], fixture);
    case 'move-to-fixture':
      return texts.moveToFixture(instruction.fixture, fixture);
    case 'retest-anywhere':
      return texts.retestAnywhere(fixture);
    case 'reseat':
      return texts.reseat(fixture);
    case 'call-technician':
      return texts.callTechnician(fixture);
  }
}

/** Progress of the running step: a bar, its share, and the time against the usual. */
export function progressText(tile: Tile, cells: number, look: Look): string {
  const { step } = tile;
  if (!step) return '';
  const place = `${step.index + 1}/${tile.stepCount}`;
  const share = step.total > 0 ? step.done / step.total : 0;
  const elapsed = seconds(look.nowMs - step.startedAtMs);
  const time = step.usualMs === null ? elapsed : `${elapsed} (${look.texts.usual(seconds(step.usualMs))})`;
  const tail = ` ${Math.round(share * 100)} % ${time}`;
  const barCells = Math.min(20, cells - cellsOf(place) - cellsOf(tail) - 1);
  if (barCells < 4) return `${place} ${Math.round(share * 100)} %`;
  return `${place} ${bar(share, barCells, look.glyphs)}${tail}`;
}

/** Whole seconds for people. */
export function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1000))} s`;
}

function bar(share: number, cells: number, glyphs: GlyphSet): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * cells);
  return glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(cells - full);
}

function compactRows(tile: Tile, inner: number, frame: TileFrame, look: Look): readonly string[] {
  const mark = frame.isChosen ? look.glyphs.chosen : ' ';
  const head = `${mark}${String(tile.number).padStart(2)} ${tileGlyph(tile, look.glyphs)} ${tileWord(tile, look.texts)}`;
  const edge = tile.face === 'running' ? look.glyphs.edge : ' ';
  const body = [
    ...(tile.unit === null ? [] : [tile.unit]),
    ...(tile.face === 'running'
      ? [progressText(tile, inner - 2, look)]
      : wrapCells(tileInstruction(tile, look.texts), inner - 2, frame.height - 2)),
  ];
  return [head, ...body.slice(0, frame.height - 1).map((text) => `${edge} ${text}`)];
}

function roomyRows(tile: Tile, inner: number, frame: TileFrame, look: Look): readonly string[] {
  const number = bigNumber(tile.number, look.glyphs);
  const numberCells = cellsOf(number[0]!) + 3;
  const textCells = inner - numberCells;
  const instruction = wrapCells(tileInstruction(tile, look.texts), textCells, 2);
  const word = `${tileGlyph(tile, look.glyphs)} ${tileWord(tile, look.texts)}${markText(tile, look.texts)}`;
  const middle = tile.face === 'running' ? [stepText(tile), progressText(tile, textCells, look)] : instruction;
  const texts = [
    word,
    tile.unit ?? '',
    ...middle,
    ...(tile.result ? [`${tile.result.rule} ${tile.result.reason}`] : []),
  ];
  const mark = frame.isChosen ? look.glyphs.chosen : tile.face === 'running' ? look.glyphs.edge : ' ';
  return texts.map((text, row) => `${mark}${fitCells(number[row] ?? '', numberCells - 1)}${text}`);
}

function stepText(tile: Tile): string {
  return tile.step ? `${tile.step.id}${tile.step.stage ? ` · ${tile.step.stage}` : ''}` : '';
}

function markText(tile: Tile, texts: Catalogue): string {
  const marks = tile.result?.marks ?? [];
  return marks.length > 0 ? ` (${marks.map((mark) => texts.marks[mark]).join(', ')})` : '';
}

/** The chosen fixture's panel, where tiles are too small to tell the rest. */
export function paintPanel(tile: Tile, columns: number, rows: number, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const title = `${glyphs.chosen} ${texts.fixture} ${tile.number}  ${tileGlyph(tile, glyphs)} ${tileWord(tile, texts)}  ${tile.unit ?? ''}`;
  const lines: Line[] = [
    [segment(title, 'strong')],
    tile.face === 'running'
      ? [segment(`  ${stepText(tile)}  ${progressText(tile, columns - 40, look)}`)]
      : [segment(`  ${tileInstruction(tile, texts)}`, 'strong')],
    [
      segment(
        tile.result
          ? `  ${tile.result.rule} ${tile.result.reason}`
          : `  ${texts.health(tile.failCount, tile.runCount)}`,
        'dim',
      ),
    ],
  ];
  return Array.from({ length: rows }, (_, row) => fitLine(lines[row] ?? [], columns));
}
