// The lines of the board above and below its tiles: title, counts, the chosen fixture, and what is left out.
import { summariseBatch } from '../state/batch-figures.ts';
import type { BoardState, Tile } from '../state/board-state.ts';
import { countCells, createSegment, type Line, toPlainText } from './styled-line.ts';
import type { Theme } from './theme.ts';
import {
  formatChoices,
  formatFixtureHealth,
  formatRunningStep,
  formatStepProgress,
  formatTileHead,
  formatTileInstruction,
} from './tile-texts.ts';

/** Product, batch and operator. */
export function renderTitleLine(state: BoardState, columns: number, { texts }: Theme): Line {
  const closed = state.isClosed ? ` (${texts.closed})` : '';
  const title = ` FLASHLINE  ${state.product ?? ''}  ${texts.batch} ${state.batch ?? '–'}${closed}`;
  const operator = `${texts.operator}: ${state.operator ?? texts.nobody} `;
  const gap = ' '.repeat(Math.max(1, columns - countCells(title) - countCells(operator)));
  return [createSegment(title + gap + operator, 'title', true)];
}

/** The counts with as much beside them as the screen is wide. */
export function renderCountsLine(state: BoardState, columns: number, look: Theme): Line {
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

/** The chosen fixture, where tiles are too small to tell the rest. */
export function renderPanelLines(tile: Tile, columns: number, look: Theme): readonly Line[] {
  const { texts, glyphs } = look;
  const isResult = tile.face === 'result' && tile.result !== null;
  const work =
    tile.face === 'running' ? `${formatRunningStep(tile)}  ${formatStepProgress(tile, columns / 2, look)}` : null;
  return [
    [
      createSegment(
        `${glyphs.chosen} ${texts.fixture} ${tile.number}  ${formatTileHead(tile, look)}  ${tile.unit ?? ''}`,
        'strong',
      ),
    ],
    work === null ? [createSegment(`  ${formatTileInstruction(tile, texts)}`, 'strong')] : [createSegment(`  ${work}`)],
    [
      createSegment(
        isResult
          ? `  ${tile.result!.rule} ${tile.result!.reason}`
          : `  ${tile.face === 'asking' ? formatChoices(tile.choices) : formatFixtureHealth(tile, look)}`,
        'dim',
      ),
    ],
  ];
}

/** The lines, or one line less and how many more there are. */
export function limitRows(lines: readonly Line[], rows: number, { texts }: Theme): readonly Line[] {
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, rows - 1), [createSegment(` ${texts.moreLines(lines.length - rows + 1)}`, 'alarm')]];
}
