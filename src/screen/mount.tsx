// Puts the board on a terminal and takes it off again, whatever happens in between.
import { render } from 'ink';
import type { StationEvent } from '../domain/events.ts';
import { App } from './components/App.tsx';
import type { Look } from './components/look.ts';
import type { ColourDepth } from './frame/palette.ts';
import { en } from './messages/en.ts';
import { asciiGlyphs, unicodeGlyphs } from './messages/glyphs.ts';
import { chooseMessages } from './messages/languages.ts';
import type { BoardState } from './state/board-state.ts';
import { BoardStore, type BoardStoreOptions } from './store/board-store.ts';

/** Above the store's pace, which is the one that holds: at the same rate Ink would leave every second picture out. */
const MAX_FPS = 30;

export interface MountBoardOptions extends BoardStoreOptions {
  /** Locale or language name: `en`, `zh_CN.UTF-8`. */
  readonly locale: string | undefined;
  readonly isUnicode: boolean;
  readonly colourDepth: ColourDepth;
  /** Sentences instead of tiles, on the normal screen. */
  readonly isSpoken: boolean;
  /** Ctrl-C, once each time. */
  readonly onEnd: () => void;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export interface MountedBoard {
  showEvent(event: StationEvent): void;
  /** Starts from a state that another process has come to. */
  replaceState(state: BoardState): void;
  /** Resolves when what was told so far is on its way to the terminal. */
  flush(): Promise<void>;
  /** Restores the terminal; safe to call twice. */
  unmount(): Promise<void>;
  /** Restores the terminal and says there that the station is gone: the shell's own word was lost under the board. */
  unmountAbandoned(): Promise<void>;
}

/** Shows the board until it is unmounted. */
export function mountBoard(options: MountBoardOptions): MountedBoard {
  const { stdin, stdout, isSpoken, isUnicode, colourDepth, locale, personClock } = options;
  const look: Look = {
    texts: isUnicode ? chooseMessages(locale) : en,
    glyphs: isUnicode ? unicodeGlyphs : asciiGlyphs,
    isColoured: colourDepth > 1,
    colourDepth,
  };
  const store = new BoardStore(options, look);
  const app = render(
    <App store={store} look={look} isSpoken={isSpoken} clock={personClock} onInterrupt={options.onEnd} />,
    {
      stdin,
      stdout,
      alternateScreen: !isSpoken,
      incrementalRendering: !isSpoken,
      maxFps: MAX_FPS,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
      isScreenReaderEnabled: isSpoken,
    },
  );
  const unmount = async (): Promise<void> => {
    store.stop();
    app.unmount();
    await app.waitUntilExit();
  };
  return {
    showEvent: (event) => store.showEvent(event),
    replaceState: (state) => store.replaceState(state),
    flush: () => app.waitUntilRenderFlush(),
    unmount,
    unmountAbandoned: async () => {
      await unmount();
      await new Promise<void>((resolve) =>
        stdout.write(`\r\nflashline: ${look.texts.stationGone}\r\n`, () => resolve()),
      );
    },
  };
}
