// The board in sentences, for a screen reader: only what a person acts on, and nothing that changes by the second.

import { failingInstruction } from '../messages/instruction-text.ts';
import { summariseBatch } from '../state/batch-figures.ts';
import type { Tile } from '../state/board-state.ts';
import { alarmLines } from './alarm-lines.ts';
import { askingText, type Frame, paintFrame } from './paint-frame.ts';
import { plainText } from './styled-line.ts';
import type { Look, ScreenSize } from './theme.ts';
import { tileInstruction, tileWord } from './tile-texts.ts';

/** Sentences in the order of their urgency: the question at hand, alarms, fixtures, units to put away, the batch; or a page. */
export function speakFrame(frame: Frame): readonly string[] {
  const { state, view, look } = frame;
  const { texts } = look;
  if (view.page !== 'board') return pageSentences(frame);
  const still = { ...look, nowMs: state.nowMs - (state.nowMs % STILL_MS) };
  const figures = summariseBatch(state, still.nowMs);
  return [
    ...(view.asking ? [askingText(view.asking, look)] : []),
    ...alarmLines(state, still).map((line) => plainText(line).trim()),
    ...state.tiles.map((tile) => tileSentence(tile, look)),
    ...state.failing.map((unit) => {
      const where = unit.lifted ? texts.inHand(unit.fixture) : texts.inFixture(unit.fixture);
      return `${texts.dispositions[unit.disposition]}: ${unit.unit}, ${where}. ${failingInstruction(unit, texts)}`;
    }),
    `${figures.done} ${texts.done}, ${texts.firstPassYield} ${figures.firstPassYield ?? '–'}.`,
  ];
}

/** Another page line by line, as wide and as long as it likes to be. */
function pageSentences(frame: Frame): readonly string[] {
  const lines = paintFrame(frame, WHOLE_PAGE).map((line) => plainText(line).trim());
  return lines.filter((line) => line !== '');
}

const WHOLE_PAGE: ScreenSize = { columns: 300, rows: 200 };

/** Times are told in steps of this, so that nothing is read aloud every second. */
const STILL_MS = 10_000;

function tileSentence(tile: Tile, { texts }: Look): string {
  const unit = tile.unit === null ? '' : ` ${texts.unit} ${tile.unit}.`;
  const step = tile.step === null ? '' : ` ${tile.step.id}, ${texts.stepOf(tile.step.index + 1, tile.stepCount)}.`;
  const instruction = tile.face === 'running' ? '' : ` ${tileInstruction(tile, texts)}`;
  const reason = tile.face === 'result' && tile.result ? ` ${tile.result.reason}` : '';
  return `${texts.fixture} ${tile.number}: ${tileWord(tile, texts)}.${unit}${step}${instruction}${reason}`;
}
