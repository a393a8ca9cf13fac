// What needs a person now: trouble of the station, its end, questions, reference units that are due, and what was refused just now.
import { formatShortDuration } from '../messages/durations.ts';
import type { DropReason } from '../messages/en.ts';
import type { BoardState, NextLabel, Notice, Tile } from '../state/board-state.ts';
import { createSegment, type Line } from './styled-line.ts';
import type { Theme } from './theme.ts';
import { formatOpenPrompt } from './tile-texts.ts';

/** One line each, the most urgent first. */
export function renderAlarmLines(state: BoardState, look: Theme): readonly Line[] {
  const { texts, glyphs } = look;
  const isFresh = state.notice !== null && state.notice.untilMs > look.nowMs;
  const isEnding = state.isEnding && !state.isClosed;
  const next = state.nextLabel && state.nextLabel.untilMs > look.nowMs ? state.nextLabel : null;
  return [
    ...(next ? [[createSegment(` ${glyphs.alarm} ${formatNextLabel(next, look)} `, 'attention', true)] as Line] : []),
    ...state.alarms.map((alarm): Line => {
      const where = alarm.fixture === null ? '' : ` ${alarm.fixture}`;
      return [createSegment(` ${glyphs.alarm} ${texts.alarm}${where}: ${alarm.text} ${alarm.hint} `, 'alarm', true)];
    }),
    ...state.failing.flatMap(({ unit, disposition, calledFrom }): readonly Line[] => {
      if (!calledFrom) return [];
      const text = texts.calledUnit(unit, texts.dispositions[disposition], texts.bins[calledFrom]);
      return [[createSegment(` ${glyphs.alarm} ${text} `, 'attention', true)]];
    }),
    ...(isEnding ? [[createSegment(` ${glyphs.alarm} ${texts.ending} `, 'attention', true)] as Line] : []),
    // Soon gone again, and the answer to what somebody did just now: open questions never push it out of sight.
    ...(isFresh ? [[createSegment(` ! ${formatNotice(state.notice!, look)}`, 'attention')] as Line] : []),
    ...state.prompts
      .toSorted((left, right) => left.fixture - right.fixture)
      .map((prompt): Line => {
        return [createSegment(` ? ${formatOpenPrompt(prompt, look)}  ${texts.pressToAnswer} `, 'attention', true)];
      }),
    ...formatDueChallenges(state.tiles, look).map(
      (text): Line => [createSegment(` ${glyphs.alarm} ${text}`, 'attention')],
    ),
  ];
}

function formatNextLabel({ label, fixture, untilMs }: NextLabel, { texts, nowMs }: Theme): string {
  return texts.nextUnit(label, fixture, formatShortDuration(untilMs - nowMs));
}

/** A notice in words. */
function formatNotice({ kind, subject, text }: Notice, { texts }: Theme): string {
  if (kind === 'scan-refused') return texts.scanRefused(subject, text);
  if (kind === 'label-dropped') return texts.labelDropped(subject, texts.dropReasons[text as DropReason]);
  if (kind === 'label-taken-back') return texts.labelTakenBack(subject, Number(text));
  if (kind === 'unknown-device') return texts.unknownDevice(subject, text);
  if (kind === 'scrap-signed') return texts.scrapSigned(subject, text);
  if (kind === 'scrap-signed-first') return texts.scrapSignedFirst(subject, text);
  return texts.notDone(subject, text);
}

/** One sentence for all fixtures that wait for the same reference units. */
function formatDueChallenges(tiles: readonly Tile[], { texts }: Theme): readonly string[] {
  const due = tiles.filter((tile) => tile.challengeMissing.length > 0);
  const byMissing = Map.groupBy(due, (tile) => tile.challengeMissing.join(', '));
  return [...byMissing].map(([missing, fixtures]) => {
    return texts.challengeDue(fixtures.map(({ number }) => number).join(', '), missing);
  });
}
