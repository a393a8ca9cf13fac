// One frame: the page that was chosen, with the footer, never more lines or cells than the terminal has.
import { visibleText } from '../../base/visible-text.ts';
import type { Asking, View } from '../input/key-bindings.ts';
import { duration } from '../messages/durations.ts';
import type { BoardState } from '../state/board-state.ts';
import { paintBoard } from './paint-board.ts';
import { batchBody, detailsBody, furthestScroll, helpBody, paintPage, yieldBody } from './paint-pages.ts';
import { asciiLine, fitLine, type Line, segment } from './styled-line.ts';
import type { Look, ScreenSize } from './theme.ts';

/** Everything one frame shows. */
export interface Frame {
  readonly state: BoardState;
  readonly view: View;
  readonly look: Look;
  readonly isReadOnly: boolean;
  /** For a board that is only watched: since when nothing came from the station; null when all is well. */
  readonly silentForMs: number | null;
}

/** Exactly `rows` lines of exactly `columns` cells. */
export function paintFrame(frame: Frame, screen: ScreenSize): readonly Line[] {
  const lines = pageLines(frame, screen);
  const clipped = lines.length > screen.rows ? [...lines.slice(0, screen.rows - 1), lines.at(-1)!] : lines;
  const fitted = clipped.map((line) => fitLine(line, screen.columns));
  return frame.look.glyphs.isUnicode ? fitted : fitted.map(asciiLine);
}

/** How far the frame is scrolled in truth: no further than its page goes on this screen. */
export function scrollShown(frame: Frame, screen: ScreenSize): number {
  const body = bodyOf(frame, screen);
  return body ? Math.min(frame.view.scroll, furthestScroll(body, frame.state, screen, frame.look)) : 0;
}

function pageLines(frame: Frame, screen: ScreenSize): readonly Line[] {
  const { state, view, look } = frame;
  const footer = footerLine(frame);
  const body = bodyOf(frame, screen);
  return body
    ? paintPage(body, view.scroll, footer, state, screen, look)
    : paintBoard(state, view.chosenFixture, footer, screen, look);
}

/** All lines of a page that scrolls; null for the board, which fits itself to the screen. */
function bodyOf({ state, view, look }: Frame, screen: ScreenSize): readonly Line[] | null {
  const tile = state.tiles.find((candidate) => candidate.number === view.chosenFixture) ?? state.tiles[0];
  switch (view.page) {
    case 'board':
      return null;
    case 'details':
      return tile ? detailsBody(state, tile, screen, look) : [];
    case 'batch':
      return batchBody(state, screen, look);
    case 'help':
      return helpBody(look);
    case 'yield':
      return yieldBody(screen, look);
  }
}

function footerLine({ view, look, isReadOnly, silentForMs }: Frame): Line {
  const { texts } = look;
  if (view.asking) return [segment(` ${askingText(view.asking, look)} `, 'attention', true)];
  const silent = silentForMs === null ? [] : [segment(` ${texts.lost(duration(silentForMs))} `, 'alarm', true)];
  const keys = view.page === 'board' ? texts.keysBoard : texts.keysBack;
  return [...silent, segment(` ${isReadOnly ? `${texts.readOnly} · ` : ''}${keys}`, 'dim')];
}

/** The question at the foot of the screen. */
export function askingText(asking: Asking, { texts }: Look): string {
  switch (asking.for) {
    case 'put-away': {
      const { unit, instruction, disposition } = asking.unit;
      const bin = instruction.do === 'put-in-bin' ? texts.bins[instruction.bin] : texts.dispositions[disposition];
      return `${texts.askPutAway(unit, bin)}  ${texts.askYes}`;
    }
    case 'answer':
      return `${texts.askAnswer(asking.prompt.fixture, visibleText(asking.answer))}  ${texts.askYes}`;
    case 'stop':
      return `${texts.askStop(asking.fixture)}  ${texts.askYes}`;
    case 'start':
      return `${texts.askStart(asking.fixture)}  ${texts.askYes}`;
    case 'login':
      return `${texts.askName} ${visibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'write':
      return `${texts.askWrite(asking.prompt.fixture)} ${visibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'sign':
      return `${texts.askSign(asking.unit.unit)} ${visibleText(asking.entry)}_  ${texts.askEnter}`;
    case 'release':
      return `${texts.askCause(asking.fixture)} ${visibleText(asking.entry)}_  ${texts.askEnter}`;
  }
}
