// The contract of a virtual board: what a USB host and a debug probe can do to it, with no transport in it.
import type { FlashMemory } from '../flash/flash-memory.ts';

/** The stage of a control transfer at which an answer stopped short, in the words of the recorded traces. */
type TransferStage = 'setup' | 'data-out' | 'data-in' | 'after-last-data-before-status' | 'status';

/**
 * How a control transfer ended. `data` is what the host had received before that. `busyMs` is how long the board kept
 * the host waiting inside this transfer. `hang`: still attached, answers nothing any more; `nak`: this request is never
 * answered, the next one is; `gone`: the board left the bus; `babble`: more came than was asked for.
 */
export interface ControlOutcome {
  readonly reply: 'ok' | 'stall' | 'gone' | 'hang' | 'nak' | 'fault' | 'babble';
  readonly data: Uint8Array;
  readonly at?: TransferStage;
  readonly busyMs: number;
}

/** What a board shows on the bus now; a new object per enumeration. */
export interface BusPresence {
  readonly kind: 'dfu' | 'cdc' | 'other';
  /** bcdUSB device descriptor, 18 bytes. */
  readonly deviceDescriptor: Uint8Array;
  readonly configurationDescriptor: Uint8Array;
  /** String by index. */
  readonly strings: ReadonlyMap<number, string>;
  readonly speed: 'full' | 'high';
}

/** A board's chip as a debug probe reaches it. Its flash is the very one that programs on the chip see. */
export interface ProbedChip {
  readonly flash: FlashMemory;
  /** 96 bits, in the order of their addresses. */
  readonly uniqueId: Uint8Array;
  readonly isPowered: boolean;
  /** False while the running program uses the pins of the debug port for itself. */
  readonly areDebugPinsFree: boolean;
  readonly isCoreHalted: boolean;
  /** Stops the core where it is: the program answers nothing any more, its pull-up stays. */
  haltCore(): void;
  /** Lets the core go on; after `resetAndHalt` that is the boot. */
  resumeCore(): void;
  reset(): void;
  /** Resets the chip and holds the core before its first instruction. */
  resetAndHalt(): void;
}

/** A board as a host port sees it. Its time is told to it: nothing happens between calls but by `elapse`. */
export interface VirtualBoard {
  /** For people: `photon 2.3.1`. */
  readonly name: string;
  readonly chip: ProbedChip;
  /** Undefined while it is not on the bus. */
  readonly presence: BusPresence | undefined;
  /** Called after each change of `presence`; the returned function ends it. */
  onPresenceChanged(listener: () => void): () => void;
  powerOn(): void;
  powerOff(): void;
  handleBusReset(): void;
  /** That much time passed since the last call of anything here. */
  advanceTime(ms: number): void;
  /** Time until the board does something by itself; undefined when only the outside can move it. */
  readonly nextEventMs: number | undefined;
  /** One control transfer. `setup` has 8 bytes; `data` is the host's data stage, empty for IN. */
  handleControlTransfer(setup: Uint8Array, data: Uint8Array): ControlOutcome;
  /** Bytes to the board's CDC data endpoint. */
  receiveSerial(bytes: Uint8Array): void;
  /** Called with what the board sends; the returned function ends it. */
  onSerialSend(listener: (bytes: Uint8Array) => void): () => void;
}
