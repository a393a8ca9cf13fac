// The whole board as exactly as many lines as the terminal has rows: pure, so that a test can read the screen.

import { summariseBatch } from '../state/batch-figures.ts';
import type { BoardState, Tile } from '../state/board-state.ts';
import { renderAlarmLines } from './alarm-lines.ts';
import { renderFailingLines } from './failing-lines.ts';
import { computeLayout, type Layout } from './layout.ts';
import { paintTile } from './paint-tile.ts';
import { countCells, createSegment, fitLine, type Line, toPlainText } from './styled-line.ts';
import type { ScreenSize, Theme } from './theme.ts';
import {
  formatFixtureHealth,
  formatRunningStep,
  formatStepProgress,
  formatTileHead,
  formatTileInstruction,
} from './tile-texts.ts';

/** The board, its last line left to the caller's footer. */
export function paintBoard(
  state: BoardState,
  chosenFixture: number | null,
  footer: Line,
  screen: ScreenSize,
  look: Theme,
): readonly Line[] {
  const alarms = renderAlarmLines(state, look);
  const layout = computeLayout(screen, {
    tiles: state.tiles.length,
    failing: state.failing.length,
    alarms: alarms.length,
  });
  const chosen = state.tiles.find((tile) => tile.number === chosenFixture) ?? state.tiles[0];
  const marked = layout.panelHeight > 0 ? chosen?.number : chosenFixture;
  return [
    ...renderHeaderLines(state, layout.columns, look),
    ...fillRows(renderTileLines(state.tiles, marked, layout, look), layout.tileRows * layout.tileHeight),
    ...(chosen && layout.panelHeight > 0
      ? renderPanelLines(chosen, layout, look)
      : createBlankRows(layout.panelHeight)),
    ...renderFailingLines(state.failing, layout.failingHeight, layout.columns, look),
    ...fillRows(limitRows(alarms, layout.alarmHeight, look), layout.alarmHeight),
    footer,
  ];
}

/** Product, batch and operator; then counts, yield and rate. */
function renderHeaderLines(state: BoardState, columns: number, look: Theme): readonly Line[] {
  const { texts } = look;
  const closed = state.isClosed ? ` (${texts.closed})` : '';
  const title = ` FLASHLINE  ${state.product ?? ''}  ${texts.batch} ${state.batch ?? '–'}${closed}`;
  const operator = `${texts.operator}: ${state.operator ?? texts.nobody} `;
  const gap = ' '.repeat(Math.max(1, columns - countCells(title) - countCells(operator)));
  return [[createSegment(title + gap + operator, 'title', true)], renderCountsLine(state, columns, look)];
}

/** The counts with as much beside them as the screen is wide. */
function renderCountsLine(state: BoardState, columns: number, look: Theme): Line {
  const { texts } = look;
  const { units } = state.counts;
  const figures = summariseBatch(state, look.nowMs);
  const target = state.targetCount === null ? '' : `/${state.targetCount}`;
  const toGo = figures.remaining === null ? '' : ` (${texts.remaining(figures.remaining)})`;
  const line = (remaining: string, yieldName: string): Line => [
    createSegment(` ${figures.done}${target} ${texts.done}${remaining}`, 'strong'),
    createSegment(`  ${texts.pass} ${units.pass}  ${texts.rework} ${units.rework}  ${texts.hold} ${units.hold}  `),
    createSegment(`${texts.scrap} ${figures.scrap}`, figures.scrap > 0 ? 'fail' : 'plain'),
    createSegment(
      `  ${yieldName} ${figures.firstPassYield ?? '–'} (y)  ${figures.unitsPerHour ?? '–'} ${texts.perHour}`,
      'dim',
    ),
  ];
  const widths = [
    line(toGo, texts.firstPassYield),
    line(toGo, texts.firstPassYieldShort),
    line('', texts.firstPassYieldShort),
  ];
  return widths.find((pieces) => countCells(toPlainText(pieces)) <= columns) ?? widths.at(-1)!;
}

function renderTileLines(
  tiles: readonly Tile[],
  marked: number | null | undefined,
  { tileColumns, tileWidth: width, tileHeight: height, columns }: Layout,
  look: Theme,
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
function renderPanelLines(tile: Tile, { columns, panelHeight }: Layout, look: Theme): readonly Line[] {
  const { texts, glyphs } = look;
  const isResult = tile.face === 'result' && tile.result !== null;
  const work =
    tile.face === 'running' ? `${formatRunningStep(tile)}  ${formatStepProgress(tile, columns / 2, look)}` : null;
  const lines: readonly Line[] = [
    [
      createSegment(
        `${glyphs.chosen} ${texts.fixture} ${tile.number}  ${formatTileHead(tile, look)}  ${tile.unit ?? ''}`,
        'strong',
      ),
    ],
    work === null ? [createSegment(`  ${formatTileInstruction(tile, texts)}`, 'strong')] : [createSegment(`  ${work}`)],
    [
      createSegment(
        isResult ? `  ${tile.result!.rule} ${tile.result!.reason}` : `  ${formatFixtureHealth(tile, look)}`,
        'dim',
      ),
    ],
  ];
  return fillRows(lines, panelHeight);
}

/** The lines, or one line less and how many more there are. */
function limitRows(lines: readonly Line[], rows: number, { texts }: Theme): readonly Line[] {
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), [createSegment(` ${texts.moreLines(lines.length - rows + 1)}`, 'alarm')]];
}

function fillRows(lines: readonly Line[], rows: number): readonly Line[] {
  return Array.from({ length: rows }, (_, row) => lines[row] ?? []);
}

function createBlankRows(rows: number): readonly Line[] {
  return fillRows([], rows);
}
