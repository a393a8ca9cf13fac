// The second screens: one fixture with everything known about it, the batch, the help, and what a figure means.

import { formatShortDuration } from '../messages/durations.ts';
import { summariseBatch } from '../state/batch-figures.ts';
import type { BoardState, Tile } from '../state/board-state.ts';
import { renderFailingLines, renderScrapLine } from './failing-lines.ts';
import { createSegment, fitCells, type Line, type Tone, wrapCells } from './styled-line.ts';
import type { ScreenSize, Theme } from './theme.ts';
import {
  formatFixtureHealth,
  formatOpenPrompt,
  formatStepProgress,
  formatTileHead,
  formatTileInstruction,
  getTileTone,
} from './tile-texts.ts';

const MARGIN = 2;
const MAX_WRAPPED_LINES = 4;
const MAX_CODES = 8;

/** One fixture: what to do, the question that is open, why, its steps with evidence, and the last serial lines. */
export function renderDetailsBody(state: BoardState, tile: Tile, screen: ScreenSize, look: Theme): readonly Line[] {
  const { texts } = look;
  const cells = screen.columns - 2 * MARGIN;
  const prompts = state.prompts.filter((prompt) => prompt.fixture === tile.number);
  const title = ` ${texts.fixture} ${tile.number}  ${formatTileHead(tile, look)}  ${tile.unit ?? ''} `;
  return [
    [createSegment(title, getTileTone(tile), true)],
    ...prompts.flatMap((prompt) => renderParagraph(formatOpenPrompt(prompt, look), cells, 'attention')),
    ...renderParagraph(formatTileInstruction(tile, texts), cells, 'strong'),
    ...renderParagraph(formatFixtureHealth(tile, look), cells, 'dim'),
    ...renderReasonLines(tile, cells, look),
    ...(tile.steps.length > 0 ? [renderHeading(texts.steps), ...renderStepLines(tile, cells, look)] : []),
    ...(tile.serialTail.length > 0
      ? [renderHeading(texts.serial), ...tile.serialTail.map((text): Line => [createSegment(`  ${text}`, 'dim')])]
      : []),
  ];
}

/** The batch: counts and rates with their rules, every fixture, and what fails most. */
export function renderBatchBody(state: BoardState, screen: ScreenSize, look: Theme): readonly Line[] {
  const { texts, glyphs } = look;
  const { counts, units } = state;
  const figures = summariseBatch(state, look.nowMs);
  const cells = screen.columns - 2 * MARGIN;
  const codes = Object.entries(units.codes).sort(([, left], [, right]) => right - left);
  const toGo = figures.msToGo === null ? '' : `, ${texts.timeToGo(formatShortDuration(figures.msToGo))}`;
  const standing = (Object.keys(counts.units) as (keyof typeof counts.units)[]).map(
    (disposition) =>
      `${glyphs.dispositions[disposition]} ${texts.dispositions[disposition]} ${counts.units[disposition]}`,
  );
  return [
    [createSegment(` ${texts.batch} ${state.batch ?? '–'}  ${state.product ?? ''} `, 'title', true)],
    ...renderParagraph(`${figures.done} ${texts.done}${toGo} · ${counts.runs} ${texts.runs}`, cells, 'strong'),
    ...renderParagraph(standing.join('   '), cells, 'plain'),
    renderHeading(
      `${texts.firstPassYield} ${figures.firstPassYield ?? '–'}  (${counts.firstPasses}/${counts.firstRuns})`,
    ),
    ...renderParagraph(texts.firstPassYieldRule, cells, 'dim'),
    renderHeading(`${figures.unitsPerHour ?? '–'} ${texts.perHour}`),
    ...renderParagraph(texts.perHourRule, cells, 'dim'),
    ...(codes.length > 0 ? [renderHeading(texts.failuresByCode)] : []),
    ...codes
      .slice(0, MAX_CODES)
      .map(([code, count]): Line => [createSegment(`  ${String(count).padStart(4)}  ${code}`)]),
    ...renderFailingLines(state.failing, state.failing.length + 1, screen.columns, look),
    renderHeading(texts.fixture),
    ...state.tiles.map((tile): Line => {
      const health = tile.failCount > 0 ? '' : `  ${texts.health(tile.failCount, tile.runCount)}`;
      return [
        createSegment(
          `  ${String(tile.number).padStart(4)}  ${fitCells(formatTileHead(tile, look), 14)}${health}  ${formatFixtureHealth(tile, look)}`,
        ),
      ];
    }),
  ];
}

