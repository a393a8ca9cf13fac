// The memories behind the alternate settings: flash through ST's driver, the DCT through the system parts, serial flash on a P1.
import { BusFault, FLASH_ERROR_FLAGS, type FlashMemory } from '../flash/flash-memory.ts';
import { FLASH_BASE, FLASH_END_ADDRESS, findFlashSector } from '../flash/flash-sectors.ts';
import type { BootloaderTraits } from './bootloader-generations.ts';

/** `refused` by the code above the memory; `failed` by the memory; `stuck`: the processor waits for ever. */
export interface MediumOutcome {
  readonly result: 'ok' | 'refused' | 'failed' | 'stuck';
  readonly busyMs: number;
}

/** One memory as the bootloader reaches it. `read` may throw BusFault, and so may `write`. */
export interface DfuMedium {
  /** Its string descriptor: name and map. */
  readonly name: string;
  readonly erasePollMs: number;
  readonly writePollMs: number;
  hasAddress(address: number): boolean;
  erase(address: number): MediumOutcome;
  write(address: number, bytes: Uint8Array): MediumOutcome;
  read(address: number, sizeBytes: number): Uint8Array;
}

const DONE: MediumOutcome = { result: 'ok', busyMs: 0 };
const REFUSED: MediumOutcome = { result: 'refused', busyMs: 0 };
const STUCK: MediumOutcome = { result: 'stuck', busyMs: 0 };

/** The first system part to the end of the second: writing there moves the DCT's functions. */
const SYSTEM_PARTS = { start: 0x0802_0000, end: 0x080a_0000 };

/** Internal flash, with the care (or lack of it) that a generation takes of flags and protection. */
export function createFlashMedium(flash: FlashMemory, traits: BootloaderTraits, onPartWritten: () => void): DfuMedium {
  const judged = (busyMs: number, stuck = false): MediumOutcome => {
    if (stuck) return { result: 'stuck', busyMs };
    return { result: (flash.statusFlags & FLASH_ERROR_FLAGS) === 0 ? 'ok' : 'failed', busyMs };
  };
  const begin = (): boolean => {
    if (traits.staleFlags === 'cleared-before-each') flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    return (flash.statusFlags & FLASH_ERROR_FLAGS) === 0;
  };
  return {
    name: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
    erasePollMs: traits.flashPollMs,
    writePollMs: traits.flashPollMs,
    hasAddress: (address) => address >= FLASH_BASE && address < FLASH_END_ADDRESS,
    erase: (address) => {
      if (!begin()) return judged(0);
      const sector = findFlashSector(address)!.number;
      const unprotectMs = traits.clearsWriteProtection ? unprotectSector(flash, sector) : 0;
      const { busyMs, stuck } = flash.eraseSector(sector);
      return judged(unprotectMs + busyMs, stuck);
    },
    write: (address, bytes) => {
      if (!begin()) return judged(0);
      const { busyMs, stuck } = flash.programBytes(address, bytes);
      if (!stuck && address >= SYSTEM_PARTS.start && address < SYSTEM_PARTS.end) onPartWritten();
      return judged(busyMs, stuck);
    },
    read: (address, sizeBytes) => flash.read(address, sizeBytes),
  };
}

function unprotectSector(flash: FlashMemory, sector: number): number {
  if (!flash.isWriteProtected(sector)) return 0;
  return flash.programOptionBytes({ nWrp: flash.optionBytes.nWrp | (1 << sector) }).busyMs;
}

/** What the bootloader can do with the DCT. `refused` and undefined: no functions to reach it; `stuck`: wrong functions. */
export interface DctAccess {
  read(offset: number, sizeBytes: number): Uint8Array | undefined;
  write(offset: number, bytes: Uint8Array): 'ok' | 'refused' | 'stuck';
  /** A system part was written. */
  onPartWritten(): void;
}

/** Bytes of the DCT that the alternate setting shows. */
export const DCT_BYTES = 0x4000;

/** The DCT; erasing it does nothing. */
export function createDctMedium(dct: DctAccess): DfuMedium {
  return {
    name: '@DCT Flash   /0x00000000/01*016Kg',
    erasePollMs: 500,
    writePollMs: 1,
    hasAddress: (address) => address >= 0 && address < DCT_BYTES,
    erase: () => DONE,
    write: (offset, bytes) => {
      const went = dct.write(offset, bytes);
      return went === 'ok' ? DONE : went === 'stuck' ? STUCK : REFUSED;
    },
    read: (offset, sizeBytes) => {
      const bytes = new Uint8Array(sizeBytes);
      bytes.set(dct.read(offset, Math.min(sizeBytes, DCT_BYTES - offset)) ?? []);
      return bytes;
    },
  };
}

const SERIAL_FLASH = { bytes: 0x10_0000, sectorBytes: 0x1000, eraseMs: 60, pageMs: 1 };

/** The P1's serial flash: 256 sectors of 4 KiB, kept only where something was written. */
export function createSerialFlashMedium(): DfuMedium {
  const sectors = new Map<number, Uint8Array>();
  const sectorOf = (address: number): number => Math.floor(address / SERIAL_FLASH.sectorBytes);
  return {
    name: '@Serial Flash   /0x00000000/256*004Kg',
    erasePollMs: SERIAL_FLASH.eraseMs,
    writePollMs: SERIAL_FLASH.pageMs,
    hasAddress: (address) => address >= 0 && address < SERIAL_FLASH.bytes,
    erase: (address) => {
      sectors.delete(sectorOf(address));
      return { result: 'ok', busyMs: SERIAL_FLASH.eraseMs };
    },
    write: (address, bytes) => {
      bytes.forEach((byte, index) => {
        const sector = sectorOf(address + index);
        const cells = sectors.get(sector) ?? new Uint8Array(SERIAL_FLASH.sectorBytes).fill(0xff);
        sectors.set(sector, cells);
        const at = (address + index) % SERIAL_FLASH.sectorBytes;
        cells[at] = cells[at]! & byte;
      });
      return { result: 'ok', busyMs: SERIAL_FLASH.pageMs * Math.ceil(bytes.length / 256) };
    },
    read: (address, sizeBytes) => {
      if (address + sizeBytes > SERIAL_FLASH.bytes) throw new BusFault(SERIAL_FLASH.bytes - address);
      return Uint8Array.from({ length: sizeBytes }, (_, index) => {
        const cells = sectors.get(sectorOf(address + index));
        return cells ? cells[(address + index) % SERIAL_FLASH.sectorBytes]! : 0xff;
      });
    },
  };
}
