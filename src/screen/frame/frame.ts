// What one frame shows: the page that was chosen, what is asked at the foot, and how far it is scrolled.
import { toVisibleText } from '../../base/visible-text.ts';
import type { PendingQuestion, View } from '../input/key-bindings.ts';
import { formatShortDuration } from '../messages/durations.ts';
import type { Messages } from '../messages/en.ts';
import type { BoardState } from '../state/board-state.ts';
import { computeMaxScroll, renderBatchBody, renderDetailsBody, renderHelpBody, renderYieldBody } from './page-lines.ts';
import { createSegment, type Line } from './styled-line.ts';
import type { ScreenSize, Theme } from './theme.ts';

/** Everything one frame shows. */
export interface Frame {
  readonly state: BoardState;
  readonly view: View;
  readonly look: Theme;
  readonly isReadOnly: boolean;
  /** Since when nothing came from the station; null when all is well. */
  readonly silentForMs: number | null;
}

/** How far the frame is scrolled in truth: no further than its page goes on this screen. */
export function clampScroll(frame: Frame, screen: ScreenSize): number {
  const body = renderPageBody(frame, screen);
  return body ? Math.min(frame.view.scroll, computeMaxScroll(body, frame.state, screen, frame.look)) : 0;
}

/** All lines of a page that scrolls; null for the board, which fits itself to the screen. */
export function renderPageBody({ state, view, look }: Frame, screen: ScreenSize): readonly Line[] | null {
  const tile = state.tiles.find((candidate) => candidate.number === view.chosenFixture) ?? state.tiles[0];
  switch (view.page) {
    case 'board':
      return null;
    case 'details':
      return tile ? renderDetailsBody(state, tile, screen, look) : [];
    case 'batch':
      return renderBatchBody(state, screen, look);
    case 'help':
      return renderHelpBody(look);
    case 'yield':
      return renderYieldBody(screen, look);
  }
}

/** The last line: the question at hand, else the keys. */
export function renderFooterLine({ view, look, isReadOnly, silentForMs }: Frame): Line {
  const { texts } = look;
  if (view.asking) return [createSegment(` ${formatPendingQuestion(view.asking, look)} `, 'attention', true)];
  const silent =
    silentForMs === null ? [] : [createSegment(` ${texts.lost(formatShortDuration(silentForMs))} `, 'alarm', true)];
  const keys = view.page === 'board' ? texts.keysBoard : texts.keysBack;
  return [...silent, createSegment(` ${isReadOnly ? `${texts.readOnly} · ` : ''}${keys}`, 'dim')];
}

/** The question at the foot of the screen. */
export function formatPendingQuestion(asking: PendingQuestion, { texts }: Theme): string {
  switch (asking.for) {
    case 'put-away': {
      const { unit, instruction, disposition } = asking.unit;
      const bin = instruction.do === 'put-in-bin' ? texts.bins[instruction.bin] : texts.dispositions[disposition];
      return `${texts.askPutAway(unit, bin)}  ${texts.askYes}`;
    }
    case 'answer':
      return formatFailingAnswer(asking.prompt.fixture, toVisibleText(asking.answer), texts);
    case 'stop':
      return `${texts.askStop(asking.fixture)}  ${texts.askYes}`;
    case 'take-back':
      return `${texts.askTakeBack(asking.label, asking.fixture)}  ${texts.askYes}`;
    case 'start':
      return `${texts.askStart(asking.fixture)}  ${texts.askYes}`;
    case 'login':
      return `${texts.askName} ${toVisibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'write':
      return `${texts.askWrite(asking.prompt.fixture)} ${toVisibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'sign':
      return `${texts.askSign(asking.unit.unit)} ${toVisibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'release':
      return `${texts.askCause(asking.fixture)} ${toVisibleText(asking.entry)}_  ${texts.askEnter}`;
  }
}

function formatFailingAnswer(fixture: number, answer: string, texts: Messages): string {
  return `${texts.askAnswer(fixture, answer)}  ${texts.askAnswerKeys(answer)}`;
}
