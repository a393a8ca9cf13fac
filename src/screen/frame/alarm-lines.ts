// What needs a person now: trouble of the station, its end, questions, reference units that are due, and what was refused just now.
import type { BoardState, Notice, Tile } from '../state/board-state.ts';
import { type Line, segment } from './styled-line.ts';
import type { Look } from './theme.ts';
import { promptText } from './tile-texts.ts';

/** One line each, the most urgent first. */
export function alarmLines(state: BoardState, look: Look): readonly Line[] {
  const { texts, glyphs } = look;
  const isFresh = state.notice !== null && state.notice.untilMs > look.nowMs;
  const isEnding = state.isEnding && !state.isClosed;
  return [
    ...state.alarms.map((alarm): Line => {
      const where = alarm.fixture === null ? '' : ` ${alarm.fixture}`;
      return [segment(` ${glyphs.alarm} ${texts.alarm}${where}: ${alarm.text} ${alarm.hint} `, 'alarm', true)];
    }),
    ...(isEnding ? [[segment(` ${glyphs.alarm} ${texts.ending} `, 'attention', true)] as Line] : []),
    ...state.prompts.map((prompt): Line => {
      return [segment(` ? ${promptText(prompt, look)}  ${texts.pressToAnswer} `, 'attention', true)];
    }),
    ...(isFresh ? [[segment(` ! ${noticeText(state.notice!, look)}`, 'attention')] as Line] : []),
    ...challengeTexts(state.tiles, look).map((text): Line => [segment(` ${glyphs.alarm} ${text}`, 'attention')]),
  ];
}

/** A notice in words. */
function noticeText({ kind, subject, text }: Notice, { texts }: Look): string {
  if (kind === 'scan-refused') return texts.scanRefused(subject, text);
  if (kind === 'unknown-device') return texts.unknownDevice(subject, text);
  if (kind === 'scrap-signed') return texts.scrapSigned(subject, text);
  if (kind === 'scrap-signed-first') return texts.scrapSignedFirst(subject, text);
  return texts.notDone(subject, text);
}

/** One sentence for all fixtures that wait for the same reference units. */
function challengeTexts(tiles: readonly Tile[], { texts }: Look): readonly string[] {
  const due = tiles.filter((tile) => tile.challengeMissing.length > 0);
  const byMissing = Map.groupBy(due, (tile) => tile.challengeMissing.join(', '));
  return [...byMissing].map(([missing, fixtures]) => {
    return texts.challengeDue(fixtures.map(({ number }) => number).join(', '), missing);
  });
}
