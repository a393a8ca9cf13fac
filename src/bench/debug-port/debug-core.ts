// The debug side of a Cortex-M3 core: halt, resume, registers, reset and vector catch, and code that is run in RAM.
import type { Clock } from '../../base/clock.ts';
import type { ProbedChip } from '../board/virtual-board.ts';
import { BusFault } from '../flash/flash-memory.ts';
import { FLASH_BASE } from '../flash/flash-sectors.ts';
import { ChipBus, type CoreRegisters, isInRam } from './chip-bus.ts';
import { FlashRegisters } from './flash-registers.ts';
import { ThumbInterpreter } from './thumb-interpreter.ts';

/** ARMv7-M C1.6 and B3.2, and the two units that a debugger looks at first. */
const registerAddress = {
  DWT_CTRL: 0xe000_1000,
  FP_CTRL: 0xe000_2000,
  CPUID: 0xe000_ed00,
  AIRCR: 0xe000_ed0c,
  DFSR: 0xe000_ed30,
  DHCSR: 0xe000_edf0,
  DCRSR: 0xe000_edf4,
  DCRDR: 0xe000_edf8,
  DEMCR: 0xe000_edfc,
} as const;

/** Cortex-M3 r2p0. */
const CORTEX_M3 = 0x412f_c230;
/** Four comparators. */
const DWT_UNITS = 0x4000_0000;
/** Six breakpoints, two literals. */
const FPB_UNITS = 0x260;
const DEBUG_KEY = 0xa05f;
const RESET_KEY = 0x05fa;
const halting = { enable: 1 << 0, halt: 1 << 1, step: 1 << 2 } as const;
const status = {
  registerReady: 1 << 16,
  halted: 1 << 17,
  lockedUp: 1 << 19,
  retired: 1 << 24,
  wasReset: 1 << 25,
} as const;
const SYSTEM_RESET = 1 << 2;
const CATCH_RESET = 1 << 0;
const haltReasons = { halted: 1 << 0, breakpoint: 1 << 1, vectorCatch: 1 << 3 } as const;
const selector = { pc: 15, status: 16, mainStack: 17, write: 1 << 16 } as const;
/** Vectors that cannot be read look like this (a locked or empty chip). */
const NO_VECTOR = 0xffff_fffe;
const NO_STACK = 0xffff_fffc;
/** A program that was running is somewhere in flash. */
const INITIAL_PC = FLASH_BASE + 0x1000;
/** Instructions per look of the debugger: a few milliseconds. */
const SLICE_INSTRUCTIONS = 250_000;
/** A loop of at most so many instructions that wrote nothing and changed no register waits for the debugger. */
const MAX_WAIT_LOOP_INSTRUCTIONS = 64;

/** One chip's core and memory, from the first touch of a probe until the chip loses its power. */
export class DebugCore implements CoreRegisters {
  readonly bus: ChipBus;
  readonly chip: ProbedChip;
  readonly #flashRegisters: FlashRegisters;
  readonly #thumb: ThumbInterpreter;
  #control = 0;
  #exceptions = 0;
  #reasons = 0;
  #transfer = 0;
  #mainStack = NO_STACK;
  #isRunningInRam = false;
  #isLockedUp = false;
  #hasRetired = false;
  #wasReset = true;
  #breakpointUnit = 0;
  readonly #others = new Map<number, number>();

