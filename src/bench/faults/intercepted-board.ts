// A board with somebody between it and its port: requests can be answered in its place, answers changed, the cable pulled.
import { answered, readSetup, type SetupPacket, unanswered } from '../board/control-endpoint.ts';
import type { BusPresence, ControlOutcome, ProbedChip, VirtualBoard } from '../board/virtual-board.ts';

/** One class request to an interface (for DFU: every one of its own), numbered from 1 since the board was made. */
export interface SeenRequest {
  readonly ordinal: number;
  readonly setup: SetupPacket;
  readonly data: Uint8Array;
}

/** What the one in between may do; what is left out passes unchanged. */
export interface Interception {
  /** Answers in the board's place, which then never hears of the request; undefined lets it through. */
  answer?(request: SeenRequest, hands: Hands): ControlOutcome | undefined;
  /** Changes what the board answered. */
  change?(request: SeenRequest, outcome: ControlOutcome, hands: Hands): ControlOutcome;
  /** Changes what the board sends over its serial port; undefined lets nothing through. */
  hear?(bytes: Uint8Array): Uint8Array | undefined;
  /** Told what the host sends over the serial port. */
  said?(bytes: Uint8Array, hands: Hands): void;
  /** Changes how the board shows itself; undefined hides it. */
  show?(presence: BusPresence): BusPresence | undefined;
}

/** What the one in between can reach. */
export interface Hands {
  /** Takes the board off the bus: for good, or for so many milliseconds; power off and on also brings it back. */
  pull(forMs?: number): void;
}

/** The board as the one in between lets it be seen. */
export function intercept(board: VirtualBoard, interception: Interception): VirtualBoard {
  return new InterceptedBoard(board, interception);
}

/** Ways in which one transfer can end badly by itself. */
export const transferMishaps = ['gone', 'silent', 'stalled', 'short', 'garbage', 'babble'] as const;

export type TransferMishap = (typeof transferMishaps)[number];

/** A board whose n-th class request (from 1) meets the mishap; `gone` is for good. */
export function withMishapAt(board: VirtualBoard, ordinal: number, mishap: TransferMishap): VirtualBoard {
  return intercept(board, {
    answer: (request, hands) => (request.ordinal === ordinal ? mishapOutcome(request.setup, mishap, hands) : undefined),
  });
}

/** How the transfer ends that meets the mishap. */
export function mishapOutcome(setup: SetupPacket, mishap: TransferMishap, hands: Hands): ControlOutcome {
  const isIn = (setup.requestType & 0x80) !== 0;
  switch (mishap) {
    case 'gone':
      hands.pull();
      return unanswered('gone');
    case 'silent':
      return { reply: 'nak', data: new Uint8Array(0), busyMs: 0 };
    case 'stalled':
      return { reply: 'stall', at: isIn ? 'data-in' : 'status', data: new Uint8Array(0), busyMs: 0 };
    case 'short':
      return answered(setup, new Uint8Array(Math.floor(setup.length / 2)));
    case 'garbage':
      return answered(setup, new Uint8Array(setup.length).fill(0xd7));
    case 'babble':
      return { reply: 'babble', at: 'data-in', data: new Uint8Array(setup.length), busyMs: 0 };
  }
}

class InterceptedBoard implements VirtualBoard, Hands {
  readonly #inner: VirtualBoard;
  readonly #interception: Interception;
  readonly #listeners = new Set<() => void>();
  #pulled = false;
  #backInMs: number | undefined;
  #requestCount = 0;
  #innerPresence: BusPresence | undefined;
  #shown: BusPresence | undefined;

  constructor(inner: VirtualBoard, interception: Interception) {
    this.#inner = inner;
    this.#interception = interception;
    inner.onPresenceChanged(() => this.#refresh());
  }

  get chip(): ProbedChip {
    return this.#inner.chip;
  }

  get name(): string {
    return this.#inner.name;
  }

  get presence(): BusPresence | undefined {
    return this.#shown;
  }

  pull(forMs?: number): void {
    this.#pulled = true;
    this.#backInMs = forMs;
    this.#refresh();
  }

  onPresenceChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  powerOn(): void {
    this.#comeBack();
    this.#inner.powerOn();
  }

  powerOff(): void {
    this.#inner.powerOff();
    this.#refresh();
  }

  busReset(): void {
    this.#inner.busReset();
  }

  elapse(ms: number): void {
    this.#inner.elapse(ms);
    if (this.#backInMs === undefined) return;
    this.#backInMs -= ms;
    if (this.#backInMs <= 0) this.#comeBack();
  }

  get nextEventMs(): number | undefined {
    const inner = this.#inner.nextEventMs;
    if (this.#backInMs === undefined || inner === undefined) return this.#backInMs ?? inner;
    return Math.min(this.#backInMs, inner);
  }

  control(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    if (!this.#shown) return unanswered('gone');
    const setup = readSetup(setupBytes);
    if ((setup.requestType & 0x7f) !== 0x21) return this.#inner.control(setupBytes, data);
    this.#requestCount += 1;
    const request: SeenRequest = { ordinal: this.#requestCount, setup, data };
    const answer = this.#interception.answer?.(request, this);
    if (answer) return answer;
    const outcome = this.#inner.control(setupBytes, data);
    return this.#interception.change?.(request, outcome, this) ?? outcome;
  }

  serialReceive(bytes: Uint8Array): void {
    if (!this.#shown) return;
    this.#interception.said?.(bytes, this);
    this.#inner.serialReceive(bytes);
  }

  onSerialSend(listener: (bytes: Uint8Array) => void): () => void {
    return this.#inner.onSerialSend((bytes) => {
      const heard = this.#interception.hear ? this.#interception.hear(bytes) : bytes;
      if (heard && this.#shown) listener(heard);
    });
  }

  #comeBack(): void {
    this.#pulled = false;
    this.#backInMs = undefined;
    this.#refresh();
  }

  #refresh(): void {
    const inner = this.#pulled ? undefined : this.#inner.presence;
    if (inner === this.#innerPresence) return;
    this.#innerPresence = inner;
    this.#shown = inner && (this.#interception.show ? this.#interception.show(inner) : inner);
    for (const listener of [...this.#listeners]) listener();
  }
}
