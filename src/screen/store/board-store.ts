// What the board shows, for React to read: the state with its events taken in, and the view with the person's keys taken in.
import type { Clock } from '../../base/clock.ts';
import type { StationEvent } from '../../domain/events.ts';
import { clampScroll, type Frame } from '../frame/frame.ts';
import type { ScreenSize, Theme } from '../frame/theme.ts';
import {
  acceptsText,
  type BoardCommand,
  initialView,
  type Keystroke,
  keyReducer,
  type View,
} from '../input/key-bindings.ts';
import {
  type DecodedInput,
  decodeInput,
  decodePaste,
  decodeWriting,
  emptyDecoder,
  flushIdle,
} from '../input/scan-decoder.ts';
import { boardReducer, createNotice } from '../state/board-reducer.ts';
import { type BoardState, createEmptyBoard } from '../state/board-state.ts';

/** Pictures a second, told to React together; a key is shown at once. More would cost a core and show no more. */
const PUBLISHING_MS = 1000 / 5;
/** How often it is looked whether a scanner has fallen silent. */
const DECODING_MS = 50;

/** One picture of the board: the same object until something has changed. */
export interface BoardSnapshot extends Omit<Frame, 'look'> {
  readonly nowMs: number;
}

export interface BoardStoreOptions {
  readonly fixtureNumbers: readonly number[];
  /** Where the board begins, when something has happened already. */
  readonly state?: BoardState;
  /** Monotonic time of the station, ms, for the figures shown. */
  readonly stationNowMs: () => number;
  /** Time of the person at the keys, for telling a scanner from fingers; real even when the station's runs faster. */
  readonly personClock: Clock;
  readonly isReadOnly: boolean;
  readonly scannerPrefix: string;
  readonly onScan: (text: string) => void;
  /** What the person has confirmed. A rejection is shown as a notice. */
  readonly onCommand: (command: BoardCommand) => Promise<void>;
  /** How long nothing came from the station; null while all is well. */
  readonly silentForMs?: () => number | null;
}

export class BoardStore {
  readonly #options: BoardStoreOptions;
  readonly #theme: Omit<Theme, 'nowMs'>;
  readonly #listeners = new Set<() => void>();
  #size: ScreenSize = { columns: 80, rows: 24 };
  #state: BoardState;
  #view = initialView;
  #decoder = emptyDecoder;
  #writtenAtMs = 0;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #snapshot: BoardSnapshot;
  #timer: unknown;

  constructor(options: BoardStoreOptions, theme: Omit<Theme, 'nowMs'>) {
    this.#options = options;
    this.#theme = theme;
    this.#state = options.state ?? createEmptyBoard(options.fixtureNumbers);
    this.#snapshot = this.#takeSnapshot();
    this.#schedule();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): BoardSnapshot => this.#snapshot;

  /** The frame as it would be drawn now. */
  readFrame(): Frame {
    const { nowMs, ...shown } = this.#takeSnapshot();
    return { ...shown, look: { ...this.#theme, nowMs } };
  }

  setSize(size: ScreenSize): void {
    this.#size = size;
  }

  showEvent(event: StationEvent): void {
    this.#state = boardReducer(this.#state, event);
  }

  replaceState(state: BoardState): void {
    this.#state = state;
  }

  pressKey(key: Keystroke): void {
    const { view, command } = keyReducer(this.#getShownView(), key, this.#state);
    const { isReadOnly } = this.#options;
    this.#view = !isReadOnly || view.asking === null ? view : { ...view, asking: null };
    if (command && !isReadOnly) this.#sendCommand(command);
    this.#publish();
  }

  typeText(chunk: string): void {
    const { personClock, scannerPrefix } = this.#options;
    const atMs = personClock.readMonotonicMs();
    const written = acceptsText(this.#view) ? decodeWriting(chunk, atMs, this.#writtenAtMs) : undefined;
    this.#writtenAtMs = atMs;
    const next = written
      ? { state: this.#decoder, decoded: written }
      : decodeInput(this.#decoder, chunk, atMs, scannerPrefix);
    this.#decoder = next.state;
    this.#handleDecodedInput(next.decoded);
  }

  pasteText(text: string): void {
    this.#handleDecodedInput(decodePaste(text, this.#options.scannerPrefix));
  }

  stop(): void {
    this.#options.personClock.clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer = this.#options.personClock.setTimeout(() => {
      this.#schedule();
      this.#tick();
    }, DECODING_MS);
  }

  #tick(): void {
    const nowMs = this.#options.personClock.readMonotonicMs();
    const idle = flushIdle(this.#decoder, nowMs);
    this.#decoder = idle.state;
    this.#handleDecodedInput(idle.decoded);
    if (nowMs - this.#publishedAtMs >= PUBLISHING_MS) this.#publish();
  }

  #publish(): void {
    this.#publishedAtMs = this.#options.personClock.readMonotonicMs();
    this.#snapshot = this.#takeSnapshot();
    for (const listener of this.#listeners) listener();
  }

  #takeSnapshot(): BoardSnapshot {
    const { isReadOnly, stationNowMs, silentForMs } = this.#options;
    return {
      state: this.#state,
      view: this.#view,
      nowMs: stationNowMs(),
      isReadOnly,
      silentForMs: silentForMs?.() ?? null,
    };
  }

  /** A page may have shrunk, or been scrolled past its end: keys go on from what is seen. */
  #getShownView(): View {
    return { ...this.#view, scroll: clampScroll(this.readFrame(), this.#size) };
  }

  #handleDecodedInput(decoded: readonly DecodedInput[]): void {
    for (const item of decoded) {
      if (item.kind === 'keys') this.pressKey({ typed: item.text, ended: item.ended });
      else if (!this.#options.isReadOnly) this.#options.onScan(item.text);
    }
  }

  #sendCommand(command: BoardCommand): void {
    this.#options.onCommand(command).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      const notice = createNotice('from-here', '', text, this.#options.stationNowMs());
      this.#state = { ...this.#state, notice };
    });
  }
}
