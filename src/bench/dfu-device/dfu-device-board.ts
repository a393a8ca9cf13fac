// A board of any DFU family: its loader, its memory, and the application that it starts when one was loaded.
import { type BootCause, type BootDecision, ChipBoard } from '../board/chip-board.ts';
import { FlashMemory } from '../flash/flash-memory.ts';
import { DfuApplication } from './dfu-application.ts';
import { DfuLoader } from './dfu-loader.ts';
import { DfuMemory } from './dfu-memory.ts';
import type { DfuPersonality } from './dfu-personality.ts';
import { createMemoryMedium } from './loader-medium.ts';

const START_MS = 200;
/** Bytes 4 and 5 of a loaded image tell its version, as bcdDevice shows it. */
const VERSION_OFFSET = 4;

export interface DfuDeviceOptions {
  readonly personality: DfuPersonality;
  /** Power starts the application, when there is one; default: the loader, as with a boot pin held. */
  readonly startsApplication?: boolean;
  /** Address whose erase is refused with errERASE. */
  readonly refusedEraseAddress?: number;
}

/** A board without power. */
export function createDfuDevice(options: DfuDeviceOptions): DfuDevice {
  return new DfuDevice(options);
}

export class DfuDevice extends ChipBoard {
  readonly memory: DfuMemory;
  readonly #options: DfuDeviceOptions;
  #next: 'loader' | 'application' | undefined;

  constructor(options: DfuDeviceOptions) {
    super(options.personality.name, new FlashMemory());
    this.#options = options;
    this.memory = new DfuMemory(options.personality.regions, options.personality.writeUnitBytes);
  }

  /** As if an application had been flashed, which shows this version. */
  loadApplication(version = 0x0100): void {
    const { slotAddresses, regions } = this.#options.personality;
    const head = Uint8Array.of(1, 2, 3, 4, version & 0xff, version >> 8);
    this.memory.fillBytes(slotAddresses?.[0] ?? regions[0]!.address, head);
  }

  override get uniqueId(): Uint8Array {
    return new TextEncoder().encode(this.#options.personality.serial.padEnd(12, '0').slice(0, 12));
  }

  protected override decideBoot(cause: BootCause): BootDecision {
    const asked = this.#next ?? (this.#options.startsApplication ? 'application' : 'loader');
    const next = cause === 'power' && !this.#options.startsApplication ? 'loader' : asked;
    this.#next = undefined;
    const version = this.#readApplicationVersion();
    if (next === 'application' && version !== undefined) return this.#bootApplication(version);
    return { delayMs: START_MS, start: () => this.#createLoader() };
  }

  #bootApplication(version: number): BootDecision {
    const { personality } = this.#options;
    if (personality.protocol === 'dfuse') return { delayMs: START_MS, start: () => undefined };
    const startLoader = (): void => this.#restart('loader');
    return { delayMs: START_MS, start: () => new DfuApplication({ personality, version, startLoader }) };
  }

  #createLoader(): DfuLoader {
    const { personality, refusedEraseAddress } = this.#options;
    return new DfuLoader({
      personality,
      medium: createMemoryMedium(this.memory, { eraseMs: personality.eraseMs, refusedEraseAddress }),
      startApplication: () => this.#restart('application'),
      restart: () => this.#restart('loader'),
    });
  }

  #restart(next: 'loader' | 'application'): void {
    this.#next = next;
    this.reset();
  }

  /** Undefined when nothing was loaded: the first word is blank. */
  #readApplicationVersion(): number | undefined {
    const { slotAddresses, regions } = this.#options.personality;
    const start = slotAddresses?.[0] ?? regions[0]!.address;
    const head = this.memory.readBytes(start, VERSION_OFFSET + 2);
    if (head.subarray(0, 4).every((byte) => byte === 0xff)) return undefined;
    return head[VERSION_OFFSET]! | (head[VERSION_OFFSET + 1]! << 8);
  }
}
