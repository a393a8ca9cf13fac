// A plain STM32 board held in its ROM loader by BOOT0: after leaving it runs its application, which has no USB.
import type { Random } from '../../base/random.ts';
import { type BootCause, type BootDecision, ChipBoard } from '../board/chip-board.ts';
import { DfuLoader } from '../dfu-device/dfu-loader.ts';
import { stm32f405Rom } from '../dfu-device/dfu-personality.ts';
import { createFlashMedium } from '../dfu-device/loader-medium.ts';
import type { FlashContent } from '../flash/flash-content.ts';
import { FlashMemory } from '../flash/flash-memory.ts';
import { FLASH_BASE } from '../flash/flash-sectors.ts';
import { hasVectorTable } from '../flash/vector-table.ts';

const ROM_START_MS = 200;

export interface RomBoardOptions {
  readonly random: Random;
  readonly content?: FlashContent;
  /** Read protection is on: only unprotecting, which erases everything, is possible. */
  readonly readProtected?: boolean;
}

/** A board without power; power and any reset but the loader's own end lead back into the loader. */
export function createRomBoard(options: RomBoardOptions): RomBoard {
  return new RomBoard(options);
}

export class RomBoard extends ChipBoard {
  readonly serial: string;
  #jumping = false;

  constructor(options: RomBoardOptions) {
    super('STM32 in its ROM loader', new FlashMemory(options.content));
    if (options.readProtected) this.flash.programOptionBytes({ rdp: 0x55 });
    const random = options.random.fork('serial');
    this.serial = Array.from({ length: 12 }, () => random.drawInteger(16).toString(16).toUpperCase()).join('');
  }

  override get uniqueId(): Uint8Array {
    return new TextEncoder().encode(this.serial);
  }

  protected override decideBoot(cause: BootCause): BootDecision {
    const jumped = this.#jumping && cause === 'reset';
    this.#jumping = false;
    if (jumped) return { delayMs: 0, start: () => undefined };
    const startsInError = !hasVectorTable(this.flash, FLASH_BASE);
    const jump = (): void => {
      this.#jumping = true;
      this.reset();
    };
    return {
      delayMs: ROM_START_MS,
      start: () =>
        new DfuLoader({
          personality: { ...stm32f405Rom, serial: this.serial, habits: { startsInError } },
          medium: createFlashMedium(this.flash),
          startApplication: jump,
          restart: () => this.reset(),
        }),
    };
  }
}
