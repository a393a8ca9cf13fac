// Two boards and one port: somebody exchanges the first for the second while it restarts.
import type { BusPresence, ControlOutcome, ProbedChip, VirtualBoard } from '../board/virtual-board.ts';

/** The first board until it comes back from DFU mode as a serial port; the second from then on. */
export function createSwappingBoard(first: VirtualBoard, second: VirtualBoard): VirtualBoard {
  return new SwappingBoard(first, second);
}

class SwappingBoard implements VirtualBoard {
  readonly #second: VirtualBoard;
  readonly #presenceListeners = new Set<() => void>();
  #current: VirtualBoard;
  #wasInDfu = false;
  #isSwapped = false;

  constructor(first: VirtualBoard, second: VirtualBoard) {
    this.#current = first;
    this.#second = second;
    first.onPresenceChanged(() => this.#onFirstBoardChanged(first));
    second.onPresenceChanged(() => this.#notifyListeners());
  }

  get chip(): ProbedChip {
    return this.#current.chip;
  }

  get name(): string {
    return this.#current.name;
  }

  get presence(): BusPresence | undefined {
    return this.#current.presence;
  }

  get nextEventMs(): number | undefined {
    return this.#current.nextEventMs;
  }

  onPresenceChanged(listener: () => void): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  onSerialSend(listener: (bytes: Uint8Array) => void): () => void {
    return this.#current.onSerialSend(listener);
  }

  powerOn(): void {
    this.#current.powerOn();
  }

  powerOff(): void {
    this.#current.powerOff();
  }

  handleBusReset(): void {
    this.#current.handleBusReset();
  }

  advanceTime(ms: number): void {
    this.#current.advanceTime(ms);
  }

  handleControlTransfer(setup: Uint8Array, data: Uint8Array): ControlOutcome {
    return this.#current.handleControlTransfer(setup, data);
  }

  receiveSerial(bytes: Uint8Array): void {
    this.#current.receiveSerial(bytes);
  }

  #onFirstBoardChanged(first: VirtualBoard): void {
    if (this.#isSwapped) return;
    if (first.presence?.kind === 'dfu') this.#wasInDfu = true;
    if (first.presence?.kind === 'cdc' && this.#wasInDfu) {
      this.#isSwapped = true;
      this.#current = this.#second;
      this.#second.powerOn();
      first.powerOff();
    } else {
      this.#notifyListeners();
    }
  }

  #notifyListeners(): void {
    for (const listener of [...this.#presenceListeners]) listener();
  }
}
