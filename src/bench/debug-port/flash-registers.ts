// The registers of the STM32F2 flash controller (RM0033 §3.9): keys, status, control and option control, over a chip's flash.
import type { Clock } from '../../base/clock.ts';
import { type FlashMemory, type FlashOutcome, flashStatusFlags } from '../flash/flash-memory.ts';

export const FLASH_REGISTERS = { start: 0x4002_3c00, end: 0x4002_3c20 } as const;

const register = { ACR: 0x00, KEYR: 0x04, OPTKEYR: 0x08, SR: 0x0c, CR: 0x10, OPTCR: 0x14 } as const;
const KEYS = [0x4567_0123, 0xcdef_89ab] as const;
const OPTION_KEYS = [0x0819_2a3b, 0x4c5d_6e7f] as const;
const control = { programming: 1 << 0, sectorErase: 1 << 1, massErase: 1 << 2, start: 1 << 16, lock: 1 << 31 } as const;
const option = { lock: 1 << 0, start: 1 << 1 } as const;
/** Brown-out level and user bits as delivered: OPTCR reads 0x0FFFAAED. */
const USER_OPTIONS = 0xec;
const UNPROTECTED = 0xaa;
const PERMANENTLY_PROTECTED = 0xcc;
/** What takes less is over before a probe can look. */
const MIN_VISIBLE_BUSY_MS = 1;

/** How far a probe may look and write: level 1 hides flash from it, level 2 ends all debugging. */
export function readProtectionLevel({ optionBytes: { rdp } }: FlashMemory): 0 | 1 | 2 {
  if (rdp === UNPROTECTED) return 0;
  return rdp === PERMANENTLY_PROTECTED ? 2 : 1;
}

/** Two keys in their order open a lock; anything else keeps it shut until a reset. */
class RegisterLock {
  readonly #keys: readonly number[];
  #given = 0;
  isOpen = false;
  #isJammed = false;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  enterKey(value: number): void {
    if (this.#isJammed || this.isOpen) return;
    if (value !== this.#keys[this.#given]) this.#isJammed = true;
    else this.#given += 1;
    this.isOpen = this.#given === this.#keys.length;
  }

  close(): void {
    this.isOpen = false;
    this.#given = 0;
  }

  reset(): void {
    this.close();
    this.#isJammed = false;
  }
}

export class FlashRegisters {
  readonly #flash: FlashMemory;
  readonly #clock: Clock;
  readonly #lock = new RegisterLock(KEYS);
  readonly #optionLock = new RegisterLock(OPTION_KEYS);
  #control = 0;
  #written: { readonly nWrp: number; readonly rdp: number };
  #busyUntilMs = Number.NEGATIVE_INFINITY;

  constructor(flash: FlashMemory, clock: Clock) {
    this.#flash = flash;
    this.#clock = clock;
    this.#written = flash.optionBytes;
  }

  /** A reset shuts the locks and forgets what was written but not started. */
  reset(): void {
    this.#lock.reset();
    this.#optionLock.reset();
    this.#control = 0;
    this.#written = this.#flash.optionBytes;
  }

  read(address: number): number {
    switch (address - FLASH_REGISTERS.start) {
      case register.SR:
        return this.#flash.statusFlags | (this.#isBusy() ? flashStatusFlags.busy : 0);
      case register.CR:
        return (this.#control | (this.#lock.isOpen ? 0 : control.lock)) >>> 0;
      case register.OPTCR:
        return USER_OPTIONS | (this.#optionLock.isOpen ? 0 : option.lock) | this.#readOptionBits();
      default:
        return 0;
    }
  }

  write(address: number, value: number): void {
    switch (address - FLASH_REGISTERS.start) {
      case register.KEYR:
        return void this.#lock.enterKey(value);
      case register.OPTKEYR:
        return void this.#optionLock.enterKey(value);
      case register.SR:
        return void this.#flash.clearStatusFlags(value);
      case register.CR:
        return void this.#setControl(value);
      case register.OPTCR:
        return void this.#setOptions(value);
      default:
    }
  }

  /** Programs one, two or four bytes at their own alignment, as the control register allows. */
  programBytes(address: number, bytes: Uint8Array): void {
    if (!this.#lock.isOpen || (this.#control & control.programming) === 0) {
      return void this.#flash.raiseStatusFlags(flashStatusFlags.sequenceError);
    }
    if (readProtectionLevel(this.#flash) !== 0)
      return void this.#flash.raiseStatusFlags(flashStatusFlags.writeProtectionError);
    // Programming only clears bits: the word's other bytes are given as ones and stay as they are.
    const word = new Uint8Array(4).fill(0xff);
    word.set(bytes, address % 4);
    this.#keepBusy(this.#flash.programBytes(address - (address % 4), word));
  }

  #setControl(value: number): void {
    if (value & control.lock) return void this.#lock.close();
    if (!this.#lock.isOpen) return;
    this.#control = value & ~control.start;
    if ((value & control.start) === 0) return;
    if (readProtectionLevel(this.#flash) !== 0)
      return void this.#flash.raiseStatusFlags(flashStatusFlags.writeProtectionError);
    if (value & control.massErase) this.#keepBusy(this.#flash.massErase());
    else if (value & control.sectorErase) this.#keepBusy(this.#flash.eraseSector((value >> 3) & 15));
  }

  #setOptions(value: number): void {
    if (value & option.lock) return void this.#optionLock.close();
    if (!this.#optionLock.isOpen) return;
    this.#written = { nWrp: (value >>> 16) & 0xfff, rdp: (value >>> 8) & 0xff };
    if (value & option.start) this.#keepBusy(this.#flash.programOptionBytes(this.#written));
  }

  #readOptionBits(): number {
    const { nWrp, rdp } = this.#flash.optionBytes;
    return (nWrp << 16) | (rdp << 8);
  }

  #isBusy(): boolean {
    return this.#clock.readMonotonicMs() < this.#busyUntilMs;
  }

  #keepBusy({ busyMs }: FlashOutcome): void {
    if (busyMs >= MIN_VISIBLE_BUSY_MS) this.#busyUntilMs = this.#clock.readMonotonicMs() + busyMs;
  }
}
