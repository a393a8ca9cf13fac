// The debug port and its one memory access port (ADIv5): registers that a probe reads and writes by number.
import { BusFault } from '../flash/flash-memory.ts';
import type { DebugCore } from './debug-core.ts';

/** Registers of the debug port, by address (ADIv5 B2.2). */
const debugPortRegister = { DPIDR_ABORT: 0x0, CTRL_STAT: 0x4, SELECT: 0x8, RDBUFF: 0xc } as const;
const memory = { CSW: 0x00, TAR: 0x04, DRW: 0x0c, BD0: 0x10, BD3: 0x1c, CFG: 0xf4, BASE: 0xf8, IDR: 0xfc } as const;

/** SW-DP of a Cortex-M3. */
export const SWD_ID = 0x2ba0_1477;
/** AHB-AP of a Cortex-M3. */
const AHB_AP_ID = 0x2477_0011;
const ROM_TABLE = 0xe00f_f003;
const stat = { stickyOverrun: 1 << 1, stickyCompare: 1 << 4, stickyError: 1 << 5 } as const;
/** Requests to power up, answered two bits higher. */
const POWER_REQUESTS = 0x5000_0000;
const CLEAR_STICKY_ERROR = 1 << 2;
/** Device enabled, debug privileged: what the access port reports of itself. */
const CSW_STATUS = 0x0000_0040;
/** Packed transfers are not offered: who asks for them reads back that they are off. */
const CSW_KEPT = 0x7f00_0017;
const TAR_WRAP = 0xfff;
const SIZES = [1, 2, 4] as const;

export class AccessPort {
  #select = 0;
  #control = 0;
  #csw = 0x0300_0002;
  #tar = 0;
  #isSticky = false;

  /** A register of the debug port. Without debug power requests to power up stay unanswered. */
  readDebugPort(register: number, hasPower = true): number {
    switch (register & 0xc) {
      case debugPortRegister.DPIDR_ABORT:
        return SWD_ID;
      case debugPortRegister.CTRL_STAT:
        return (
          (this.#control |
            (hasPower ? (this.#control & POWER_REQUESTS) << 1 : 0) |
            (this.#isSticky ? stat.stickyError : 0)) >>>
          0
        );
      default:
        return 0;
    }
  }

  writeDebugPort(register: number, value: number): void {
    switch (register & 0xc) {
      case debugPortRegister.DPIDR_ABORT:
        if (value & CLEAR_STICKY_ERROR) this.#isSticky = false;
        return;
      case debugPortRegister.CTRL_STAT:
        if (value & stat.stickyError) this.#isSticky = false;
        this.#control = value & ~(stat.stickyError | stat.stickyOverrun | stat.stickyCompare) & ~(POWER_REQUESTS << 1);
        return;
      case debugPortRegister.SELECT:
        this.#select = value;
        return;
      default:
    }
  }

  /** The four bits of SELECT that choose a bank of access port registers. */
  get bank(): number {
    return this.#select & 0xf0;
  }

  get selectedPort(): number {
    return this.#select >>> 24;
  }

  /** A register of access port 0; a bus fault sticks and reads as 0. Other ports do not exist and read as 0. */
  readAccessPort(core: DebugCore, port: number, register: number): number {
    if (port !== 0) return 0;
    switch (register) {
      case memory.CSW:
        return this.#csw | CSW_STATUS;
      case memory.TAR:
        return this.#tar;
      case memory.CFG:
        return 0;
      case memory.BASE:
        return ROM_TABLE;
      case memory.IDR:
        return AHB_AP_ID;
      default:
        return this.#accessMemory(register, (address) => this.#readMemory(core, address)) ?? 0;
    }
  }

  writeAccessPort(core: DebugCore, port: number, register: number, value: number): void {
    if (port !== 0) return;
    if (register === memory.CSW) this.#csw = value & CSW_KEPT;
    else if (register === memory.TAR) this.#tar = value >>> 0;
    else this.#accessMemory(register, (address) => this.#writeMemory(core, address, value));
  }

  /** DRW goes where TAR points and moves it on; BD0 to BD3 are the four words around it. */
  #accessMemory<Result>(register: number, access: (address: number) => Result): Result | undefined {
    if (this.#isSticky) return undefined;
    try {
      if (register >= memory.BD0 && register <= memory.BD3) {
        return access(((this.#tar & ~0xf) | (register & 0xc)) >>> 0);
      }
      return register === memory.DRW ? access(this.#tar) : undefined;
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.#isSticky = true;
      return undefined;
    } finally {
      if (register === memory.DRW) this.#incrementAddress();
    }
  }

  /** Values travel on the byte lanes of their address. */
  #readMemory(core: DebugCore, address: number): number {
    return (core.bus.read(address, this.#size) << (8 * (address % 4))) >>> 0;
  }

  #writeMemory(core: DebugCore, address: number, value: number): void {
    const lane = value >>> (8 * (address % 4));
    core.bus.write(address, this.#size, this.#size === 4 ? lane : lane & ((1 << (8 * this.#size)) - 1));
  }

  get #size(): 1 | 2 | 4 {
    return SIZES[this.#csw & 3] ?? 4;
  }

  #incrementAddress(): void {
    if ((this.#csw & 0x10) === 0) return;
    const low = (this.#tar + this.#size) & TAR_WRAP;
    this.#tar = ((this.#tar & ~TAR_WRAP) | low) >>> 0;
  }
}
