// The flash controller and cells of an STM32F205: erase by sector, program by word, protection, error flags, injected faults.
import { buildFlashContent, type FlashContent } from './flash-content.ts';
import { FLASH_BASE, FLASH_END_ADDRESS, type FlashSector, findFlashSector, stm32f205Sectors } from './flash-sectors.ts';

/** Bits of FLASH_SR (RM0033 §3.9.4). Error flags stay until they are cleared by writing 1. */
export const flashStatusFlags = {
  endOfOperation: 1 << 0,
  operationError: 1 << 1,
  writeProtectionError: 1 << 4,
  alignmentError: 1 << 5,
  parallelismError: 1 << 6,
  sequenceError: 1 << 7,
  busy: 1 << 16,
} as const;

/** Every error flag of FLASH_SR. */
export const FLASH_ERROR_FLAGS = 0xf2;

/** Word programming time. */
const WORD_PROGRAM_US = 16;

/** Time to program the option bytes. */
const OPTION_BYTES_MS = 20;

/** Mass erase, typical. */
const MASS_ERASE_MS = 8000;

/** nWRP with no sector protected: bit n clear protects sector n. */
const NOTHING_PROTECTED = 0xfff;

const FLAG_BY_FAULT = {
  wrperr: flashStatusFlags.writeProtectionError,
  pgserr: flashStatusFlags.sequenceError,
  operr: flashStatusFlags.operationError,
} as const;

/**
 * What goes wrong when a sector is erased. `wrperr`, `pgserr`, `operr`: that flag and unchanged cells; `silent`: reported
 * done, cells unchanged; `partial`: reported done, bit 0 of the byte at `offset` stays 0; `slow`: takes `ms`; `hang`: busy
 * for ever.
 */
export type EraseFault =
  | { readonly kind: 'wrperr' | 'pgserr' | 'operr' | 'silent' | 'hang' }
  | { readonly kind: 'partial'; readonly offset: number }
  | { readonly kind: 'slow'; readonly ms: number };

/** What goes wrong when a word is programmed. `drop`: reported done, cells unchanged; `flip`: stored with `mask` inverted. */
export type ProgramFault =
  | { readonly kind: 'wrperr' | 'pgserr' | 'operr' | 'drop' | 'hang' }
  | { readonly kind: 'flip'; readonly mask: number };

/** One thing the controller did, for an observer. Consecutive good words are one operation. */
export type FlashOperation =
  | {
      readonly kind: 'erase';
      readonly sector: FlashSector;
      readonly result: 'ok' | 'write-protected' | EraseFault;
    }
  | {
      readonly kind: 'program';
      readonly address: number;
      readonly sizeBytes: number;
      readonly result: 'ok' | 'write-protected' | 'unaligned' | ProgramFault;
    }
  | { readonly kind: 'option-bytes'; readonly before: OptionBytes; readonly after: OptionBytes };

export interface OptionBytes {
  /** 12 bits, bit n clear = sector n write-protected. */
  readonly nWrp: number;
  /** 0xAA open, 0xCC closed for ever, anything else closed to the debug port. */
  readonly rdp: number;
}

/** How an operation went: the time it took, and whether the controller is busy for ever. Errors are in `statusFlags`. */
export interface FlashOutcome {
  readonly busyMs: number;
  readonly stuck: boolean;
}

/** Thrown for an access outside the memory: a bus fault of the processor. `doneBytes` went well before it. */
export class BusFault extends Error {
  readonly doneBytes: number;
  readonly busyMs: number;

  constructor(doneBytes: number, busyMs = 0) {
    super('bus fault');
    this.doneBytes = doneBytes;
    this.busyMs = busyMs;
  }
}

/** Flash of one chip. Content is shared until written; making one allocates almost nothing. */
export class FlashMemory {
  /** Called with everything the controller does. */
  onOperation: ((operation: FlashOperation) => void) | undefined;
  readonly #initial: FlashContent;
  readonly #owned: (Uint8Array | undefined)[] = [];
  readonly #erased: boolean[] = [];
  readonly #eraseFaults = new Map<number, { readonly fault: EraseFault; left: number }>();
  readonly #programFaults = new Map<number, { readonly fault: ProgramFault; left: number }>();
  #optionBytes: OptionBytes = { nWrp: NOTHING_PROTECTED, rdp: 0xaa };
  #flags = 0;
  #stuck = false;

  constructor(initial: FlashContent = buildFlashContent([])) {
    this.#initial = initial;
  }

  /** FLASH_SR. */
  get statusFlags(): number {
    return this.#flags | (this.#stuck ? flashStatusFlags.busy : 0);
  }

  /** Clears flags as a write of 1 does. */
  clearStatusFlags(mask: number): void {
    this.#flags &= ~mask;
  }

  /** Sets flags from outside: left over from something that happened before. */
  raiseStatusFlags(mask: number): void {
    this.#flags |= mask;
  }

  /** What a reset of the chip does to the controller: flags gone, no operation running. */
  reset(): void {
    this.#flags = 0;
    this.#stuck = false;
  }

