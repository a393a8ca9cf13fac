// What a DFU loader works on: the memory of a generic device, or the flash controller of an STM32 with its protections.

import { dfuStatus } from '../board/dfu-protocol.ts';
import { FLASH_ERROR_FLAGS, type FlashMemory, type FlashOutcome } from '../flash/flash-memory.ts';
import { FLASH_BASE, FLASH_END_ADDRESS, findFlashSector } from '../flash/flash-sectors.ts';
import type { DfuMemory } from './dfu-memory.ts';

/** How an operation went. `status` is what the loader tells of it; left out when it tells no error. */
interface MediumOutcome {
  readonly status?: number;
  readonly busyMs: number;
  /** What bwPollTimeout says of it. */
  readonly pollMs: number;
  /** The controller is busy for ever. */
  readonly isStuck?: boolean;
}

export interface LoaderMedium {
  holds(address: number, sizeBytes: number): boolean;
  /** 0xFF where nothing is. */
  readBytes(address: number, sizeBytes: number): Uint8Array;
  eraseSector(address: number): MediumOutcome;
  programBytes(address: number, bytes: Uint8Array): MediumOutcome;
  /** Whether cells there are written without an erase before. */
  isRewritable(address: number): boolean;
  /** Read protection: everything is refused until it is removed, which erases all. */
  readonly isLocked: boolean;
  eraseAll?(): MediumOutcome;
  unlock?(): void;
}

/** Writing a block takes about this. */
const BLOCK_MS = 2;

/** A memory of regions; an erase takes `eraseMs`, that of one address may be refused. */
export function createMemoryMedium(
  memory: DfuMemory,
  { eraseMs, refusedEraseAddress }: { readonly eraseMs: number; readonly refusedEraseAddress?: number | undefined },
): LoaderMedium {
  const refuse = (status: number): MediumOutcome => ({ status, busyMs: 0, pollMs: 0 });
  return {
    isLocked: false,
    holds: (address, sizeBytes) => memory.holds(address, sizeBytes),
    readBytes: (address, sizeBytes) => memory.readBytes(address, sizeBytes),
    isRewritable: (address) => memory.isRewritable(address),
    eraseSector: (address) => {
      if (refusedEraseAddress === address) return refuse(dfuStatus.erase);
      return memory.eraseSector(address) ? { busyMs: eraseMs, pollMs: eraseMs } : refuse(dfuStatus.target);
    },
    programBytes: (address, bytes) => {
      const result = memory.programBytes(address, bytes);
      const isRefused = result === 'unaligned' || result === 'outside';
      return { ...(isRefused && { status: dfuStatus.address }), busyMs: BLOCK_MS, pollMs: 0 };
    },
  };
}

const UNPROTECTED = 0xaa;
const WORD_BYTES = 4;
/** The ROM tells this for a mass erase, however long it takes. */
const MASS_ERASE_POLL_MS = 100;

/** The flash of an STM32F4 as its ROM works on it: no error is told for a sector that is write-protected. */
export function createFlashMedium(flash: FlashMemory): LoaderMedium {
  const holds = (address: number, sizeBytes: number): boolean =>
    address >= FLASH_BASE && address + sizeBytes <= FLASH_END_ADDRESS;
  const run = (operate: () => FlashOutcome, pollMs: number): MediumOutcome => {
    flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    const { busyMs, stuck } = operate();
    return { busyMs, pollMs, isStuck: stuck };
  };
  return {
    get isLocked() {
      return flash.optionBytes.rdp !== UNPROTECTED;
    },
    holds,
    readBytes: (address, sizeBytes) => flash.read(address, Math.min(sizeBytes, FLASH_END_ADDRESS - address)),
    isRewritable: () => false,
    eraseSector: (address) => {
      const sector = findFlashSector(address);
      if (!sector) return { status: dfuStatus.target, busyMs: 0, pollMs: 0 };
      return run(() => flash.eraseSector(sector.number), sector.eraseMs);
    },
    programBytes: (address, bytes) => {
      const words = new Uint8Array(Math.ceil(bytes.length / WORD_BYTES) * WORD_BYTES).fill(0xff);
      words.set(bytes);
      return run(() => flash.programBytes(address, words), 0);
    },
    eraseAll: () => run(() => flash.massErase(), MASS_ERASE_POLL_MS),
    unlock: () => void flash.programOptionBytes({ rdp: UNPROTECTED }),
  };
}