  constructor(chip: ProbedChip, clock: Clock) {
    this.chip = chip;
    this.#flashRegisters = new FlashRegisters(chip.flash, clock);
    this.bus = new ChipBus(chip.flash, chip.uniqueId, this.#flashRegisters, this);
    this.#thumb = new ThumbInterpreter(this.bus);
    this.#setPc(INITIAL_PC);
  }

  read(address: number): number | undefined {
    switch (address) {
      case registerAddress.CPUID:
        return CORTEX_M3;
      case registerAddress.DWT_CTRL:
        return DWT_UNITS;
      case registerAddress.FP_CTRL:
        return FPB_UNITS | this.#breakpointUnit;
      case registerAddress.AIRCR:
        return 0xfa05_0000;
      case registerAddress.DFSR:
        return this.#reasons;
      case registerAddress.DHCSR:
        return this.#readStatus();
      case registerAddress.DCRDR:
        return this.#transfer;
      case registerAddress.DEMCR:
        return this.#exceptions;
      default:
        return undefined;
    }
  }

  write(address: number, value: number): boolean {
    switch (address) {
      case registerAddress.AIRCR:
        if (value >>> 16 === RESET_KEY && value & SYSTEM_RESET) this.resetSystem();
        return true;
      case registerAddress.FP_CTRL:
        this.#breakpointUnit = value & 1;
        return true;
      case registerAddress.DFSR:
        this.#reasons &= ~value;
        return true;
      case registerAddress.DHCSR:
        if (value >>> 16 === DEBUG_KEY) this.#setControl(value & 0xffff);
        return true;
      case registerAddress.DCRSR:
        this.#transferRegister(value);
        return true;
      case registerAddress.DCRDR:
        this.#transfer = value;
        return true;
      case registerAddress.DEMCR:
        this.#exceptions = value;
        return true;
      default:
        return false;
    }
  }

  /** Lets code that was started in RAM go on for a slice, or until it only waits; called before each look of the debugger. */
  runSlice(): void {
    const { registers } = this.#thumb;
    let mark = registers.slice();
    let writes = this.bus.writeCount;
    for (let count = 1; count <= SLICE_INSTRUCTIONS && this.#isRunningInRam; count += 1) {
      this.#stepInRam();
      if (this.bus.writeCount !== writes || count % MAX_WAIT_LOOP_INSTRUCTIONS === 0) {
        mark = registers.slice();
        writes = this.bus.writeCount;
      } else if (registers[selector.pc] === mark[selector.pc] && haveSameRegisters(registers, mark)) {
        return;
      }
    }
  }

  /** What SYSRESETREQ or the reset pin does; with vector catch the core is held before its first instruction. */
  resetSystem(): void {
    this.#isRunningInRam = false;
    this.#isLockedUp = false;
    this.#wasReset = true;
    this.#flashRegisters.reset();
    this.#breakpointUnit = 0;
    const isCaught = (this.#exceptions & CATCH_RESET) !== 0 && (this.#control & halting.enable) !== 0;
    if (!isCaught) return void this.chip.reset();
    this.chip.resetAndHalt();
    this.#reasons |= haltReasons.vectorCatch;
    this.#loadVectors();
  }

  #stepInRam(): void {
    this.#hasRetired = true;
    try {
      const end = this.#thumb.stepInstruction();
      if (end === 'breakpoint') this.#halt(haltReasons.breakpoint);
      else if (end === 'unknown' || !isInRam(this.#thumb.registers[selector.pc]!)) this.#enterLockup();
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.#enterLockup();
    }
  }

  #setControl(value: number): void {
    this.#control = value & (halting.enable | halting.halt | halting.step);
    if ((value & halting.enable) === 0) return void this.#resume();
    if (value & halting.halt) return void this.#halt(haltReasons.halted);
    if (value & halting.step) return void this.#stepOnce();
    this.#resume();
  }

  #halt(reason: number): void {
    if (!this.chip.isCoreHalted || this.#isRunningInRam) this.#reasons |= reason;
    this.#isRunningInRam = false;
    this.chip.haltCore();
  }

  #stepOnce(): void {
    if (isInRam(this.#thumb.registers[selector.pc]!)) this.#stepInRam();
    this.#halt(haltReasons.halted);
  }

  /** Code in RAM is run by us while the chip's own program stays halted; anything else is the program's. */
  #resume(): void {
    if (!this.chip.isCoreHalted) return;
    this.#isLockedUp = false;
    if (isInRam(this.#thumb.registers[selector.pc]!)) this.#isRunningInRam = true;
    else this.chip.resumeCore();
  }

  #enterLockup(): void {
    this.#isRunningInRam = false;
    this.#isLockedUp = true;
  }

  #readStatus(): number {
    const isHalted = this.chip.isCoreHalted && !this.#isRunningInRam && !this.#isLockedUp;
    const value =
      this.#control |
      status.registerReady |
      (isHalted ? status.halted | halting.halt : 0) |
      (this.#isLockedUp ? status.lockedUp : 0) |
      (this.#hasRetired || !this.chip.isCoreHalted ? status.retired : 0) |
      (this.#wasReset ? status.wasReset : 0);
    this.#wasReset = false;
    this.#hasRetired = false;
    return value;
  }

  #transferRegister(value: number): void {
    const register = value & 0x7f;
    if (value & selector.write) this.#setRegister(register, this.#transfer);
    else this.#transfer = this.#getRegister(register);
  }

  #getRegister(register: number): number {
    if (register <= selector.pc && register !== 13) return this.#thumb.registers[register]!;
    if (register === selector.status) return this.#thumb.status;
    if (register === 13 || register === selector.mainStack) return this.#mainStack;
    return this.#others.get(register) ?? 0;
  }

  #setRegister(register: number, value: number): void {
    if (register === selector.pc) this.#setPc(value);
    else if (register === 13 || register === selector.mainStack) this.#mainStack = value;
    else if (register < selector.pc) this.#thumb.registers[register] = value;
    else if (register === selector.status) this.#thumb.status = value;
    else this.#others.set(register, value);
  }

  #setPc(value: number): void {
    this.#thumb.registers[selector.pc] = value & ~1;
  }

  #loadVectors(): void {
    try {
      this.#mainStack = this.bus.read(FLASH_BASE, 4) & ~3;
      this.#setPc(this.bus.read(FLASH_BASE + 4, 4));
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.#mainStack = NO_STACK;
      this.#setPc(NO_VECTOR);
    }
  }
}

function haveSameRegisters(left: Uint32Array, right: Uint32Array): boolean {
  return left.every((value, index) => value === right[index]);
}