  get optionBytes(): OptionBytes {
    return this.#optionBytes;
  }

  /** Programs option bytes. Going from read protection back to 0xAA erases everything first; 0xCC can never be left. */
  programOptionBytes(change: Partial<OptionBytes>): FlashOutcome {
    const before = this.#optionBytes;
    const after = { ...before, ...change };
    if (before.rdp === 0xcc && after.rdp !== 0xcc) return this.#raiseErrorFlag(flashStatusFlags.writeProtectionError);
    const regression = before.rdp !== 0xaa && after.rdp === 0xaa;
    this.#optionBytes = after;
    this.onOperation?.({ kind: 'option-bytes', before, after });
    return { busyMs: OPTION_BYTES_MS + (regression ? this.massErase().busyMs : 0), stuck: false };
  }

  /** True when the sector is write-protected by the option bytes. */
  isWriteProtected(sector: number): boolean {
    return ((this.#optionBytes.nWrp >> sector) & 1) === 0;
  }

  /** Every erase of the sector goes wrong from now on, or only the next `times`. */
  injectEraseFault(sector: number, fault: EraseFault, times = Number.POSITIVE_INFINITY): void {
    this.#eraseFaults.set(sector, { fault, left: times });
  }

  /** Every programming of the word at the address goes wrong from now on, or only the next `times`. */
  injectProgramFault(address: number, fault: ProgramFault, times = Number.POSITIVE_INFINITY): void {
    this.#programFaults.set(address, { fault, left: times });
  }

  removeFaults(): void {
    this.#eraseFaults.clear();
    this.#programFaults.clear();
  }

  /** A copy of the bytes. Throws BusFault when any lies outside flash. */
  read(address: number, sizeBytes: number): Uint8Array {
    if (address < FLASH_BASE || address >= FLASH_END_ADDRESS) throw new BusFault(0);
    if (address + sizeBytes > FLASH_END_ADDRESS) throw new BusFault(FLASH_END_ADDRESS - address);
    const bytes = new Uint8Array(sizeBytes);
    for (let at = 0; at < sizeBytes; ) {
      const sector = findFlashSector(address + at)!;
      const offset = address + at - sector.address;
      const length = Math.min(sizeBytes - at, sector.sizeBytes - offset);
      const cells = this.#getCells(sector);
      if (cells) bytes.set(cells.subarray(offset, offset + length), at);
      else bytes.fill(0xff, at, at + length);
      at += length;
    }
    return bytes;
  }

  /** True when every cell of the sector is erased. */
  isBlank(sector: FlashSector): boolean {
    return this.#getCells(sector)?.every((byte) => byte === 0xff) ?? true;
  }

  /** Erases one sector; errors are left in the flags. */
  eraseSector(number: number): FlashOutcome {
    const sector = stm32f205Sectors[number];
    if (!sector) return this.#raiseErrorFlag(flashStatusFlags.sequenceError);
    if (this.isWriteProtected(number)) {
      this.onOperation?.({ kind: 'erase', sector, result: 'write-protected' });
      return this.#raiseErrorFlag(flashStatusFlags.writeProtectionError);
    }
    const fault = consumeFault(this.#eraseFaults, number);
    this.onOperation?.({ kind: 'erase', sector, result: fault ?? 'ok' });
    return fault ? this.#eraseWithFault(fault, sector) : this.#eraseNormally(sector, sector.eraseMs);
  }

  /** Erases every sector that is not protected by option bytes; a sector with an erase fault fails as alone. */
  massErase(): FlashOutcome {
    let stuck = false;
    for (const sector of stm32f205Sectors) stuck = this.eraseSector(sector.number).stuck || stuck;
    return { busyMs: MASS_ERASE_MS, stuck };
  }

  /** Programs one aligned word; errors are left in the flags. */
  programWord(address: number, value: number): FlashOutcome {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
    return this.programBytes(address, bytes);
  }

  /**
   * Programs whole words one after another until one raises an error flag, as a driver does that looks at the flags before
   * each word. Throws BusFault when it runs out of the memory.
   */
  programBytes(address: number, bytes: Uint8Array): FlashOutcome {
    const end = Math.min(address + bytes.length, FLASH_END_ADDRESS);
    let at = address;
    while (at < end) {
      const sector = findFlashSector(at);
      if (!sector) throw new BusFault(0);
      if (at % 4 !== 0)
        return this.#refuseProgram(at, 'unaligned', flashStatusFlags.parallelismError, computeProgramMs(at - address));
      if (this.isWriteProtected(sector.number))
        return this.#refuseProgram(
          at,
          'write-protected',
          flashStatusFlags.writeProtectionError,
          computeProgramMs(at + 4 - address),
        );
      const faulty = this.#findNextProgramFault(at, end);
      const until = Math.min(faulty ?? end, sector.address + sector.sizeBytes, end);
      if (until > at) {
        this.#programCells(sector, at, bytes.subarray(at - address, until - address));
        this.onOperation?.({ kind: 'program', address: at, sizeBytes: until - at, result: 'ok' });
        at = until;
        continue;
      }
      const fault = consumeFault(this.#programFaults, at)!;
      this.onOperation?.({ kind: 'program', address: at, sizeBytes: 4, result: fault });
      const went = this.#programWithFault(fault, sector, at, bytes.subarray(at - address, at - address + 4));
      at += 4;
      if (went !== 'on') return { busyMs: computeProgramMs(at - address), stuck: went === 'stuck' };
    }
    if (address + bytes.length > FLASH_END_ADDRESS) throw new BusFault(end - address, computeProgramMs(end - address));
    return { busyMs: computeProgramMs(bytes.length), stuck: false };
  }

  /** Puts bytes into cells as if they had always been there: no time, no protection, no faults. */
  forceBytes(address: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const sector = findFlashSector(address + at);
      if (!sector) throw new BusFault(at);
      const offset = address + at - sector.address;
      const part = bytes.subarray(at, at + sector.sizeBytes - offset);
      this.#copyCellsForWriting(sector).set(part, offset);
      at += part.length;
    }
  }

  #getCells(sector: FlashSector): Uint8Array | undefined {
    if (this.#owned[sector.number]) return this.#owned[sector.number];
    if (this.#erased[sector.number]) return undefined;
    const content = this.#initial[sector.number];
    if (typeof content !== 'function') return content;
    this.#owned[sector.number] = content();
    return this.#owned[sector.number];
  }

  #copyCellsForWriting(sector: FlashSector): Uint8Array {
    const cells = this.#getCells(sector);
    this.#owned[sector.number] ??= cells ? cells.slice() : new Uint8Array(sector.sizeBytes).fill(0xff);
    return this.#owned[sector.number]!;
  }

  #eraseNormally(sector: FlashSector, busyMs: number): FlashOutcome {
    this.#owned[sector.number] = undefined;
    this.#erased[sector.number] = true;
    this.#flags |= flashStatusFlags.endOfOperation;
    return { busyMs, stuck: false };
  }

  #eraseWithFault(fault: EraseFault, sector: FlashSector): FlashOutcome {
    switch (fault.kind) {
      case 'silent':
        return { busyMs: sector.eraseMs, stuck: false };
      case 'slow':
        return this.#eraseNormally(sector, fault.ms);
      case 'partial': {
        const effort = this.#eraseNormally(sector, sector.eraseMs);
        this.#copyCellsForWriting(sector)[fault.offset] = 0xfe;
        return effort;
      }
      case 'hang':
        this.#stuck = true;
        return { busyMs: 0, stuck: true };
      default:
        return this.#raiseErrorFlag(FLAG_BY_FAULT[fault.kind]);
    }
  }

