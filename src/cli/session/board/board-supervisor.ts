// Keeps a board on the terminal while the station runs: starts its process, starts it again, and never waits for it.
import type { Clock, TimerHandle } from '../../../base/clock.ts';
import type { StationEvent } from '../../../domain/events.ts';
import type { BoardLook, MessageToStation } from '../../../screen/board-link.ts';
import type { BoardCommand } from '../../../screen/input/key-bindings.ts';
import type { BoardState } from '../../../screen/state/board-state.ts';
import { type BoardFeed, openBoardFeed } from './board-feed.ts';
import type { BoardProcess, BoardTerminal } from './board-process.ts';

/** After a board died the next one comes. */
const RESTART_MS = 1_000;
/** So many deaths within a minute, and no board is tried any more. */
const MAX_DEATHS = 5;
const DEATHS_WINDOW_MS = 60_000;
/** What a board may take to leave the terminal in order. */
const LEAVING_MS = 500;

export interface SupervisorOptions {
  readonly look: BoardLook;
  readonly clock: Clock;
  readonly terminal: BoardTerminal;
  readonly readStationMs: () => number;
  readonly readState: () => BoardState;
  readonly onScan: (text: string) => void;
  /** Rejects with what is in the way. */
  readonly onCommand: (command: BoardCommand) => Promise<void>;
  readonly onInterrupt: () => void;
  /** No board can be shown here: what happens is told in lines from now on. `lastWords` is what the last one said. */
  readonly onGivenUp: (lastWords: string) => void;
}

export interface BoardSupervisor {
  showEvent(event: StationEvent): void;
  /** Takes the board off the terminal; resolves within a second whatever the board does. */
  stop(): Promise<void>;
}

/** Shows the board until it is stopped. */
export function superviseBoard(options: SupervisorOptions): BoardSupervisor {
  return new Supervisor(options);
}

class Supervisor implements BoardSupervisor {
  readonly #options: SupervisorOptions;
  #process: BoardProcess | null = null;
  #feed: BoardFeed | null = null;
  #deathsAtMs: readonly number[] = [];
  #restart: TimerHandle = null;
  #isStopping = false;
  #onExit: () => void = () => undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#start();
  }

  showEvent(event: StationEvent): void {
    this.#feed?.append(event);
  }

  async stop(): Promise<void> {
    const { clock, terminal } = this.#options;
    this.#isStopping = true;
    clock.clearTimeout(this.#restart);
    this.#feed?.stop();
    const process = this.#process;
    if (!process) return;
    const hasLeft = new Promise<true>((resolve) => {
      this.#onExit = () => resolve(true);
    });
    process.send({ end: true });
    const tooLate = new AbortController();
    const late = clock.sleep(LEAVING_MS, tooLate.signal).then(
      () => false,
      () => false,
    );
    const isOrderly = await Promise.race([hasLeft, late]);
    tooLate.abort();
    if (isOrderly) return;
    process.kill();
    await terminal.restore();
  }

  #start(): void {
    const { terminal, look, clock, readStationMs, readState } = this.#options;
    const process = terminal.startBoard({
      onMessage: (message) => this.#take(message),
      onExit: (lastWords) => this.#bury(lastWords),
    });
    this.#process = process;
    this.#feed = openBoardFeed({ look, clock, readStationMs, readState, send: (message) => process.send(message) });
  }

  #take(message: MessageToStation): void {
    const { onScan, onCommand, onInterrupt } = this.#options;
    if ('took' in message) this.#feed?.onTook();
    else if ('scan' in message) onScan(message.scan);
    else if ('interrupt' in message) onInterrupt();
    else
      onCommand(message.command).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#process?.send({ refused: message.id, reason });
      });
  }

  #bury(lastWords: string): void {
    const { clock, terminal, onGivenUp } = this.#options;
    this.#feed?.stop();
    this.#feed = null;
    this.#process = null;
    this.#onExit();
    if (this.#isStopping) return;
    void terminal.restore();
    const nowMs = clock.readMonotonicMs();
    this.#deathsAtMs = [...this.#deathsAtMs.filter((atMs) => nowMs - atMs < DEATHS_WINDOW_MS), nowMs];
    if (this.#deathsAtMs.length >= MAX_DEATHS) onGivenUp(lastWords);
    else this.#restart = clock.setTimeout(() => this.#start(), RESTART_MS);
  }
}
