// The memory map of an STM32F205 as a debug probe sees it: flash, RAM, the factory's words, flash and debug registers.
import { toDataView } from '../../base/bytes.ts';
import { BusFault, type FlashMemory } from '../flash/flash-memory.ts';
import { FLASH_BASE, FLASH_END_ADDRESS } from '../flash/flash-sectors.ts';
import { FLASH_REGISTERS, type FlashRegisters, readProtectionLevel } from './flash-registers.ts';
import type { ThumbBus } from './thumb-interpreter.ts';

const RAM = { start: 0x2000_0000, end: 0x2002_0000 } as const;
const OTP = { start: 0x1fff_7800, end: 0x1fff_7a10 } as const;
const UNIQUE_ID = 0x1fff_7a10;
const FLASH_SIZE = 0x1fff_7a22;
const FLASH_KIB = 1024;
const DBGMCU_IDCODE = 0xe004_2000;
/** Revision 0x200F, device 0x411: STM32F2. */
const DEVICE_ID = 0x200f_6411;
const PERIPHERALS = 0x4000_0000;

/** Registers of the core, by address. */
export interface CoreRegisters {
  /** Undefined for an address that is none of its own. */
  read(address: number): number | undefined;
  /** False for an address that is none of its own. */
  write(address: number, value: number): boolean;
}

/** True for an address in the chip's RAM. */
export function isInRam(address: number): boolean {
  return address >= RAM.start && address < RAM.end;
}

export class ChipBus implements ThumbBus {
  readonly #flash: FlashMemory;
  readonly #registers: FlashRegisters;
  readonly #core: CoreRegisters;
  readonly #factory: ReadonlyMap<number, number>;
  readonly #ram = toDataView(new Uint8Array(RAM.end - RAM.start));
  /** Registers that only keep what is written to them (DBGMCU, breakpoint unit). */
  readonly #plain = new Map<number, number>();
  /** Counts writes, so that a loop that changes nothing can be told from one that works. */
  writeCount = 0;

  constructor(flash: FlashMemory, uniqueId: Uint8Array, registers: FlashRegisters, core: CoreRegisters) {
    this.#flash = flash;
    this.#registers = registers;
    this.#core = core;
    const id = toDataView(uniqueId);
    const words = [0, 4, 8].map((at): readonly [number, number] => [UNIQUE_ID + at, id.getUint32(at, true)]);
    this.#factory = new Map([...words, [FLASH_SIZE - 2, (FLASH_KIB << 16) | 0xffff], [DBGMCU_IDCODE, DEVICE_ID]]);
  }

  /** Little-endian. Throws BusFault where nothing answers, and in flash that is hidden from probes. */
  read(address: number, sizeBytes: 1 | 2 | 4): number {
    if (isInRam(address)) return this.#readRam(address - RAM.start, sizeBytes);
    if (address >= FLASH_BASE && address < FLASH_END_ADDRESS) return this.#readFlash(address, sizeBytes);
    const word = this.#readWord((address & ~3) >>> 0);
    const shifted = word >>> (8 * (address % 4));
    return sizeBytes === 4 ? shifted : shifted & ((1 << (8 * sizeBytes)) - 1);
  }

  write(address: number, sizeBytes: 1 | 2 | 4, value: number): void {
    this.writeCount += 1;
    if (isInRam(address)) return void this.#writeRam(address - RAM.start, sizeBytes, value);
    if (address >= FLASH_BASE && address < FLASH_END_ADDRESS) {
      const word = new Uint8Array(4);
      toDataView(word).setUint32(0, value >>> 0, true);
      return void this.#registers.programBytes(address, word.subarray(0, sizeBytes));
    }
    if (address >= FLASH_REGISTERS.start && address < FLASH_REGISTERS.end) {
      return void this.#registers.write(address, value >>> 0);
    }
    if (this.#core.write(address, value >>> 0)) return;
    if (address < PERIPHERALS) throw new BusFault(0);
    this.#plain.set(address, value >>> 0);
  }

  #readWord(address: number): number {
    if (address >= FLASH_REGISTERS.start && address < FLASH_REGISTERS.end) return this.#registers.read(address);
    const known = this.#core.read(address) ?? this.#factory.get(address) ?? this.#plain.get(address);
    if (known !== undefined) return known;
    if (address >= OTP.start && address < OTP.end) return 0xffff_ffff;
    if (address < PERIPHERALS) throw new BusFault(0);
    return 0;
  }

  #readFlash(address: number, sizeBytes: 1 | 2 | 4): number {
    if (readProtectionLevel(this.#flash) !== 0) throw new BusFault(0);
    const bytes = this.#flash.read(address, sizeBytes);
    return bytes.reduceRight((value, byte) => ((value << 8) | byte) >>> 0, 0);
  }

  #readRam(offset: number, sizeBytes: 1 | 2 | 4): number {
    if (sizeBytes === 1) return this.#ram.getUint8(offset);
    return sizeBytes === 2 ? this.#ram.getUint16(offset, true) : this.#ram.getUint32(offset, true);
  }

  #writeRam(offset: number, sizeBytes: 1 | 2 | 4, value: number): void {
    if (sizeBytes === 1) this.#ram.setUint8(offset, value);
    else if (sizeBytes === 2) this.#ram.setUint16(offset, value, true);
    else this.#ram.setUint32(offset, value >>> 0, true);
  }
}
