// The second screens: one fixture with everything known about it, the batch, the help, and what a figure means.

import { duration } from '../messages/durations.ts';
import { summariseBatch } from '../state/batch-figures.ts';
import type { BoardState, Tile } from '../state/board-state.ts';
import { failingLines, scrapLine } from './failing-lines.ts';
import { fitCells, type Line, segment, type Tone, wrapCells } from './styled-line.ts';
import type { Look, ScreenSize } from './theme.ts';
import { healthText, progressText, promptText, tileHead, tileInstruction, tileTone } from './tile-texts.ts';

const MARGIN = 2;
const MAX_WRAPPED_LINES = 4;
const MOST_CODES = 8;

/** One fixture: what to do, the question that is open, why, its steps with evidence, and the last serial lines. */
export function detailsBody(state: BoardState, tile: Tile, screen: ScreenSize, look: Look): readonly Line[] {
  const { texts } = look;
  const cells = screen.columns - 2 * MARGIN;
  const prompts = state.prompts.filter((prompt) => prompt.fixture === tile.number);
  const title = ` ${texts.fixture} ${tile.number}  ${tileHead(tile, look)}  ${tile.unit ?? ''} `;
  return [
    [segment(title, tileTone(tile), true)],
    ...prompts.flatMap((prompt) => paragraph(promptText(prompt, look), cells, 'attention')),
    ...paragraph(tileInstruction(tile, texts), cells, 'strong'),
    ...paragraph(healthText(tile, look), cells, 'dim'),
    ...whyLines(tile, cells, look),
    ...(tile.steps.length > 0 ? [heading(texts.steps), ...stepLines(tile, cells, look)] : []),
    ...(tile.serialTail.length > 0
      ? [heading(texts.serial), ...tile.serialTail.map((text): Line => [segment(`  ${text}`, 'dim')])]
      : []),
  ];
}

/** The batch: counts and rates with their rules, every fixture, and what fails most. */
export function batchBody(state: BoardState, screen: ScreenSize, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const { counts, units } = state;
  const figures = summariseBatch(state, look.nowMs);
  const cells = screen.columns - 2 * MARGIN;
  const codes = Object.entries(units.codes).sort(([, left], [, right]) => right - left);
  const toGo = figures.msToGo === null ? '' : `, ${texts.timeToGo(duration(figures.msToGo))}`;
  const standing = (Object.keys(counts.units) as (keyof typeof counts.units)[]).map(
    (disposition) =>
      `${glyphs.dispositions[disposition]} ${texts.dispositions[disposition]} ${counts.units[disposition]}`,
  );
  return [
    [segment(` ${texts.batch} ${state.batch ?? '–'}  ${state.product ?? ''} `, 'title', true)],
    ...paragraph(`${figures.done} ${texts.done}${toGo} · ${counts.runs} ${texts.runs}`, cells, 'strong'),
    ...paragraph(standing.join('   '), cells, 'plain'),
    heading(`${texts.firstPassYield} ${figures.firstPassYield ?? '–'}  (${counts.firstPasses}/${counts.firstRuns})`),
    ...paragraph(texts.firstPassYieldRule, cells, 'dim'),
    heading(`${figures.unitsPerHour ?? '–'} ${texts.perHour}`),
    ...paragraph(texts.perHourRule, cells, 'dim'),
    ...(codes.length > 0 ? [heading(texts.failuresByCode)] : []),
    ...codes.slice(0, MOST_CODES).map(([code, count]): Line => [segment(`  ${String(count).padStart(4)}  ${code}`)]),
    ...failingLines(state.failing, state.failing.length + 1, screen.columns, look),
    heading(texts.fixture),
    ...state.tiles.map((tile): Line => {
      const health = tile.failCount > 0 ? '' : `  ${texts.health(tile.failCount, tile.runCount)}`;
      return [
        segment(
          `  ${String(tile.number).padStart(4)}  ${fitCells(tileHead(tile, look), 14)}${health}  ${healthText(tile, look)}`,
        ),
      ];
    }),
  ];
}

