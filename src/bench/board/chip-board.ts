// A board with one chip on it: power, reset, the wait until something runs, and the USB pull-up as a host sees it.

import type { FlashMemory } from '../flash/flash-memory.ts';
import type { BoardHardware, BoardProgram } from './board-program.ts';
import { leaveUnanswered } from './control-endpoint.ts';
import type { BusPresence, ControlOutcome, ProbedChip, VirtualBoard } from './virtual-board.ts';

/** What the chip runs after a reset, and how long it takes to show itself on the bus. */
export interface BootDecision {
  readonly delayMs: number;
  /** Called when the delay is over; undefined runs nothing that a host could see. */
  start(): BoardProgram | undefined;
}

export type BootCause = 'power' | 'reset';

/** From pull-up off to pull-up on, and until a host notices. */
const RECONNECT_MS = 3;

/** How many events one `elapse` may run through: a board that resets itself for ever is a bug of ours. */
const MAX_EVENTS_PER_ELAPSE = 10_000;

/** Carries programs; which one is the boot's decision, and that is the board's kind. */
export abstract class ChipBoard implements VirtualBoard, BoardHardware, ProbedChip {
  readonly name: string;
  readonly flash: FlashMemory;
  readonly #presenceListeners = new Set<() => void>();
  readonly #serialListeners = new Set<(bytes: Uint8Array) => void>();
  #powered = false;
  #program: BoardProgram | undefined;
  #presence: BusPresence | undefined;
  #waiting: { leftMs: number; readonly run: () => void } | undefined;
  /** By a debug probe; `at-reset`: before the first instruction. */
  #halted: 'no' | 'where-it-was' | 'at-reset' = 'no';

  constructor(name: string, flash: FlashMemory) {
    this.name = name;
    this.flash = flash;
  }

  abstract readonly uniqueId: Uint8Array;

  /** What runs next, as the chip finds it in flash and pins now. */
  protected abstract decideBoot(cause: BootCause): BootDecision;

  get chip(): ProbedChip {
    return this;
  }

  get isPowered(): boolean {
    return this.#powered;
  }

  /** A running system has its own use for the pins; bootloaders and empty chips leave them to the probe. */
  get areDebugPinsFree(): boolean {
    return this.#program?.presence.kind !== 'cdc';
  }

  get isCoreHalted(): boolean {
    return this.#halted !== 'no';
  }

  get presence(): BusPresence | undefined {
    return this.#presence;
  }

  onPresenceChanged(listener: () => void): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  onSerialSend(listener: (bytes: Uint8Array) => void): () => void {
    this.#serialListeners.add(listener);
    return () => this.#serialListeners.delete(listener);
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#bootProgram('power');
  }

  powerOff(): void {
    this.#powered = false;
    this.#stopProgram();
  }

  reset(): void {
    if (this.#powered) this.#bootProgram('reset');
  }

  haltCore(): void {
    if (this.#halted === 'no') this.#halted = 'where-it-was';
  }

  resumeCore(): void {
    const wasHalted = this.#halted;
    this.#halted = 'no';
    if (wasHalted === 'at-reset') this.reset();
  }

  resetAndHalt(): void {
    this.#stopProgram();
    this.flash.reset();
    this.#halted = 'at-reset';
  }

  reconnect(): void {
    const program = this.#program;
    this.#updatePresence(undefined);
    this.#waiting = { leftMs: RECONNECT_MS, run: () => this.#updatePresence(program) };
  }

  sendSerial(bytes: Uint8Array): void {
    for (const listener of this.#serialListeners) listener(bytes);
  }

  handleBusReset(): void {
    if (this.#presence) this.#program?.handleBusReset();
  }

  handleControlTransfer(setup: Uint8Array, data: Uint8Array): ControlOutcome {
    if (!this.#presence || !this.#program) return leaveUnanswered('gone');
    if (this.isCoreHalted) return leaveUnanswered('hang');
    return this.#program.handleControlTransfer(setup, data);
  }

  receiveSerial(bytes: Uint8Array): void {
    if (this.#presence && !this.isCoreHalted) this.#program?.receiveSerial(bytes);
  }

  get nextEventMs(): number | undefined {
    if (this.isCoreHalted) return undefined;
    const own = this.#waiting?.leftMs;
    const programs = this.#program?.nextEventMs;
    if (own === undefined) return programs;
    return programs === undefined ? own : Math.min(own, programs);
  }

  advanceTime(ms: number): void {
    if (this.isCoreHalted) return;
    let leftMs = ms;
    for (let events = 0; ; events += 1) {
      if (events > MAX_EVENTS_PER_ELAPSE) throw new Error(`${this.name} never comes to rest`);
      const stepMs = Math.min(leftMs, this.nextEventMs ?? leftMs);
      this.#advanceStep(stepMs);
      leftMs -= stepMs;
      if (leftMs <= 0 && (this.nextEventMs ?? 1) > 0) return;
    }
  }

  #advanceStep(ms: number): void {
    const waiting = this.#waiting;
    this.#program?.advanceTime(ms);
    if (!waiting || waiting !== this.#waiting) return;
    waiting.leftMs -= ms;
    if (waiting.leftMs > 0) return;
    this.#waiting = undefined;
    waiting.run();
  }

  #stopProgram(): void {
    this.#halted = 'no';
    this.#waiting = undefined;
    this.#program = undefined;
    this.#updatePresence(undefined);
  }

  #bootProgram(cause: BootCause): void {
    this.#stopProgram();
    this.flash.reset();
    const boot = this.decideBoot(cause);
    const run = (): void => {
      this.#program = boot.start();
      this.#updatePresence(this.#program);
    };
    this.#waiting = { leftMs: boot.delayMs, run };
  }

  #updatePresence(program: BoardProgram | undefined): void {
    const before = this.#presence;
    this.#presence = program && { ...program.presence };
    if (before !== this.#presence) for (const listener of [...this.#presenceListeners]) listener();
  }
}
