// Puts the board on a terminal and takes it off again, whatever happens in between.
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { StationEvent } from '../model/events.ts';
import { Board } from './Board.tsx';
import { type BoardState, emptyBoard } from './board-state.ts';
import { catalogueFor } from './catalogue/catalogue.ts';
import { en } from './catalogue/en.ts';
import { type BoardCommand, firstView, foldKey, type Keystroke, takesText } from './choose.ts';
import { foldEvent, noticeOf } from './fold-event.ts';
import { asciiGlyphs, unicodeGlyphs } from './glyphs.ts';
import type { Frame } from './paint-frame.ts';
import { type Decoded, decodeInput, decodePaste, decodeWriting, emptyDecoder, flushIdle } from './scan-decoder.ts';

/** Frames a second: smooth for a person, cheap for the station. */
const MAX_FRAMES_PER_SECOND = 10;
const FRAME_MS = 1000 / MAX_FRAMES_PER_SECOND;
/** A screen reader is given new sentences no more often than this. */
const SPOKEN_FRAME_MS = 1_000;

export interface BoardOptions {
  readonly fixtureNumbers: readonly number[];
  /** Monotonic time of the station, ms, for the figures shown. */
  readonly stationNowMs: () => number;
  /** Time of the person at the keys, for telling a scanner from fingers; real even when the station's runs faster. */
  readonly personClock: Clock;
  /** Locale or language name: `en`, `zh_CN.UTF-8`. */
  readonly locale: string | undefined;
  readonly isUnicode: boolean;
  readonly isColoured: boolean;
  /** Sentences instead of tiles, on the normal screen. */
  readonly isSpoken: boolean;
  readonly isReadOnly: boolean;
  readonly scannerPrefix: string;
  readonly onScan: (text: string) => void;
  /** What the person has confirmed. A rejection is shown as a notice. */
  readonly onCommand: (command: BoardCommand) => Promise<void>;
  /** Ctrl-C, once each time. */
  readonly onEnd: () => void;
  /** For a board that is only watched: how long nothing came from the station, or null. */
  readonly silentForMs?: () => number | null;
  /** A terminal other than the process's own. */
  readonly streams?: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream };
}

export interface MountedBoard {
  show(event: StationEvent): void;
  /** Starts from a state that another process has come to. */
  take(state: BoardState): void;
  /** Restores the terminal; safe to call twice. */
  unmount(): Promise<void>;
}

/** Shows the board until it is unmounted. */
export function mountBoard(options: BoardOptions): MountedBoard {
  const board = new BoardKeeper(options);
  const app = render(
    <Board
      source={board}
      onKey={(key) => board.press(key)}
      onText={(chunk) => board.type(chunk)}
      onPaste={(text) => board.paste(text)}
      onEnd={options.onEnd}
    />,
    {
      ...options.streams,
      alternateScreen: !options.isSpoken,
      incrementalRendering: true,
      maxFps: MAX_FRAMES_PER_SECOND,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: options.isSpoken,
    },
  );
  return {
    show: (event) => board.show(event),
    take: (state) => board.take(state),
    unmount: async () => {
      board.stop();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

/** Holds what the board shows between frames. */
class BoardKeeper {
  readonly #options: BoardOptions;
  readonly #listeners = new Set<() => void>();
  readonly #ticking: { stop(): void };
  #state: BoardState;
  #view = firstView;
  #decoder = emptyDecoder;
  #writtenAtMs = 0;
  #frame: Frame;

  constructor(options: BoardOptions) {
    this.#options = options;
    this.#state = emptyBoard(options.fixtureNumbers);
    this.#frame = this.#makeFrame();
    this.#ticking = everyFrame(options.personClock, options.isSpoken ? SPOKEN_FRAME_MS : FRAME_MS, () => this.#tick());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Frame => this.#frame;

  show(event: StationEvent): void {
    this.#state = foldEvent(this.#state, event);
  }

  take(state: BoardState): void {
    this.#state = state;
  }

  press(key: Keystroke): void {
    const { view, command } = foldKey(this.#view, key, this.#state);
    const isAllowed = !this.#options.isReadOnly || view.asking === null;
    this.#view = isAllowed ? view : { ...view, asking: null };
    if (command && !this.#options.isReadOnly) this.#order(command);
    this.#redraw();
  }

  type(chunk: string): void {
    const { personClock, scannerPrefix } = this.#options;
    const atMs = personClock.monotonicMs();
    const written = takesText(this.#view) ? decodeWriting(chunk, atMs, this.#writtenAtMs) : undefined;
    this.#writtenAtMs = atMs;
    const next = written
      ? { state: this.#decoder, decoded: written }
      : decodeInput(this.#decoder, chunk, atMs, scannerPrefix);
    this.#decoder = next.state;
    this.#take(next.decoded);
  }

  paste(text: string): void {
    this.#take(decodePaste(text, this.#options.scannerPrefix));
  }

  stop(): void {
    this.#ticking.stop();
  }

  #take(decoded: readonly Decoded[]): void {
    for (const item of decoded) {
      if (item.kind === 'keys') this.press({ typed: item.text, ended: item.ended });
      else if (!this.#options.isReadOnly) this.#options.onScan(item.text);
    }
  }

  #order(command: BoardCommand): void {
    this.#options.onCommand(command).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      const notice = noticeOf('from-here', '', text, this.#options.stationNowMs());
      this.#state = { ...this.#state, notice };
    });
  }

  #tick(): void {
    const idle = flushIdle(this.#decoder, this.#options.personClock.monotonicMs());
    this.#decoder = idle.state;
    this.#take(idle.decoded);
    this.#redraw();
  }

  #redraw(): void {
    this.#frame = this.#makeFrame();
    for (const listener of this.#listeners) listener();
  }

  #makeFrame(): Frame {
    const { locale, isUnicode, isColoured, isReadOnly, stationNowMs, silentForMs } = this.#options;
    const glyphs = isUnicode ? unicodeGlyphs : asciiGlyphs;
    return {
      state: this.#state,
      view: this.#view,
      look: { texts: isUnicode ? catalogueFor(locale) : en, glyphs, isColoured, nowMs: stationNowMs() },
      isReadOnly,
      silentForMs: silentForMs?.() ?? null,
    };
  }
}

function everyFrame(clock: Clock, frameMs: number, run: () => void): { stop(): void } {
  let stopped = false;
  const tick = (): void => {
    if (stopped) return;
    run();
    handle = clock.setTimeout(tick, frameMs);
  };
  let handle = clock.setTimeout(tick, frameMs);
  return {
    stop: () => {
      stopped = true;
      clock.clearTimeout(handle);
    },
  };
}
