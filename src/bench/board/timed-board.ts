// A board that lives in the time of a clock: told what has passed before each deed, and woken when it does something itself.
import type { Clock, TimerHandle } from '../../base/clock.ts';
import type { VirtualBoard } from './virtual-board.ts';

/** So that an event is due in spite of rounding when its alarm goes off. */
const ALARM_MARGIN_MS = 0.001;

/** Whoever holds one gives it to no second holder: a board's time must be told once. */
export class TimedBoard {
  readonly board: VirtualBoard;
  readonly #clock: Clock;
  #lastMs: number;
  #alarm: TimerHandle | undefined;

  constructor(board: VirtualBoard, clock: Clock) {
    this.board = board;
    this.#clock = clock;
    this.#lastMs = clock.readMonotonicMs();
    this.#setAlarm();
  }

  /** Does something to the board, now. */
  runOnBoard<Result>(deed: (board: VirtualBoard) => Result): Result {
    this.#passTime();
    const result = deed(this.board);
    this.#setAlarm();
    return result;
  }

  /** Lets its time stand still from now on. */
  release(): void {
    this.#passTime();
    this.#clock.clearTimeout(this.#alarm);
  }

  #passTime(): void {
    const nowMs = this.#clock.readMonotonicMs();
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    this.board.advanceTime(passedMs);
  }

  #setAlarm(): void {
    this.#clock.clearTimeout(this.#alarm);
    const nextMs = this.board.nextEventMs;
    if (nextMs === undefined) this.#alarm = undefined;
    else this.#alarm = this.#clock.setTimeout(() => this.runOnBoard(() => {}), nextMs + ALARM_MARGIN_MS);
  }
}