/** What the keys do. */
export function helpBody({ texts }: Look): readonly Line[] {
  return [[segment(' FLASHLINE ', 'title', true)], ...texts.help.map((text): Line => [segment(`  ${text}`)])];
}

/** How first-pass yield is counted. */
export function yieldBody(screen: ScreenSize, { texts }: Look): readonly Line[] {
  return [
    [segment(` ${texts.firstPassYield} `, 'title', true)],
    [],
    ...paragraph(texts.firstPassYieldRule, screen.columns - 2 * MARGIN, 'plain'),
  ];
}

/** The body from the scrolled line on, cut or filled to the screen; units to be scrapped stay in sight on every page. */
export function paintPage(
  body: readonly Line[],
  scroll: number,
  footer: Line,
  state: BoardState,
  screen: ScreenSize,
  look: Look,
): readonly Line[] {
  const scrap = scrapLine(state.failing, look);
  const room = roomFor(scrap, screen);
  const first = Math.min(scroll, Math.max(0, body.length - room));
  const hidden = body.length - first - room;
  const visible = body.slice(first, first + (hidden > 0 ? room - 1 : room));
  const more: readonly Line[] = hidden > 0 ? [[segment(` ${look.texts.moreLines(hidden + 1)} (PgDn)`, 'strong')]] : [];
  const lines = [...visible, ...more];
  const filled = Array.from({ length: room }, (_, row) => lines[row] ?? []);
  return [...filled, ...(scrap ? [scrap] : []), footer];
}

/** How many lines of the body can be scrolled past: its last line then stands at the foot. */
export function furthestScroll(body: readonly Line[], state: BoardState, screen: ScreenSize, look: Look): number {
  return Math.max(0, body.length - roomFor(scrapLine(state.failing, look), screen));
}

function roomFor(scrap: Line | undefined, screen: ScreenSize): number {
  return Math.max(1, screen.rows - 1 - (scrap ? 1 : 0));
}

function whyLines(tile: Tile, cells: number, { texts }: Look): readonly Line[] {
  const { result } = tile;
  if (!result) return [];
  const suspects = result.suspects.map((suspect) => texts.suspects[suspect]).join(', ');
  const likelihood = Object.entries(result.likelihood)
    .map(([cause, share]) => `${cause} ${Math.round(share * 100)} %`)
    .join(', ');
  return [
    heading(`${texts.why}: ${texts.rule} ${result.rule}${result.code ? `, ${result.code}` : ''}`),
    ...paragraph(result.reason, cells, 'plain'),
    ...paragraph(result.ruleText, cells, 'plain'),
    ...result.because.flatMap((sentence) => paragraph(`- ${sentence}`, cells, 'dim')),
    ...(suspects === '' ? [] : paragraph(`${texts.suspected}: ${suspects}`, cells, 'plain')),
    ...(likelihood === '' ? [] : paragraph(`${texts.likelihood}: ${likelihood}`, cells, 'dim')),
    ...paragraph(`${texts.wouldChange}: ${result.wouldChange}`, cells, 'plain'),
  ];
}

function stepLines(tile: Tile, cells: number, look: Look): readonly Line[] {
  return tile.steps.flatMap((step): readonly Line[] => {
    const name = `  ${look.glyphs.steps[step.result]} ${step.id}${step.attempt > 1 ? ` (${step.attempt})` : ''}`;
    const time = step.durationMs === null ? progressText(tile, cells / 2, look) : duration(step.durationMs);
    const tone = step.result === 'failed' || step.result === 'timeout' || step.result === 'errored' ? 'fail' : 'plain';
    return [
      [segment(name, tone), segment(`  ${time}`, 'dim'), segment(step.detail === null ? '' : `  ${step.detail}`)],
      ...step.evidence.map((line): Line => [segment(`      ${line}`, 'dim')]),
    ];
  });
}

function heading(text: string): Line {
  return [segment(` ${text}`, 'strong')];
}

function paragraph(text: string, cells: number, tone: Tone): readonly Line[] {
  if (text === '') return [];
  return wrapCells(text, cells, MAX_WRAPPED_LINES).map((line) => [segment(`${' '.repeat(MARGIN)}${line}`, tone)]);
}
