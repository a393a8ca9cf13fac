// What the station and its board tell each other over the pipe between their processes: plain data, a message at a time.
import type { StationEvent } from '../domain/events.ts';
import type { ColourDepth } from './frame/palette.ts';
import type { BoardCommand } from './input/key-bindings.ts';
import type { BoardState } from './state/board-state.ts';

/** How this terminal and its person want the board; sent once, first. */
export interface BoardLook {
  readonly locale: string | undefined;
  readonly isUnicode: boolean;
  readonly colourDepth: ColourDepth;
  /** Sentences instead of tiles, on the normal screen. */
  readonly isSpoken: boolean;
  readonly scannerPrefix: string;
  /** Ring when a run is done. */
  readonly bell: boolean;
}

/** From the station; each but the last is answered by `took` once it is shown. `nowMs` is the station's monotonic time. */
export type MessageToBoard =
  | { readonly look: BoardLook; readonly state: BoardState; readonly nowMs: number }
  /** What happened is told whole: at the start, after a flood. */
  | { readonly state: BoardState; readonly nowMs: number }
  | { readonly events: readonly StationEvent[]; readonly nowMs: number }
  /** The command of this id was not carried out. */
  | { readonly refused: number; readonly reason: string }
  | { readonly end: true };

/** From the board: what was typed, scanned and confirmed. */
export type MessageToStation =
  | { readonly took: true }
  | { readonly scan: string }
  | { readonly command: BoardCommand; readonly id: number }
  /** Ctrl-C, once each time. */
  | { readonly interrupt: true };
