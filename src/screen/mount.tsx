// Puts the board on a terminal and takes it off again, whatever happens in between.
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { StationEvent } from '../domain/events.ts';
import { Keys, type SentenceSource } from './components/Keys.tsx';
import { type Frame, paintFrame, scrollShown } from './frame/paint-frame.ts';
import type { ColourDepth } from './frame/palette.ts';
import { speakFrame } from './frame/speak-frame.ts';
import { openScreen, type TerminalScreen } from './frame/terminal-screen.ts';
import { type BoardCommand, firstView, foldKey, type Keystroke, takesText, type View } from './input/key-bindings.ts';
import {
  type Decoded,
  decodeInput,
  decodePaste,
  decodeWriting,
  emptyDecoder,
  flushIdle,
} from './input/scan-decoder.ts';
import { en } from './messages/en.ts';
import { asciiGlyphs, unicodeGlyphs } from './messages/glyphs.ts';
import { catalogueFor } from './messages/languages.ts';
import { foldEvent, noticeOf } from './state/board-reducer.ts';
import { type BoardState, emptyBoard } from './state/board-state.ts';

/** Frames a second: smooth for a person, cheap for the station. */
const FRAME_MS = 1000 / 10;
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
  readonly colourDepth: ColourDepth;
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
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
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
  const { stdin, stdout, isSpoken, colourDepth, personClock } = options;
  const screen = isSpoken ? null : openScreen(stdout, colourDepth, personClock);
  const board = new BoardKeeper(options, screen);
  const app = render(
    <Keys
      sentences={board}
      onKey={(key) => board.press(key)}
      onText={(chunk) => board.type(chunk)}
      onPaste={(text) => board.paste(text)}
      onEnd={options.onEnd}
    />,
    {
      stdin,
      stdout,
      alternateScreen: !isSpoken,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: isSpoken,
    },
  );
  return {
    show: (event) => board.show(event),
    take: (state) => board.take(state),
    unmount: async () => {
      board.stop();
      screen?.close();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

/** Holds what the board shows, and brings it to the screen a frame at a time. */
class BoardKeeper implements SentenceSource {
  readonly #options: BoardOptions;
  /** Null for a screen reader, which is told sentences. */
  readonly #screen: TerminalScreen | null;
  readonly #listeners = new Set<() => void>();
  readonly #ticking: { stop(): void };
  #state: BoardState;
  #view = firstView;
  #decoder = emptyDecoder;
  #writtenAtMs = 0;
  #sentences: readonly string[] = [];
  #spokenAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: BoardOptions, screen: TerminalScreen | null) {
    this.#options = options;
    this.#screen = screen;
    this.#state = emptyBoard(options.fixtureNumbers);
    this.#ticking = everyFrame(options.personClock, FRAME_MS, () => this.#tick());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly string[] => this.#sentences;

  show(event: StationEvent): void {
    this.#state = foldEvent(this.#state, event);
  }

  take(state: BoardState): void {
    this.#state = state;
  }

  press(key: Keystroke): void {
    const { view, command } = foldKey(this.#viewShown(), key, this.#state);
    const isAllowed = !this.#options.isReadOnly || view.asking === null;
    this.#view = isAllowed ? view : { ...view, asking: null };
    if (command && !this.#options.isReadOnly) this.#order(command);
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

  /** A page may have shrunk, or been scrolled past its end: keys go on from what is seen. */
  #viewShown(): View {
    const scroll = this.#screen ? scrollShown(this.#makeFrame(), this.#screen.size) : this.#view.scroll;
    return { ...this.#view, scroll };
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
    const nowMs = this.#options.personClock.monotonicMs();
    const idle = flushIdle(this.#decoder, nowMs);
    this.#decoder = idle.state;
    this.#take(idle.decoded);
    if (this.#screen) this.#screen.show(paintFrame(this.#makeFrame(), this.#screen.size));
    else if (nowMs - this.#spokenAtMs >= SPOKEN_FRAME_MS) this.#speak(nowMs);
  }

  #speak(nowMs: number): void {
    this.#spokenAtMs = nowMs;
    const sentences = speakFrame(this.#makeFrame());
    if (sentences.join('\n') === this.#sentences.join('\n')) return;
    this.#sentences = sentences;
    for (const listener of this.#listeners) listener();
  }

  #makeFrame(): Frame {
    const { locale, isUnicode, colourDepth, isReadOnly, stationNowMs, silentForMs } = this.#options;
    const glyphs = isUnicode ? unicodeGlyphs : asciiGlyphs;
    return {
      state: this.#state,
      view: this.#view,
      look: {
        texts: isUnicode ? catalogueFor(locale) : en,
        glyphs,
        isColoured: colourDepth > 1,
        nowMs: stationNowMs(),
      },
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
