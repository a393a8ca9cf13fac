// One port of the virtual bench: the board in it, the enumeration it goes through, and the time its transfers take.
import { toDataView } from '../../base/bytes.ts';
import type { Clock, TimerHandle } from '../../base/clock.ts';
import type { PowerSwitch } from '../../equipment/power-switch.ts';
import type { PortPath, UsbBusEvent, UsbDeviceInfo } from '../../equipment/usb.ts';
import { TimedBoard } from '../board/timed-board.ts';
import type { BusPresence, ControlOutcome, ProbedChip, VirtualBoard } from '../board/virtual-board.ts';

/** How the wire and the host behave. */
export interface WireTiming {
  /** Payload of a full-speed control transfer. */
  readonly bytesPerMs: number;
  /** Setup and status stages and the host's own time, per transfer. */
  readonly perTransferMs: number;
  /** From a board's pull-up to the device being usable. */
  readonly enumerationMs: number;
  /** Time shorter than this is saved up before it is waited for: real timers cannot wait less than a millisecond. */
  readonly granularityMs: number;
}

/** 832 kB/s is 13 packets of 64 bytes in each frame of 1 ms. */
export const defaultWireTiming: WireTiming = {
  bytesPerMs: 832,
  perTransferMs: 0.3,
  enumerationMs: 250,
  granularityMs: 2,
};

/** A device from its enumeration until it leaves. */
export interface BenchConnection {
  readonly info: UsbDeviceInfo;
  readonly presence: BusPresence;
  /** Name of its serial port, when it is one. */
  readonly serialName: string | undefined;
  /** Aborts when the device leaves. */
  readonly left: AbortSignal;
}

interface BenchPortDeps {
  readonly portPath: PortPath;
  readonly clock: Clock;
  readonly wire: WireTiming;
  readonly emit: (event: UsbBusEvent) => void;
  readonly names: { take(): string; giveBack(name: string): void };
  readonly nextConnection: () => number;
}

const GET_DEVICE_DESCRIPTOR = Uint8Array.of(0x80, 6, 0, 1, 0, 0, 18, 0);
const SET_ADDRESS = Uint8Array.of(0x00, 5, 9, 0, 0, 0, 0, 0);
const SET_CONFIGURATION = Uint8Array.of(0x00, 9, 1, 0, 0, 0, 0, 0);
const NO_DATA = new Uint8Array(0);

export class BenchPort {
  readonly portPath: PortPath;
  readonly power: PowerSwitch;
  readonly clock: Clock;
  readonly #options: BenchPortDeps;
  #timed: TimedBoard | undefined;
  #stopWatching: (() => void) | undefined;
  #powered = true;
  #dropped = false;
  #seen: BusPresence | undefined;
  #connection: (BenchConnection & { readonly leave: AbortController }) | undefined;
  #enumeration: TimerHandle | undefined;
  #debtMs = 0;
  #occupiedUntilMs = 0;

  constructor(options: BenchPortDeps) {
    this.#options = options;
    this.portPath = options.portPath;
    this.clock = options.clock;
    this.power = {
      name: `virtual power of port ${options.portPath}`,
      turnOff: async () => this.#switchPower(false),
      turnOn: async () => this.#switchPower(true),
    };
  }

  get board(): VirtualBoard | undefined {
    return this.#timed?.board;
  }

  get connection(): BenchConnection | undefined {
    return this.#connection;
  }

  plug(board: VirtualBoard): void {
    if (this.board) throw new RangeError(`port ${this.portPath} already holds ${this.board.name}`);
    this.#timed = new TimedBoard(board, this.clock);
    this.#stopWatching = board.onPresenceChanged(() => this.#updatePresence());
    if (this.#powered) this.#runOnBoard(() => board.powerOn());
    this.#updatePresence();
  }

  unplug(): VirtualBoard | undefined {
    const board = this.board;
    this.#timed?.release();
    this.#stopWatching?.();
    this.#timed = undefined;
    board?.powerOff();
    this.#updatePresence();
    return board;
  }

  dropOffBus(forMs: number): void {
    this.#dropped = true;
    this.#updatePresence();
    this.clock.setTimeout(() => {
      this.#dropped = false;
      this.#updatePresence();
    }, forMs);
  }

  /** Asks the board now; how long that takes is in the outcome. */
  performControlTransfer(setup: Uint8Array, data: Uint8Array): ControlOutcome {
    return (
      this.#runOnBoard((board) => board.handleControlTransfer(setup, data)) ?? {
        reply: 'gone',
        data: NO_DATA,
        busyMs: 0,
      }
    );
  }

