// What one fixture says, as single texts: its word, instruction, progress and health; tiles, panel and pages share them.
import { toVisibleText } from '../../base/visible-text.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import { formatShortDuration } from '../messages/durations.ts';
import type { Messages } from '../messages/en.ts';
import { type GlyphSet, getTileGlyph } from '../messages/glyphs.ts';
import { formatInstruction } from '../messages/instruction-text.ts';
import type { OpenPrompt, Tile } from '../state/board-state.ts';
import { countCells, type Tone } from './styled-line.ts';
import type { Theme } from './theme.ts';

/** A step that takes this many times its usual time is told. */
const LONG_FACTOR = 1.5;
const MIN_BAR_CELLS = 4;
const MAX_BAR_CELLS = 20;

/** The word on a tile: the result's when there is one. */
export function formatTileWord(tile: Tile, texts: Messages): string {
  if (tile.face === 'waiting' && tile.asksAfter !== null) return texts.later;
  return tile.face === 'result' && tile.result ? texts.dispositions[tile.result.disposition] : texts.faces[tile.face];
}

/** Sign and word, with the unit's marks and what the fixture waits for. */
export function formatTileHead(tile: Tile, { texts, glyphs }: Theme): string {
  const marks = tile.face === 'result' ? (tile.result?.marks ?? []) : [];
  const tail = marks.length > 0 ? ` (${marks.map((mark) => texts.marks[mark]).join(', ')})` : '';
  return `${getTileGlyph(tile, glyphs)} ${formatTileWord(tile, texts)}${tail}`;
}

/** The same in a few cells. */
export function formatTileShortHead(tile: Tile, { texts, glyphs }: Theme): string {
  const isOwnWord = tile.face === 'result' || (tile.face === 'waiting' && tile.asksAfter !== null);
  const word = isOwnWord ? formatTileWord(tile, texts) : texts.shortFaces[tile.face];
  return `${getTileGlyph(tile, glyphs)}${word}`;
}

/** Exactly one fixture asks for a label at any time: it is filled like a result. */
export function isAskedForLabel(tile: Tile): boolean {
  return tile.face === 'waiting' && tile.asksAfter === null;
}

/** Whether the label that was just scanned for the fixture is shown. */
export function isShownLabel({ given, face }: Tile, nowMs: number): boolean {
  return given !== null && given.untilMs > nowMs && (face === 'busy' || face === 'running');
}

/** How a tile looks; a running one is never filled, so that it cannot be taken for a result. */
export function getTileTone(tile: Tile): Tone {
  if (tile.face === 'stopped') return 'stopped';
  if (tile.face === 'waiting' && tile.asksAfter !== null) return 'dim';
  if (tile.face === 'waiting' || tile.face === 'asking') return 'attention';
  if (tile.face === 'running') return 'running';
  if (tile.face !== 'result' || !tile.result) return 'dim';
  return getDispositionTone(tile.result.disposition);
}

/** A result has the tone of the bin that it goes into. */
export function getDispositionTone(disposition: Disposition): Tone {
  return disposition === 'scrap-proposed' ? 'scrap' : disposition;
}

/** The one thing to do at this fixture now, verb first; a stopped one says why and what releases it. */
export function formatTileInstruction(tile: Tile, texts: Messages): string {
  if (tile.face === 'result' && tile.result)
    return formatInstruction(tile.result.instruction, tile.number, texts, tile.result.isTargetFree);
  if (tile.face === 'empty') return texts.insertUnit;
  if (tile.face === 'closed') return texts.insertNoMore;
  if (tile.face === 'waiting') return tile.asksAfter === null ? texts.scanLabel : texts.scanAfter(tile.asksAfter);
  if (tile.face === 'asking') return texts.answerQuestion(tile.question ?? '');
  if (tile.face !== 'stopped') return texts.doNotTouch;
  const reason = tile.stop ? ` ${formatStop(tile.stop, tile, texts)}` : '';
  return `${texts.stopped(tile.number)}${reason}`;
}

