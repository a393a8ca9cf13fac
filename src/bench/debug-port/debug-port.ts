// The debug connector of a fixture: power, reset line, and the core of whatever board is in it now, with its faults.
import type { Clock } from '../../base/clock.ts';
import type { ProbeContact } from '../bench.ts';
import type { ProbedChip } from '../board/virtual-board.ts';
import { DebugCore } from './debug-core.ts';
import { readProtectionLevel } from './flash-registers.ts';

/** What is wrong with a probe or its wires; a board's own faults are in its flash. */
export interface ProbeFaults {
  /** The wires touch nothing. */
  readonly isLoose?: boolean;
  /** The chip never acknowledges that its debug part has power. */
  readonly hasNoDebugPower?: boolean;
  /** What the probe measures, mV; 3300 when left out. */
  readonly supplyMv?: number;
  /** After so many commands the probe is gone from the host. */
  readonly lostAfterCommands?: number;
  /** After so many commands the probe answers nothing any more. */
  readonly hangsAfterCommands?: number;
}

const NOMINAL_SUPPLY_MV = 3300;

/** One connector. Faults can be changed between operations. */
export class DebugPort {
  faults: ProbeFaults = {};
  readonly #contact: ProbeContact;
  readonly #clock: Clock;
  #core: DebugCore | undefined;
  #isResetHeld = false;
  #commandCount = 0;

  constructor(contact: ProbeContact, clock: Clock) {
    this.#contact = contact;
    this.#clock = clock;
  }

  /** A program on the host took the probe: the count of commands begins anew. */
  open(): void {
    this.#commandCount = 0;
  }

  /** A program on the host let the probe go; the reset line is let go with it. */
  close(): void {
    this.driveResetLine(false);
  }

  /** Counts a command; what the probe does with it. */
  decideReply(): 'answer' | 'hang' | 'vanish' {
    this.#commandCount += 1;
    const { lostAfterCommands = Number.POSITIVE_INFINITY, hangsAfterCommands = Number.POSITIVE_INFINITY } = this.faults;
    if (this.#commandCount > lostAfterCommands) return 'vanish';
    return this.#commandCount > hangsAfterCommands ? 'hang' : 'answer';
  }

  get hasDebugPower(): boolean {
    return this.faults.hasNoDebugPower !== true;
  }

  get supplyMv(): number {
    return this.faults.supplyMv ?? (this.#getChip()?.isPowered ? NOMINAL_SUPPLY_MV : 0);
  }

  /** The core that answers on the pins now, or undefined: no board, no power, pins in other use, closed for ever. */
  get core(): DebugCore | undefined {
    const chip = this.#getChip();
    if (!chip?.isPowered || this.faults.isLoose || readProtectionLevel(chip.flash) === 2) {
      this.#core = undefined;
      return undefined;
    }
    if (!chip.areDebugPinsFree && !this.#isResetHeld && !chip.isCoreHalted) return undefined;
    if (this.#core?.chip !== chip) this.#core = new DebugCore(chip, this.#clock);
    return this.#core;
  }

  /** Something that changes what the board does: time is told to it before, and its alarm is set after. */
  runOnCore<Result>(deed: (core: DebugCore) => Result): Result | undefined {
    return this.#contact(() => {
      const core = this.core;
      core?.runSlice();
      return core && deed(core);
    });
  }

  /** The reset pin. While it is held the chip stands still and its pins are free. */
  driveResetLine(held: boolean): void {
    if (held === this.#isResetHeld) return;
    this.#contact((chip) => {
      this.#isResetHeld = held;
      if (!chip.isPowered) return;
      if (held) return chip.resetAndHalt();
      if (this.core) this.core.resetSystem();
      else chip.reset();
    });
    this.#isResetHeld = held;
  }

  #getChip(): ProbedChip | undefined {
    return this.#contact((chip) => chip);
  }
}