  receiveSerial(bytes: Uint8Array): void {
    this.#runOnBoard((board) => board.receiveSerial(bytes));
  }

  /** Lets a debug probe act on the chip of the board; undefined when there is no board. */
  runOnChip<Result>(deed: (chip: ProbedChip) => Result): Result | undefined {
    return this.#runOnBoard((board) => deed(board.chip));
  }

  /** Time on the wire for that many bytes of payload. */
  computeWireTimeMs(sizeBytes: number): number {
    return this.#options.wire.perTransferMs + sizeBytes / this.#options.wire.bytesPerMs;
  }

  /** How much longer the board is busy with a transfer that its host gave up. */
  computeOccupiedMs(): number {
    return Math.max(0, this.#occupiedUntilMs - this.clock.readMonotonicMs());
  }

  /** The board is busy for so long, whether the host waits or not. */
  occupy(ms: number): void {
    this.#occupiedUntilMs = this.clock.readMonotonicMs() + ms;
  }

  /** Waits, or saves the time up while it is too short to wait for. Rejects with the signal's reason when it aborts. */
  async waitForWireTime(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#debtMs += ms;
    if (this.#debtMs < this.#options.wire.granularityMs) return;
    const startMs = this.clock.readMonotonicMs();
    try {
      await this.clock.sleep(this.#debtMs, signal);
    } finally {
      this.#debtMs -= this.clock.readMonotonicMs() - startMs;
    }
  }

  #runOnBoard<Result>(deed: (board: VirtualBoard) => Result): Result | undefined {
    return this.#timed?.runOnBoard(deed);
  }

  #switchPower(on: boolean): void {
    this.#powered = on;
    this.#runOnBoard((board) => (on ? board.powerOn() : board.powerOff()));
  }

  #updatePresence(): void {
    const presence = this.#dropped ? undefined : this.board?.presence;
    if (presence === this.#seen) return;
    this.#seen = presence;
    this.clock.clearTimeout(this.#enumeration);
    this.#disconnect();
    if (presence) {
      this.#enumeration = this.clock.setTimeout(() => this.#enumerate(presence), this.#options.wire.enumerationMs);
    }
  }

  #disconnect(): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = undefined;
    this.#occupiedUntilMs = 0;
    if (connection.serialName) this.#options.names.giveBack(connection.serialName);
    connection.leave.abort(new Error('the device left'));
    this.#options.emit({
      type: 'detached',
      portPath: this.portPath,
      connectionId: connection.info.connectionId,
    });
  }

  /** A reset that a host program asks for: who stays the same device is addressed and configured anew. */
  resetBus(): void {
    this.#runOnBoard((board) => {
      board.handleBusReset();
      board.handleControlTransfer(SET_ADDRESS, NO_DATA);
      board.handleControlTransfer(SET_CONFIGURATION, NO_DATA);
    });
  }

  /** As a host does it: reset, address, device descriptor, configuration. A board that does not answer is never listed. */
  #enumerate(presence: BusPresence): void {
    const answers = this.#runOnBoard((board) => {
      board.handleBusReset();
      const addressed = board.handleControlTransfer(SET_ADDRESS, NO_DATA);
      const descriptor = board.handleControlTransfer(GET_DEVICE_DESCRIPTOR, NO_DATA);
      return [addressed, descriptor, board.handleControlTransfer(SET_CONFIGURATION, NO_DATA)];
    });
    if (this.#seen !== presence || !answers?.every((answer) => answer.reply === 'ok')) return;
    const leave = new AbortController();
    const info = this.#describeDevice(presence, answers[1]!.data);
    const serialName = presence.kind === 'cdc' ? this.#options.names.take() : undefined;
    this.#connection = { info, presence, serialName, left: leave.signal, leave };
    this.#options.emit({ type: 'attached', device: info });
  }

  #describeDevice(presence: BusPresence, descriptor: Uint8Array): UsbDeviceInfo {
    const view = toDataView(descriptor);
    const text = (key: 'manufacturer' | 'product' | 'serialNumber', at: number) => {
      const value = presence.strings.get(descriptor[at]!);
      return value === undefined ? {} : { [key]: value };
    };
    return {
      portPath: this.portPath,
      connectionId: `${this.portPath}#${this.#options.nextConnection()}`,
      vendorId: view.getUint16(8, true),
      productId: view.getUint16(10, true),
      bcdDevice: view.getUint16(12, true),
      ...text('manufacturer', 14),
      ...text('product', 15),
      ...text('serialNumber', 16),
      speed: presence.speed,
    };
  }
}
