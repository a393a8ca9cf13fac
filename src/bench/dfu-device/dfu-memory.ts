// Flash of any DFU device: regions of erasable sectors by address, programmed in units that may be written once.

/** Sectors of one size in a row. */
export interface MemoryRegion {
  readonly address: number;
  readonly sectorCount: number;
  readonly sectorBytes: number;
  /** False for option bytes and OTP: written without an erase. */
  readonly isErasable: boolean;
}

interface MemorySector {
  readonly address: number;
  readonly sizeBytes: number;
  readonly isErasable: boolean;
}

const ERASED = 0xff;

/** Why a write did not go well. */
export type ProgramResult = 'ok' | 'outside' | 'unaligned' | 'not-erased';

/** One device's memory. Cells read 0xFF until written; sectors that are never touched cost nothing. */
export class DfuMemory {
  readonly #sectors: readonly MemorySector[];
  readonly #content = new Map<number, Uint8Array>();
  readonly #writeUnitBytes: number;
  /** Sectors whose erase does nothing, by address: bad cells. */
  readonly #deadSectors = new Set<number>();
  /** Addresses of sectors that were erased, in order, for whoever looks. */
  readonly erasedAddresses: number[] = [];
  /** Write units that were programmed while they held something. */
  doubleWriteCount = 0;

  /** `writeUnitBytes`: a flash word with ECC, which may be programmed once after an erase; 1 for cells without. */
  constructor(regions: readonly MemoryRegion[], writeUnitBytes = 1) {
    this.#sectors = regions.flatMap(({ address, sectorCount, sectorBytes, isErasable }) =>
      Array.from({ length: sectorCount }, (_, at) => ({
        address: address + at * sectorBytes,
        sizeBytes: sectorBytes,
        isErasable,
      })),
    );
    this.#writeUnitBytes = writeUnitBytes;
  }

  /** True when a sector holds the address. */
  holds(address: number, sizeBytes: number): boolean {
    return this.#find(address) !== undefined && this.#find(address + sizeBytes - 1) !== undefined;
  }

  /** Makes an erase of the sector that holds the address do nothing. */
  breakSector(address: number): void {
    const sector = this.#find(address);
    if (sector) this.#deadSectors.add(sector.address);
  }

  /** What is there before the first run. */
  fillBytes(address: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) this.#cell(address + at, bytes[at]!);
  }

  /** False for an address that no erasable sector holds. */
  eraseSector(address: number): boolean {
    const sector = this.#find(address);
    if (!sector?.isErasable) return false;
    if (!this.#deadSectors.has(sector.address)) this.#content.delete(sector.address);
    this.erasedAddresses.push(sector.address);
    return true;
  }

  /** Whether it is written without an erase before. */
  isRewritable(address: number): boolean {
    return this.#find(address)?.isErasable === false;
  }

  /** Programs bytes: bits go from 1 to 0, where cells are erased before; a unit with ECC that is programmed again is spoilt. */
  programBytes(address: number, bytes: Uint8Array): ProgramResult {
    if (!this.holds(address, bytes.length)) return 'outside';
    const unit = this.#writeUnitBytes;
    if (address % unit !== 0) return 'unaligned';
    let result: ProgramResult = 'ok';
    for (let start = 0; start < bytes.length; start += unit) {
      const part = bytes.subarray(start, start + unit);
      const before = this.readBytes(address + start, part.length);
      const isRewritable = this.isRewritable(address + start);
      const isDouble = unit > 1 && !isRewritable && before.some((byte) => byte !== ERASED);
      if (isDouble) {
        this.doubleWriteCount += 1;
        result = 'not-erased';
      }
      for (let at = 0; at < part.length; at += 1)
        this.#cell(address + start + at, isRewritable ? part[at]! : part[at]! & before[at]!);
    }
    return result;
  }

  readBytes(address: number, sizeBytes: number): Uint8Array {
    return Uint8Array.from({ length: sizeBytes }, (_, at) => {
      const sector = this.#find(address + at);
      return sector ? (this.#content.get(sector.address)?.[address + at - sector.address] ?? ERASED) : ERASED;
    });
  }

  #cell(address: number, value: number): void {
    const sector = this.#find(address);
    if (!sector) return;
    const content = this.#content.get(sector.address) ?? new Uint8Array(sector.sizeBytes).fill(ERASED);
    content[address - sector.address] = value;
    this.#content.set(sector.address, content);
  }

  #last: MemorySector | undefined;

  #find(address: number): MemorySector | undefined {
    const last = this.#last;
    if (last && address >= last.address && address < last.address + last.sizeBytes) return last;
    this.#last = this.#sectors.find((one) => address >= one.address && address < one.address + one.sizeBytes);
    return this.#last;
  }
}
