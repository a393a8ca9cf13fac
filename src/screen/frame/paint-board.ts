// The whole board as exactly as many lines as the terminal has rows: pure, so that a test can read the screen.

import { summariseBatch } from '../state/batch-figures.ts';
import type { BoardState, Tile } from '../state/board-state.ts';
import { alarmLines } from './alarm-lines.ts';
import { failingLines } from './failing-lines.ts';
import { type Layout, layOut } from './layout.ts';
import { paintTile } from './paint-tile.ts';
import { cellsOf, fitLine, type Line, plainText, segment } from './styled-line.ts';
import type { Look, ScreenSize } from './theme.ts';
import { healthText, progressText, stepText, tileHead, tileInstruction } from './tile-texts.ts';

/** The board, its last line left to the caller's footer. */
export function paintBoard(
  state: BoardState,
  chosenFixture: number | null,
  footer: Line,
  screen: ScreenSize,
  look: Look,
): readonly Line[] {
  const alarms = alarmLines(state, look);
  const layout = layOut(screen, {
    tiles: state.tiles.length,
    failing: state.failing.length,
    alarms: alarms.length,
  });
  const chosen = state.tiles.find((tile) => tile.number === chosenFixture) ?? state.tiles[0];
  const marked = layout.panelHeight > 0 ? chosen?.number : chosenFixture;
  return [
    ...headerLines(state, layout.columns, look),
    ...fillRows(tileLines(state.tiles, marked, layout, look), layout.tileRows * layout.tileHeight),
    ...(chosen && layout.panelHeight > 0 ? panelLines(chosen, layout, look) : blank(layout.panelHeight)),
    ...failingLines(state.failing, layout.failingHeight, layout.columns, look),
    ...fillRows(atMost(alarms, layout.alarmHeight, look), layout.alarmHeight),
    footer,
  ];
}

/** Product, batch and operator; then counts, yield and rate. */
function headerLines(state: BoardState, columns: number, look: Look): readonly Line[] {
  const { texts } = look;
  const closed = state.isClosed ? ` (${texts.closed})` : '';
  const title = ` FLASHLINE  ${state.product ?? ''}  ${texts.batch} ${state.batch ?? '–'}${closed}`;
  const operator = `${texts.operator}: ${state.operator ?? texts.nobody} `;
  const gap = ' '.repeat(Math.max(1, columns - cellsOf(title) - cellsOf(operator)));
  return [[segment(title + gap + operator, 'title', true)], countsLine(state, columns, look)];
}

/** The counts with as much beside them as the screen is wide. */
function countsLine(state: BoardState, columns: number, look: Look): Line {
  const { texts } = look;
  const { units } = state.counts;
  const figures = summariseBatch(state, look.nowMs);
  const target = state.targetCount === null ? '' : `/${state.targetCount}`;
  const toGo = figures.remaining === null ? '' : ` (${texts.remaining(figures.remaining)})`;
  const line = (remaining: string, yieldName: string): Line => [
    segment(` ${figures.done}${target} ${texts.done}${remaining}`, 'strong'),
    segment(`  ${texts.pass} ${units.pass}  ${texts.rework} ${units.rework}  ${texts.hold} ${units.hold}  `),
    segment(`${texts.scrap} ${figures.scrap}`, figures.scrap > 0 ? 'fail' : 'plain'),
    segment(
      `  ${yieldName} ${figures.firstPassYield ?? '–'} (y)  ${figures.unitsPerHour ?? '–'} ${texts.perHour}`,
      'dim',
    ),
  ];
  const widths = [
    line(toGo, texts.firstPassYield),
    line(toGo, texts.firstPassYieldShort),
    line('', texts.firstPassYieldShort),
  ];
  return widths.find((pieces) => cellsOf(plainText(pieces)) <= columns) ?? widths.at(-1)!;
}

function tileLines(
  tiles: readonly Tile[],
  marked: number | null | undefined,
  { tileColumns, tileWidth: width, tileHeight: height, columns }: Layout,
  look: Look,
): readonly Line[] {
  const lines: Line[] = [];
  for (let first = 0; first < tiles.length; first += tileColumns) {
    const row = tiles.slice(first, first + tileColumns).map((tile) => {
      return paintTile(tile, { width, height, isChosen: tile.number === marked }, look);
    });
    for (let at = 0; at < height; at += 1) {
      lines.push(
        fitLine(
          row.flatMap((tile) => tile[at]!),
          columns,
        ),
      );
    }
  }
  return lines;
}

/** The chosen fixture, where tiles are too small to tell the rest. */
function panelLines(tile: Tile, { columns, panelHeight }: Layout, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const isResult = tile.face === 'result' && tile.result !== null;
  const work = tile.face === 'running' ? `${stepText(tile)}  ${progressText(tile, columns / 2, look)}` : null;
  const lines: readonly Line[] = [
    [
      segment(
        `${glyphs.chosen} ${texts.fixture} ${tile.number}  ${tileHead(tile, look)}  ${tile.unit ?? ''}`,
        'strong',
      ),
    ],
    work === null ? [segment(`  ${tileInstruction(tile, texts)}`, 'strong')] : [segment(`  ${work}`)],
    [segment(isResult ? `  ${tile.result!.rule} ${tile.result!.reason}` : `  ${healthText(tile, look)}`, 'dim')],
  ];
  return fillRows(lines, panelHeight);
}

/** The lines, or one line less and how many more there are. */
function atMost(lines: readonly Line[], rows: number, { texts }: Look): readonly Line[] {
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), [segment(` ${texts.moreLines(lines.length - rows + 1)}`, 'alarm')]];
}

function fillRows(lines: readonly Line[], rows: number): readonly Line[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? []);
}

function blank(rows: number): readonly Line[] {
  return fillRows([], rows);
}
