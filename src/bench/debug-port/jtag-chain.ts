// The JTAG chain of an STM32F2: a state machine of sixteen states, the boundary scan TAP, and the TAP of the debug port.
import { AccessPort } from './access-port.ts';
import type { DebugPort } from './debug-port.ts';

/** Next state for TMS low and high (IEEE 1149.1 §6.1). */
const stateTransitions = {
  reset: ['idle', 'reset'],
  idle: ['idle', 'select-dr'],
  'select-dr': ['capture-dr', 'select-ir'],
  'capture-dr': ['shift-dr', 'exit1-dr'],
  'shift-dr': ['shift-dr', 'exit1-dr'],
  'exit1-dr': ['pause-dr', 'update-dr'],
  'pause-dr': ['pause-dr', 'exit2-dr'],
  'exit2-dr': ['shift-dr', 'update-dr'],
  'update-dr': ['idle', 'select-dr'],
  'select-ir': ['capture-ir', 'reset'],
  'capture-ir': ['shift-ir', 'exit1-ir'],
  'shift-ir': ['shift-ir', 'exit1-ir'],
  'exit1-ir': ['pause-ir', 'update-ir'],
  'pause-ir': ['pause-ir', 'exit2-ir'],
  'exit2-ir': ['shift-ir', 'update-ir'],
  'update-ir': ['idle', 'select-dr'],
} as const;

type TapState = keyof typeof stateTransitions;

const CPU_ID = 0x4ba0_0477;
const BOUNDARY_SCAN_ID = 0x0641_1041;
/** What every instruction register shows when it is captured: a one, then zeros. */
const CAPTURED_INSTRUCTION = 1;
const instruction = { ABORT: 0x8, DPACC: 0xa, APACC: 0xb, IDCODE: 0xe } as const;
const BOUNDARY_SCAN_IDCODE = 0x01;
const ACK_OK = 2;
const ACCESS_BITS = 35;

/** One shift register; values stay below 2^35, which numbers hold exactly. */
class ShiftRegister {
  #value = 0;
  #top = 1;

  load(value: number, bits: number): void {
    this.#value = value;
    this.#top = 2 ** (bits - 1);
  }

  get value(): number {
    return this.#value;
  }

  get out(): 0 | 1 {
    return (this.#value % 2) as 0 | 1;
  }

  shift(bit: 0 | 1): void {
    this.#value = (this.#value - this.out) / 2 + bit * this.#top;
  }
}

/** A TAP: what it shows when captured, and what it does when updated, depends on its instruction. */
abstract class Tap {
  readonly register = new ShiftRegister();
  protected instruction = 0;
  readonly #instructionBits: number;

  constructor(instructionBits: number) {
    this.#instructionBits = instructionBits;
  }

  abstract reset(): void;
  abstract captureData(): void;
  abstract updateData(): void;

  captureInstruction(): void {
    this.register.load(CAPTURED_INSTRUCTION, this.#instructionBits);
  }

  updateInstruction(): void {
    this.instruction = this.register.value;
  }
}

class BoundaryScanTap extends Tap {
  constructor() {
    super(5);
  }

  reset(): void {
    this.instruction = BOUNDARY_SCAN_IDCODE;
  }

  captureData(): void {
    if (this.instruction === BOUNDARY_SCAN_IDCODE) this.register.load(BOUNDARY_SCAN_ID, 32);
    else this.register.load(0, 1);
  }

  updateData(): void {}
}

/** Accesses are posted: what one asked for is seen when the next is captured (ADIv5 B3.3). */
class DebugPortTap extends Tap {
  readonly #port: DebugPort;
  readonly #accessPort = new AccessPort();
  readonly #onAccess: () => void;
  #result = 0;

  constructor(port: DebugPort, onAccess: () => void) {
    super(4);
    this.#port = port;
    this.#onAccess = onAccess;
  }

  reset(): void {
    this.instruction = instruction.IDCODE;
  }

  captureData(): void {
    switch (this.instruction) {
      case instruction.IDCODE:
        return void this.register.load(CPU_ID, 32);
      case instruction.DPACC:
      case instruction.APACC:
      case instruction.ABORT:
        return void this.register.load(this.#result * 8 + ACK_OK, ACCESS_BITS);
      default:
        return void this.register.load(0, 1);
    }
  }

  /** Bit 0: read; bits 1 and 2: register; bits 3 to 34: data. */
  updateData(): void {
    const { value } = this.register;
    const isRead = value % 2 === 1;
    const register = (Math.floor(value / 2) % 4) * 4;
    const data = Math.floor(value / 8);
    if (this.instruction === instruction.ABORT) this.#accessPort.writeDebugPort(0, data);
    else if (this.instruction === instruction.DPACC) this.#accessDebugPort(isRead, register, data);
    else if (this.instruction === instruction.APACC) this.#accessMemory(isRead, register, data);
  }

  #accessDebugPort(isRead: boolean, register: number, data: number): void {
    this.#onAccess();
    if (isRead) this.#result = this.#accessPort.readDebugPort(register, this.#port.hasDebugPower);
    else if (register !== 0) this.#accessPort.writeDebugPort(register, data);
  }

  #accessMemory(isRead: boolean, register: number, data: number): void {
    this.#onAccess();
    const { bank, selectedPort } = this.#accessPort;
    this.#port.runOnCore((core) => {
      if (isRead) this.#result = this.#accessPort.readAccessPort(core, selectedPort, bank | register);
      else this.#accessPort.writeAccessPort(core, selectedPort, bank | register, data);
    });
  }
}

/** TDI goes into the boundary scan TAP, from there into the debug port, and from there out. */
export class JtagChain {
  readonly #port: DebugPort;
  readonly #first = new BoundaryScanTap();
  readonly #last: DebugPortTap;
  #state: TapState = 'reset';
  #clock = 0;
  #isConnected = false;

  constructor(port: DebugPort, onAccess: () => void) {
    this.#port = port;
    this.#last = new DebugPortTap(port, onAccess);
    this.reset();
  }

  /** What the reset pin of the chain does. */
  reset(): void {
    this.#state = 'reset';
    this.#isConnected = this.#port.core !== undefined;
    this.#first.reset();
    this.#last.reset();
  }

  /** With nothing on the other end the line is pulled up. */
  get output(): 0 | 1 {
    if (!this.#isConnected) return 1;
    return this.#last.register.out;
  }

  /** The pins as they are now; things happen when the clock rises. */
  drivePins(clock: 0 | 1, mode: 0 | 1, input: 0 | 1): void {
    const isRising = clock === 1 && this.#clock === 0;
    this.#clock = clock;
    if (!isRising) return;
    if (this.#state === 'shift-dr' || this.#state === 'shift-ir') {
      this.#last.register.shift(this.#first.register.out);
      this.#first.register.shift(input);
    }
    this.#state = stateTransitions[this.#state][mode];
    this.#enterState();
  }

  #enterState(): void {
    switch (this.#state) {
      case 'reset':
        return void this.reset();
      case 'capture-dr':
        this.#isConnected = this.#port.core !== undefined;
        return void this.#applyToTaps((tap) => tap.captureData());
      case 'capture-ir':
        this.#isConnected = this.#port.core !== undefined;
        return void this.#applyToTaps((tap) => tap.captureInstruction());
      case 'update-dr':
        return void this.#applyToTaps((tap) => tap.updateData());
      case 'update-ir':
        return void this.#applyToTaps((tap) => tap.updateInstruction());
      default:
    }
  }

  #applyToTaps(deed: (tap: Tap) => void): void {
    deed(this.#first);
    deed(this.#last);
  }
}
