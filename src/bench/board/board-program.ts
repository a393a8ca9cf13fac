// What runs on a virtual chip (a bootloader, a system) and what the chip offers to it.
import type { FlashMemory } from '../flash/flash-memory.ts';
import type { BusPresence, ControlOutcome } from './virtual-board.ts';

/** One program, from the moment it starts until the chip is reset. Its time is told to it. */
export interface BoardProgram {
  readonly presence: BusPresence;
  handleBusReset(): void;
  handleControlTransfer(setup: Uint8Array, data: Uint8Array): ControlOutcome;
  receiveSerial(bytes: Uint8Array): void;
  /** That much time passed. */
  advanceTime(ms: number): void;
  /** Time until it does something by itself; undefined when only the outside can move it. */
  readonly nextEventMs: number | undefined;
}

/** The chip and board under a program. */
export interface BoardHardware {
  readonly flash: FlashMemory;
  /** The program ends here and now; what runs next is the boot's decision. */
  reset(): void;
  /** Takes the pull-up away for a moment: to a host another device arrives, to the program nothing happened. */
  reconnect(): void;
  sendSerial(bytes: Uint8Array): void;
}