  #programWithFault(
    fault: ProgramFault,
    sector: FlashSector,
    address: number,
    word: Uint8Array,
  ): 'on' | 'error' | 'stuck' {
    switch (fault.kind) {
      case 'drop':
        return 'on';
      case 'flip':
        this.#programCells(sector, address, flipBits(word, fault.mask));
        return 'on';
      case 'hang':
        this.#stuck = true;
        return 'stuck';
      default:
        this.#flags |= FLAG_BY_FAULT[fault.kind];
        return 'error';
    }
  }

  /** Programming can only clear bits. */
  #programCells(sector: FlashSector, address: number, bytes: Uint8Array): void {
    const cells = this.#copyCellsForWriting(sector);
    const offset = address - sector.address;
    for (let at = 0; at < bytes.length; at += 1) cells[offset + at] = cells[offset + at]! & bytes[at]!;
  }

  #findNextProgramFault(from: number, end: number): number | undefined {
    if (this.#programFaults.size === 0) return undefined;
    let next: number | undefined;
    for (const address of this.#programFaults.keys()) {
      if (address >= from && address < end && (next === undefined || address < next)) next = address;
    }
    return next;
  }

  #refuseProgram(address: number, result: 'unaligned' | 'write-protected', flag: number, busyMs: number): FlashOutcome {
    this.onOperation?.({ kind: 'program', address, sizeBytes: 4, result });
    this.#flags |= flag;
    return { busyMs, stuck: false };
  }

  #raiseErrorFlag(flag: number): FlashOutcome {
    this.#flags |= flag;
    return { busyMs: 0, stuck: false };
  }
}

function consumeFault<Fault>(
  faults: Map<number, { readonly fault: Fault; left: number }>,
  key: number,
): Fault | undefined {
  const entry = faults.get(key);
  if (!entry) return undefined;
  entry.left -= 1;
  if (entry.left <= 0) faults.delete(key);
  return entry.fault;
}

function computeProgramMs(sizeBytes: number): number {
  return (Math.ceil(sizeBytes / 4) * WORD_PROGRAM_US) / 1000;
}

function flipBits(word: Uint8Array, mask: number): Uint8Array {
  return word.map((byte, index) => byte ^ ((mask >>> (8 * index)) & 0xff));
}
