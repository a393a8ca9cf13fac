// Puts the board on a terminal and takes it off again, whatever happens in between.
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { StationEvent } from '../domain/events.ts';
import { Keys, type SentenceSource } from './components/Keys.tsx';
import { clampScroll, type Frame, paintFrame } from './frame/paint-frame.ts';
import type { ColourDepth } from './frame/palette.ts';
import { speakFrame } from './frame/speak-frame.ts';
import { openTerminalScreen, type TerminalScreen } from './frame/terminal-screen.ts';
import {
  acceptsText,
  type BoardCommand,
  initialView,
  type Keystroke,
  keyReducer,
  type View,
} from './input/key-bindings.ts';
import {
  type DecodedInput,
  decodeInput,
  decodePaste,
  decodeWriting,
  emptyDecoder,
  flushIdle,
} from './input/scan-decoder.ts';
import { en } from './messages/en.ts';
import { asciiGlyphs, unicodeGlyphs } from './messages/glyphs.ts';
import { chooseMessages } from './messages/languages.ts';
import { boardReducer, createNotice } from './state/board-reducer.ts';
import { type BoardState, createEmptyBoard } from './state/board-state.ts';

/** Frames a second: smooth for a person, cheap for the station. */
const FRAME_MS = 1000 / 10;
/** A screen reader is given new sentences no more often than this. */
const SPOKEN_FRAME_MS = 1_000;

export interface MountBoardOptions {
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
  showEvent(event: StationEvent): void;
  /** Starts from a state that another process has come to. */
  replaceState(state: BoardState): void;
  /** Restores the terminal; safe to call twice. */
  unmount(): Promise<void>;
}

/** Shows the board until it is unmounted. */
export function mountBoard(options: MountBoardOptions): MountedBoard {
  const { stdin, stdout, isSpoken, colourDepth, personClock } = options;
  const screen = isSpoken ? null : openTerminalScreen(stdout, colourDepth, personClock);
  const board = new BoardController(options, screen);
  const app = render(
    <Keys
      sentences={board}
      onKey={(key) => board.pressKey(key)}
      onText={(chunk) => board.typeText(chunk)}
      onPaste={(text) => board.pasteText(text)}
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
    showEvent: (event) => board.showEvent(event),
    replaceState: (state) => board.replaceState(state),
    unmount: async () => {
      board.stop();
      screen?.close();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

/** Holds what the board shows, and brings it to the screen a frame at a time. */
class BoardController implements SentenceSource {
  readonly #options: MountBoardOptions;
  /** Null for a screen reader, which is told sentences. */
  readonly #screen: TerminalScreen | null;
  readonly #listeners = new Set<() => void>();
  readonly #ticking: { stop(): void };
  #state: BoardState;
  #view = initialView;
  #decoder = emptyDecoder;
  #writtenAtMs = 0;
  #sentences: readonly string[] = [];
  #spokenAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: MountBoardOptions, screen: TerminalScreen | null) {
    this.#options = options;
    this.#screen = screen;
    this.#state = createEmptyBoard(options.fixtureNumbers);
    this.#ticking = runEveryFrame(options.personClock, FRAME_MS, () => this.#tick());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): readonly string[] => this.#sentences;

  showEvent(event: StationEvent): void {
    this.#state = boardReducer(this.#state, event);
  }

  replaceState(state: BoardState): void {
    this.#state = state;
  }

  pressKey(key: Keystroke): void {
    const { view, command } = keyReducer(this.#getShownView(), key, this.#state);
    const isAllowed = !this.#options.isReadOnly || view.asking === null;
    this.#view = isAllowed ? view : { ...view, asking: null };
    if (command && !this.#options.isReadOnly) this.#sendCommand(command);
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
    this.#ticking.stop();
  }

  /** A page may have shrunk, or been scrolled past its end: keys go on from what is seen. */
  #getShownView(): View {
    const scroll = this.#screen ? clampScroll(this.#makeFrame(), this.#screen.size) : this.#view.scroll;
    return { ...this.#view, scroll };
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

  #tick(): void {
    const nowMs = this.#options.personClock.readMonotonicMs();
    const idle = flushIdle(this.#decoder, nowMs);
    this.#decoder = idle.state;
    this.#handleDecodedInput(idle.decoded);
    if (this.#screen) this.#screen.showLines(paintFrame(this.#makeFrame(), this.#screen.size));
    else if (nowMs - this.#spokenAtMs >= SPOKEN_FRAME_MS) this.#speakFrame(nowMs);
  }

  #speakFrame(nowMs: number): void {
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
        texts: isUnicode ? chooseMessages(locale) : en,
        glyphs,
        isColoured: colourDepth > 1,
        nowMs: stationNowMs(),
      },
      isReadOnly,
      silentForMs: silentForMs?.() ?? null,
    };
  }
}

function runEveryFrame(clock: Clock, frameMs: number, run: () => void): { stop(): void } {
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