/** What the keys do. */
export function renderHelpBody({ texts }: Theme): readonly Line[] {
  return [
    [createSegment(' FLASHLINE ', 'title', true)],
    ...texts.help.map((text): Line => [createSegment(`  ${text}`)]),
  ];
}

/** How first-pass yield is counted. */
export function renderYieldBody(screen: ScreenSize, { texts }: Theme): readonly Line[] {
  return [
    [createSegment(` ${texts.firstPassYield} `, 'title', true)],
    [],
    ...renderParagraph(texts.firstPassYieldRule, screen.columns - 2 * MARGIN, 'plain'),
  ];
}

/** The body from the scrolled line on, cut or filled to the screen; units to be scrapped stay in sight on every page. */
export function cutPage(
  body: readonly Line[],
  scroll: number,
  footer: Line,
  state: BoardState,
  screen: ScreenSize,
  look: Theme,
): readonly Line[] {
  const scrap = renderScrapLine(state.failing, look);
  const room = countBodyRows(scrap, screen);
  const first = Math.min(scroll, Math.max(0, body.length - room));
  const hidden = body.length - first - room;
  const visible = body.slice(first, first + (hidden > 0 ? room - 1 : room));
  const more: readonly Line[] =
    hidden > 0 ? [[createSegment(` ${look.texts.moreLines(hidden + 1)} (PgDn)`, 'strong')]] : [];
  const lines = [...visible, ...more];
  const filled = Array.from({ length: room }, (_, row) => lines[row] ?? []);
  return [...filled, ...(scrap ? [scrap] : []), footer];
}

/** How many lines of the body can be scrolled past: its last line then stands at the foot. */
export function computeMaxScroll(body: readonly Line[], state: BoardState, screen: ScreenSize, look: Theme): number {
  return Math.max(0, body.length - countBodyRows(renderScrapLine(state.failing, look), screen));
}

function countBodyRows(scrap: Line | undefined, screen: ScreenSize): number {
  return Math.max(1, screen.rows - 1 - (scrap ? 1 : 0));
}

function renderReasonLines(tile: Tile, cells: number, { texts }: Theme): readonly Line[] {
  const { result } = tile;
  if (!result) return [];
  const suspects = result.suspects.map((suspect) => texts.suspects[suspect]).join(', ');
  const likelihood = Object.entries(result.likelihood)
    .map(([cause, share]) => `${cause} ${Math.round(share * 100)} %`)
    .join(', ');
  return [
    renderHeading(`${texts.why}: ${texts.rule} ${result.rule}${result.code ? `, ${result.code}` : ''}`),
    ...renderParagraph(result.reason, cells, 'plain'),
    ...renderParagraph(result.ruleText, cells, 'plain'),
    ...result.because.flatMap((sentence) => renderParagraph(`- ${sentence}`, cells, 'dim')),
    ...(suspects === '' ? [] : renderParagraph(`${texts.suspected}: ${suspects}`, cells, 'plain')),
    ...(likelihood === '' ? [] : renderParagraph(`${texts.likelihood}: ${likelihood}`, cells, 'dim')),
    ...renderParagraph(`${texts.wouldChange}: ${result.wouldChange}`, cells, 'plain'),
  ];
}

function renderStepLines(tile: Tile, cells: number, look: Theme): readonly Line[] {
  return tile.steps.flatMap((step): readonly Line[] => {
    const name = `  ${look.glyphs.steps[step.result]} ${step.id}${step.attempt > 1 ? ` (${step.attempt})` : ''}`;
    const time =
      step.durationMs === null ? formatStepProgress(tile, cells / 2, look) : formatShortDuration(step.durationMs);
    const tone = step.result === 'failed' || step.result === 'timeout' || step.result === 'errored' ? 'fail' : 'plain';
    return [
      [
        createSegment(name, tone),
        createSegment(`  ${time}`, 'dim'),
        createSegment(step.detail === null ? '' : `  ${step.detail}`),
      ],
      ...step.evidence.map((line): Line => [createSegment(`      ${line}`, 'dim')]),
    ];
  });
}

function renderHeading(text: string): Line {
  return [createSegment(` ${text}`, 'strong')];
}

function renderParagraph(text: string, cells: number, tone: Tone): readonly Line[] {
  if (text === '') return [];
  return wrapCells(text, cells, MAX_WRAPPED_LINES).map((line) => [createSegment(`${' '.repeat(MARGIN)}${line}`, tone)]);
}