function formatStop(stop: NonNullable<Tile['stop']>, tile: Tile, texts: Messages): string {
  const missing = stop.rule === 'manual' ? [] : tile.challengeMissing;
  const release = missing.length > 0 ? texts.releasedBy(missing.join(', ')) : texts.releasedFreely;
  return `${texts.stoppedBecause(stop.rule, stop.reason)}. ${release}`;
}

/** How much of its run a unit has behind it, 0 to 1: the steps that are done, and the share of the running one. */
export function computeRunShare({ step, stepCount }: Tile): number {
  if (!step || stepCount === 0) return 0;
  const share = step.total > 0 ? Math.min(1, Math.max(0, step.done / step.total)) : 0;
  return Math.min(1, (step.index + share) / stepCount);
}

/** The running step and what it does just now. */
export function formatRunningStep({ step }: Tile): string {
  return step ? `${step.id}${step.stage ? ` · ${step.stage}` : ''}` : '';
}

/** Progress of the running step: a bar, its share, and the time against the usual. */
export function formatStepProgress(tile: Tile, cells: number, look: Theme): string {
  const { step } = tile;
  if (!step) return '';
  const place = `${step.index + 1}/${tile.stepCount}`;
  const share = step.total > 0 ? Math.min(1, Math.max(0, step.done / step.total)) : 0;
  const percent = step.total > 0 ? ` ${Math.round(share * 100)} %` : '';
  const tails = [`${percent} ${formatStepTime(step, look)}`, `${percent} ${formatElapsed(step, look)}`, percent];
  const tail = tails.find((text) => countCells(place + text) <= cells) ?? '';
  const barCells = Math.min(MAX_BAR_CELLS, cells - countCells(place) - countCells(tail) - 1);
  if (step.total === 0 || barCells < MIN_BAR_CELLS) return `${place}${tail}`;
  return `${place} ${formatProgressBar(share, barCells, look.glyphs)}${tail}`;
}

function formatElapsed(step: NonNullable<Tile['step']>, look: Theme): string {
  return formatShortDuration(look.nowMs - step.startedAtMs);
}

function formatStepTime(step: NonNullable<Tile['step']>, look: Theme): string {
  const elapsed = formatElapsed(step, look);
  if (step.usualMs === null) return elapsed;
  const usual = formatShortDuration(step.usualMs);
  const isLong = look.nowMs - step.startedAtMs > Math.max(LONG_FACTOR * step.usualMs, step.usualMs + 2_000);
  return `${elapsed} (${isLong ? look.texts.longerThanUsual(usual) : look.texts.usual(usual)})`;
}

function formatProgressBar(share: number, cells: number, glyphs: GlyphSet): string {
  const full = Math.round(share * cells);
  return glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(cells - full);
}

/** What the fixture came to so far, and what it needs: reference units, a new cable. */
export function formatFixtureHealth(tile: Tile, { texts, glyphs }: Theme): string {
  const { last, challengeMissing: missing, cable } = tile;
  const parts = [
    ...(missing.length > 0 ? [`${glyphs.alarm} ${texts.challengeDueHere(missing.join(', '))}`] : []),
    ...(cable ? [`${glyphs.alarm} ${texts.cableWorn(cable.cycles, cable.ratedCycles)}`] : []),
    ...(last && tile.face !== 'result'
      ? [`${texts.last}: ${glyphs.dispositions[last.disposition]} ${texts.dispositions[last.disposition]} ${last.unit}`]
      : []),
    ...(tile.failCount > 0 ? [texts.health(tile.failCount, tile.runCount)] : []),
  ];
  return parts.join(' · ');
}

/** The numbered answers that a question offers. */
export function formatChoices(choices: readonly string[]): string {
  return choices.map((choice, at) => `[${at + 1}] ${toVisibleText(choice)}`).join('  ');
}

/** The question with its numbered choices and the time left. */
export function formatOpenPrompt(prompt: OpenPrompt, { texts, nowMs }: Theme): string {
  const choices = formatChoices(prompt.choices);
  const left =
    prompt.expiresAtMs === null ? '' : ` (${texts.answerWithin(formatShortDuration(prompt.expiresAtMs - nowMs))})`;
  return `${texts.question} ${prompt.fixture}${left}: ${prompt.question}  ${choices}`;
}
