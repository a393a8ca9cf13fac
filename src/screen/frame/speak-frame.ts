// The board in sentences, for a screen reader: only what a person acts on, and nothing that changes by the second.

import { formatFailingInstruction, formatUnitPlace } from '../messages/instruction-text.ts';
import { summariseBatch } from '../state/batch-figures.ts';
import type { Tile } from '../state/board-state.ts';
import { renderAlarmLines } from './alarm-lines.ts';
import { renderScrapLine } from './failing-lines.ts';
import { type Frame, formatPendingQuestion, renderFooterLine, renderPageBody } from './frame.ts';
import { toPlainText } from './styled-line.ts';
import type { ScreenSize, Theme } from './theme.ts';
import { formatTileInstruction, formatTileWord } from './tile-texts.ts';

/** Sentences in the order of their urgency: the question at hand, alarms, fixtures, units to put away, the batch; or a page. */
export function speakFrame(frame: Frame): readonly string[] {
  const { state, view, look } = frame;
  const { texts } = look;
  if (view.page !== 'board') return formatPageSentences(frame);
  const still = { ...look, nowMs: state.nowMs - (state.nowMs % STILL_MS) };
  const figures = summariseBatch(state, still.nowMs);
  return [
    ...(view.asking ? [formatPendingQuestion(view.asking, look)] : []),
    ...renderAlarmLines(state, still).map((line) => toPlainText(line).trim()),
    ...state.tiles.map((tile) => formatTileSentence(tile, look)),
    ...state.failing.map((unit) => {
      const where = formatUnitPlace(unit, texts);
      return `${texts.dispositions[unit.disposition]}: ${unit.unit}, ${where}. ${formatFailingInstruction(unit, texts)}`;
    }),
    `${figures.done} ${texts.done}, ${texts.firstPassYield} ${figures.firstPassYield ?? '–'}.`,
  ];
}

/** Another page line by line, as wide and as long as it likes to be. */
function formatPageSentences(frame: Frame): readonly string[] {
  const scrap = renderScrapLine(frame.state.failing, frame.look);
  const whole = [...(renderPageBody(frame, WHOLE_PAGE) ?? []), ...(scrap ? [scrap] : []), renderFooterLine(frame)];
  const lines = whole.map((line) => toPlainText(line).trim());
  return lines.filter((line) => line !== '');
}

const WHOLE_PAGE: ScreenSize = { columns: 300, rows: 200 };

/** Times are told in steps of this, so that nothing is read aloud every second. */
const STILL_MS = 10_000;

function formatTileSentence(tile: Tile, { texts }: Theme): string {
  const unit = tile.unit === null ? '' : ` ${texts.unit} ${tile.unit}.`;
  const step = tile.step === null ? '' : ` ${tile.step.id}, ${texts.stepOf(tile.step.index + 1, tile.stepCount)}.`;
  const instruction = tile.face === 'running' ? '' : ` ${formatTileInstruction(tile, texts)}`;
  const reason = tile.face === 'result' && tile.result ? ` ${tile.result.reason}` : '';
  return `${texts.fixture} ${tile.number}: ${formatTileWord(tile, texts)}.${unit}${step}${instruction}${reason}`;
}
