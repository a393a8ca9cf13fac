// A DfuSe device around a flash with words of its own size: what is no whole word, or would be written twice, it refuses.
import type { Clock } from '../../../src/base/clock.ts';
import type { DfuIdentity } from '../../../src/device/dfu/session/dfu-identity.ts';
import { DfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import { findSectorAt, type MemoryMap, parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';
import { type UsbDevice, type UsbDeviceInfo, UsbError } from '../../../src/equipment/usb.ts';

export interface ChipOptions {
  /** One map an alternate setting. */
  readonly maps: readonly string[];
  readonly wordBytes: number;
  /** What an erased byte reads. */
  readonly erased?: number;
  readonly transferSizeBytes?: number;
  /** A cell of alternate setting 0 that reads zero once it was erased, whatever is programmed. */
  readonly deadAddress?: number;
}

/** Flash as test and device see it. */
export interface FlashChip {
  readonly device: UsbDevice;
  /** Addresses of sectors, in the order in which they were erased, with their alternate setting. */
  readonly erases: readonly (readonly [alternate: number, address: number])[];
  /** Every byte that the wire carried to flash, by alternate setting and address; a byte written twice is there twice. */
  readonly written: readonly { readonly alternate: number; readonly address: number; readonly bytes: Uint8Array }[];
  read(address: number, sizeBytes: number, alternate?: number): Uint8Array;
  /** What is in flash before the test. */
  fill(address: number, bytes: Uint8Array, alternate?: number): void;
}

const state = { idle: 2, sync: 3, busy: 4, downloadIdle: 5, uploadIdle: 9, error: 10 } as const;
const status = { ok: 0, prog: 6, address: 8, stalled: 15 } as const;
const INFO: UsbDeviceInfo = {
  portPath: '1-1',
  connectionId: '1-1#1',
  vendorId: 0x0483,
  productId: 0xdf11,
  bcdDevice: 0x2200,
  serialNumber: '3171345A3234',
  speed: 'full',
};

/** A chip that was erased in the factory. */
export function flashChip(options: ChipOptions): FlashChip {
  return new Chip(options);
}

/** A session that is on the chip. */
export function sessionOnChip(chip: FlashChip, options: ChipOptions, clock: Clock): DfuSession {
  const transferSizeBytes = options.transferSizeBytes ?? 2048;
  const identity: DfuIdentity = {
    ...{
      protocol: 'dfuse',
      canUpload: true,
      isManifestationTolerant: false,
      hasShortBlocks: false,
      interfaceNumber: 0,
      transferSizeBytes,
    },
    ...{ quirks: {}, appliedQuirks: [], remarks: [] },
    functional: { attributes: 0x0b, detachTimeoutMs: 255, transferSizeBytes, bcdDfu: 0x011a },
    memories: options.maps.map((name, alternate) => ({ alternate, name, map: parseMemoryMap(name)! })),
  };
  const { device } = chip;
  const bus = { list: async () => [INFO], watch: () => () => undefined, open: async () => device };
  const signal = new AbortController().signal;
  return new DfuSession({ ...bus, close: async () => undefined }, device, identity, { clock, signal });
}

/** `programmed` is 1 for every byte of a word that was written since its erase. */
interface Memory {
  readonly start: number;
  readonly cells: Uint8Array;
  readonly programmed: Uint8Array;
}

class Chip implements FlashChip {
  readonly erases: (readonly [number, number])[] = [];
  readonly written: { alternate: number; address: number; bytes: Uint8Array }[] = [];
  readonly #options: ChipOptions;
  readonly #maps: readonly MemoryMap[];
  readonly #memories: readonly Memory[];
  #alternate = 0;
  #pointer = 0;
  #state: number = state.idle;
  #status: number = status.ok;
  #pending: { readonly block: number; readonly data: Uint8Array } | undefined;

  constructor(options: ChipOptions) {
    this.#options = options;
    this.#maps = options.maps.map((name) => parseMemoryMap(name)!);
    this.#memories = this.#maps.map(({ sectors }) => {
      const last = sectors.at(-1)!;
      const start = sectors[0]!.address;
      const sizeBytes = last.address + last.sizeBytes - start;
      return {
        start,
        cells: new Uint8Array(sizeBytes).fill(options.erased ?? 0xff),
        programmed: new Uint8Array(sizeBytes),
      };
    });
  }

  get device(): UsbDevice {
    return {
      info: INFO,
      controlIn: async (setup, lengthBytes) => this.#answer(setup.request, setup.value, lengthBytes),
      controlOut: async (setup, data) => this.#take(setup.request, setup.value, data),
      claim: async () => undefined,
      selectAlternate: async (_, alternate) => {
        this.#alternate = alternate;
      },
      reset: async () => undefined,
      close: async () => undefined,
    };
  }

  read(address: number, sizeBytes: number, alternate = 0): Uint8Array {
    const { start, cells } = this.#memories[alternate]!;
    return cells.slice(address - start, address - start + sizeBytes);
  }

  fill(address: number, bytes: Uint8Array, alternate = 0): void {
    const { start, cells, programmed } = this.#memories[alternate]!;
    const { wordBytes } = this.#options;
    cells.set(bytes, address - start);
    programmed.fill(1, address - (address % wordBytes) - start, address + bytes.length - start);
  }

  #answer(request: number, value: number, lengthBytes: number): Uint8Array {
    if (request === 3) return this.#getStatus();
    if (request !== 2 || (this.#state !== state.idle && this.#state !== state.uploadIdle)) throw this.#refuse();
    this.#state = state.uploadIdle;
    return this.read(this.#computeAddress(value), lengthBytes, this.#alternate);
  }

  #take(request: number, value: number, data: Uint8Array): void {
    if (request === 6) this.#state = state.idle;
    else if (request === 1 && (this.#state === state.idle || this.#state === state.downloadIdle)) {
      this.#pending = { block: value, data: data.slice() };
      this.#state = state.sync;
    } else throw this.#refuse();
  }

  #refuse(): UsbError {
    this.#state = state.error;
    this.#status = status.stalled;
    return new UsbError({ kind: 'stalled', portPath: INFO.portPath, request: 'request' });
  }

  #getStatus(): Uint8Array {
    if (this.#pending === undefined) return Uint8Array.of(this.#status, 0, 0, 0, this.#state, 0);
    const { block, data } = this.#pending;
    this.#pending = undefined;
    this.#status = block === 0 ? this.#command(data) : this.#program(this.#computeAddress(block), data);
    this.#state = this.#status === status.ok ? state.downloadIdle : state.error;
    return Uint8Array.of(status.ok, 0, 0, 0, state.busy, 0);
  }

  #computeAddress(block: number): number {
    return this.#pointer + (block - 2) * (this.#options.transferSizeBytes ?? 2048);
  }

  #command(data: Uint8Array): number {
    const address = new DataView(data.buffer).getUint32(1, true);
    const sector = findSectorAt(this.#maps[this.#alternate]!, address);
    if (!sector) return status.address;
    this.#pointer = address;
    if (data[0] === 0x21) return status.ok;
    this.erases.push([this.#alternate, sector.address]);
    const { start, cells, programmed } = this.#memories[this.#alternate]!;
    const [from, to] = [sector.address - start, sector.address + sector.sizeBytes - start];
    cells.fill(this.#options.erased ?? 0xff, from, to);
    programmed.fill(0, from, to);
    return status.ok;
  }

  #program(address: number, bytes: Uint8Array): number {
    const { wordBytes } = this.#options;
    const length = wordBytes <= 4 ? Math.ceil(bytes.length / wordBytes) * wordBytes : bytes.length;
    if (address % wordBytes !== 0 || length % wordBytes !== 0) return status.prog;
    const { start, cells, programmed } = this.#memories[this.#alternate]!;
    if (programmed.subarray(address - start, address - start + length).includes(1)) return status.prog;
    programmed.fill(1, address - start, address - start + length);
    cells.set(bytes, address - start);
    const { deadAddress } = this.#options;
    if (this.#alternate === 0 && deadAddress !== undefined) cells[deadAddress - start] = 0;
    this.written.push({ alternate: this.#alternate, address, bytes });
    return status.ok;
  }
}
