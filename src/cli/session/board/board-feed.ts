// What the board is told and when: first the whole state, then what happened since, never more than one message unanswered.
import type { Clock } from '../../../base/clock.ts';
import type { StationEvent } from '../../../domain/events.ts';
import type { BoardLook, MessageToBoard } from '../../../screen/board-link.ts';
import type { BoardState } from '../../../screen/state/board-state.ts';
import { appendCoalesced, trimEvent } from '../trim-event.ts';

/** How often a board is told what happened. */
const TELLING_INTERVAL_MS = 100;
/** A board that heard nothing for so long is told the time, as a sign of life. */
const SIGN_OF_LIFE_MS = 250;
/** Events that may wait for a slow board; beyond it they are left out and the board is told the whole state. */
const MAX_WAITING_EVENTS = 2_000;

export interface BoardFeedOptions {
  readonly look: BoardLook;
  readonly clock: Clock;
  readonly readStationMs: () => number;
  /** The board as it stands, all events taken in. */
  readonly readState: () => BoardState;
  readonly send: (message: MessageToBoard) => void;
}

export interface BoardFeed {
  append(event: StationEvent): void;
  /** The board has shown what it was told last. */
  onTook(): void;
  stop(): void;
}

/** Tells one board, from its start to its end. */
export function openBoardFeed({ look, clock, readStationMs, readState, send }: BoardFeedOptions): BoardFeed {
  let waiting: StationEvent[] = [];
  let isAnswered = false;
  let needsState = false;
  let toldAtMs = clock.readMonotonicMs();
  send({ look, state: readState(), nowMs: readStationMs() });
  const tell = (): void => {
    timer = clock.setTimeout(tell, TELLING_INTERVAL_MS);
    const isDue = waiting.length > 0 || needsState || clock.readMonotonicMs() - toldAtMs >= SIGN_OF_LIFE_MS;
    if (!isAnswered || !isDue) return;
    isAnswered = false;
    toldAtMs = clock.readMonotonicMs();
    const nowMs = readStationMs();
    send(needsState ? { state: readState(), nowMs } : { events: waiting, nowMs });
    waiting = [];
    needsState = false;
  };
  let timer = clock.setTimeout(tell, TELLING_INTERVAL_MS);
  return {
    append: (event) => {
      if (needsState) return;
      waiting = appendCoalesced(waiting, trimEvent(event));
      if (waiting.length <= MAX_WAITING_EVENTS) return;
      waiting = [];
      needsState = true;
    },
    onTook: () => {
      isAnswered = true;
    },
    stop: () => clock.clearTimeout(timer),
  };
}
