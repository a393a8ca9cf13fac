// Puts the board on a terminal and takes it off again, whatever happens in between.
import { render } from 'ink';
import type { Clock } from '../base/clock.ts';
import type { StationEvent } from '../model/events.ts';
import { Board, type Frame } from './Board.tsx';
import { type BoardState, emptyBoard } from './board-state.ts';
import { catalogueFor } from './catalogue/catalogue.ts';
import { firstView, foldKey, type Keystroke } from './choose.ts';
import { foldEvent } from './fold-event.ts';
import { asciiGlyphs, unicodeGlyphs } from './glyphs.ts';
import { type Decoded, decodeInput, emptyDecoder, flushIdle } from './scan-decoder.ts';

/** Frames a second: smooth for a person, cheap for the station. */
const MAX_FRAMES_PER_SECOND = 10;
const FRAME_MS = 1000 / MAX_FRAMES_PER_SECOND;

export interface BoardOptions {
  readonly fixtureNumbers: readonly number[];
  /** Time of the station, for the figures shown. */
  readonly stationClock: Clock;
  /** Time of the person at the keys, for telling a scanner from fingers; real even when the station's runs faster. */
  readonly personClock: Clock;
  /** Locale or language name: `en`, `zh_CN.UTF-8`. */
  readonly locale: string | undefined;
  readonly isUnicode: boolean;
  readonly isReadOnly: boolean;
  readonly scannerPrefix: string;
  readonly onScan: (text: string) => void;
  /** The person confirms that the unit of this run is in its bin. */
  readonly onPutAway: (runId: string) => void;
  /** Ctrl-C, once each time. */
  readonly onEnd: () => void;
}

export interface MountedBoard {
  show(event: StationEvent): void;
  /** Restores the terminal; safe to call twice. */
  unmount(): Promise<void>;
}

/** Shows the board full screen until it is unmounted. */
export function mountBoard(options: BoardOptions): MountedBoard {
  const { personClock, stationClock } = options;
  const texts = catalogueFor(options.locale);
  const glyphs = options.isUnicode ? unicodeGlyphs : asciiGlyphs;
  let state: BoardState = emptyBoard(options.fixtureNumbers);
  let view = firstView;
  let decoder = emptyDecoder;
  const listeners = new Set<() => void>();

  const makeFrame = (): Frame => ({
    state,
    view,
    look: { texts, glyphs, nowMs: stationClock.monotonicMs() },
    isReadOnly: options.isReadOnly,
  });
  let frame = makeFrame();

  const press = (key: Keystroke): void => {
    const next = foldKey(
      view,
      key,
      state.tiles.map((tile) => tile.number),
    );
    view = next.view;
    if (next.asked && !options.isReadOnly) confirm(next.asked.confirm);
  };
  const confirm = (fixture: number): void => {
    const unit = state.failing.findLast((line) => line.fixture === fixture);
    if (unit) options.onPutAway(unit.runId);
  };
  const take = (decoded: readonly Decoded[]): void => {
    for (const item of decoded) {
      if (item.kind === 'keys') press({ typed: item.text, ended: item.ended });
      else if (!options.isReadOnly) options.onScan(item.text);
    }
  };
  const onText = (chunk: string): void => {
    const next = decodeInput(decoder, chunk, personClock.monotonicMs(), options.scannerPrefix);
    decoder = next.state;
    take(next.decoded);
  };
  const frames = everyFrame(personClock, () => {
    const idle = flushIdle(decoder, personClock.monotonicMs());
    decoder = idle.state;
    take(idle.decoded);
    frame = makeFrame();
    for (const listener of listeners) listener();
  });

  const app = render(
    <Board
      source={{ subscribe: (listener) => addTo(listeners, listener), snapshot: () => frame }}
      onEscape={() => press('escape')}
      onArrow={press}
      onText={onText}
      onEnd={options.onEnd}
    />,
    {
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: MAX_FRAMES_PER_SECOND,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
    },
  );
  return {
    show: (event) => {
      state = foldEvent(state, event);
    },
    unmount: async () => {
      frames.stop();
      app.unmount();
      await app.waitUntilExit();
    },
  };
}

function addTo<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}

function everyFrame(clock: Clock, run: () => void): { stop(): void } {
  let stopped = false;
  const tick = (): void => {
    if (stopped) return;
    run();
    handle = clock.setTimeout(tick, FRAME_MS);
  };
  let handle = clock.setTimeout(tick, FRAME_MS);
  return {
    stop: () => {
      stopped = true;
      clock.clearTimeout(handle);
    },
  };
}
