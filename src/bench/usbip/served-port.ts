// One port of a served bench: a board in the time of a clock, offered anew over USB/IP each time it shows itself on the bus.
import type { Duplex } from 'node:stream';
import type { Clock, TimerHandle } from '../../base/clock.ts';
import type { PortPath } from '../../equipment/usb.ts';
import { TimedBoard } from '../board/timed-board.ts';
import type { BusPresence, VirtualBoard } from '../board/virtual-board.ts';
import { ExportedBoard, type ExportTiming } from './exported-board.ts';
import { UsbipCommandReader } from './usbip-commands.ts';

/** From a change on the board to the host hearing of it: the answer that caused it goes out first. */
const NOTICE_MS = 2;

export interface ServedPortOptions {
  readonly portPath: PortPath;
  readonly clock: Clock;
  readonly timing: ExportTiming;
  /** Called when a board shows itself: time to find a host for it. */
  readonly onShown?: (port: ServedPort) => void;
}

export class ServedPort {
  readonly portPath: PortPath;
  readonly #options: ServedPortOptions;
  #timed: TimedBoard | undefined;
  #stopWatching: (() => void) | undefined;
  #shown: BusPresence | undefined;
  #notice: TimerHandle | undefined;
  #stream: Duplex | undefined;

  constructor(options: ServedPortOptions) {
    this.portPath = options.portPath;
    this.#options = options;
  }

  get board(): VirtualBoard | undefined {
    return this.#timed?.board;
  }

  /** What is on the bus now, and known to be. */
  get shown(): BusPresence | undefined {
    return this.#shown;
  }

  get isConnected(): boolean {
    return this.#stream !== undefined;
  }

  /** Throws RangeError when the port is taken. */
  plug(board: VirtualBoard): void {
    if (this.board) throw new RangeError(`port ${this.portPath} already holds ${this.board.name}`);
    this.#timed = new TimedBoard(board, this.#options.clock);
    this.#stopWatching = board.onPresenceChanged(() => this.#schedulePresenceUpdate());
    this.switchPower(true);
    this.#schedulePresenceUpdate();
  }

  unplug(): VirtualBoard | undefined {
    const board = this.board;
    this.#stopWatching?.();
    this.switchPower(false);
    this.#timed?.release();
    this.#timed = undefined;
    this.#updatePresence();
    return board;
  }

  /** Switches the port's power; a port without a board has none to switch. */
  switchPower(on: boolean): void {
    this.#timed?.runOnBoard((board) => (on ? board.powerOn() : board.powerOff()));
  }

  /** Carries the board that is shown now over the stream until either side ends it. */
  connectStream(stream: Duplex): void {
    const timed = this.#timed;
    if (!timed || !this.#shown || this.#stream) {
      stream.destroy();
      return;
    }
    const { clock, timing } = this.#options;
    const exported = new ExportedBoard({ timed, clock, timing, send: (answer) => void stream.write(answer) });
    const reader = new UsbipCommandReader();
    this.#stream = stream;
    stream.on('data', (chunk: Uint8Array) => {
      try {
        for (const command of reader.push(chunk)) exported.handleCommand(command);
      } catch (error) {
        stream.destroy(error as Error);
      }
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      exported.end();
      if (this.#stream === stream) this.#stream = undefined;
    });
  }

  #schedulePresenceUpdate(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#notice);
    this.#notice = clock.setTimeout(() => this.#updatePresence(), NOTICE_MS);
  }

  #updatePresence(): void {
    const presence = this.board?.presence;
    if (presence === this.#shown) return;
    this.#shown = presence;
    this.#stream?.destroy();
    this.#stream = undefined;
    if (presence) this.#options.onShown?.(this);
  }
}
