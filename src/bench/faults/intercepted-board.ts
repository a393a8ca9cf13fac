// A board with somebody between it and its port: requests can be answered in its place, answers changed, the cable pulled.
import { answerWithData, leaveUnanswered, parseSetupPacket, type SetupPacket } from '../board/control-endpoint.ts';
import type { BusPresence, ControlOutcome, ProbedChip, VirtualBoard } from '../board/virtual-board.ts';

/** One class request to an interface (for DFU: every one of its own), numbered from 1 since the board was made. */
export interface InterceptedRequest {
  readonly ordinal: number;
  readonly setup: SetupPacket;
  readonly data: Uint8Array;
}

/** What the one in between may do; what is left out passes unchanged. */
export interface Interception {
  /** Answers in the board's place, which then never hears of the request; undefined lets it through. */
  answerRequest?(request: InterceptedRequest, hands: FaultHooks): ControlOutcome | undefined;
  /** Changes what the board answered. */
  changeOutcome?(request: InterceptedRequest, outcome: ControlOutcome, hands: FaultHooks): ControlOutcome;
  /** Changes what the board sends over its serial port; undefined lets nothing through. */
  filterSerialOutput?(bytes: Uint8Array): Uint8Array | undefined;
  /** Told what the host sends over the serial port. */
  onSerialInput?(bytes: Uint8Array, hands: FaultHooks): void;
  /** Changes how the board shows itself; undefined hides it. */
  changePresence?(presence: BusPresence): BusPresence | undefined;
}

/** What the one in between can reach. */
export interface FaultHooks {
  /** Takes the board off the bus: for good, or for so many milliseconds; power off and on also brings it back. */
  disconnect(forMs?: number): void;
}

/** The board as the one in between lets it be seen. */
export function interceptBoard(board: VirtualBoard, interception: Interception): VirtualBoard {
  return new InterceptedBoard(board, interception);
}

/** Ways in which one transfer can end badly by itself. */
export const transferFaults = ['gone', 'silent', 'stalled', 'short', 'garbage', 'babble'] as const;

export type TransferFault = (typeof transferFaults)[number];

/** A board whose n-th class request (from 1) meets the mishap; `gone` is for good. */
export function injectTransferFault(board: VirtualBoard, ordinal: number, mishap: TransferFault): VirtualBoard {
  return interceptBoard(board, {
    answerRequest: (request, hands) =>
      request.ordinal === ordinal ? applyTransferFault(request.setup, mishap, hands) : undefined,
  });
}

/** How the transfer ends that meets the mishap. */
export function applyTransferFault(setup: SetupPacket, mishap: TransferFault, hands: FaultHooks): ControlOutcome {
  const isIn = (setup.requestType & 0x80) !== 0;
  switch (mishap) {
    case 'gone':
      hands.disconnect();
      return leaveUnanswered('gone');
    case 'silent':
      return { reply: 'nak', data: new Uint8Array(0), busyMs: 0 };
    case 'stalled':
      return { reply: 'stall', at: isIn ? 'data-in' : 'status', data: new Uint8Array(0), busyMs: 0 };
    case 'short':
      return answerWithData(setup, new Uint8Array(Math.floor(setup.length / 2)));
    case 'garbage':
      return answerWithData(setup, new Uint8Array(setup.length).fill(0xd7));
    case 'babble':
      return { reply: 'babble', at: 'data-in', data: new Uint8Array(setup.length), busyMs: 0 };
  }
}

class InterceptedBoard implements VirtualBoard, FaultHooks {
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
    inner.onPresenceChanged(() => this.#updatePresence());
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

  disconnect(forMs?: number): void {
    this.#pulled = true;
    this.#backInMs = forMs;
    this.#updatePresence();
  }

  onPresenceChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  powerOn(): void {
    this.#reconnect();
    this.#inner.powerOn();
  }

  powerOff(): void {
    this.#inner.powerOff();
    this.#updatePresence();
  }

  handleBusReset(): void {
    this.#inner.handleBusReset();
  }

  advanceTime(ms: number): void {
    this.#inner.advanceTime(ms);
    if (this.#backInMs === undefined) return;
    this.#backInMs -= ms;
    if (this.#backInMs <= 0) this.#reconnect();
  }

  get nextEventMs(): number | undefined {
    const inner = this.#inner.nextEventMs;
    if (this.#backInMs === undefined || inner === undefined) return this.#backInMs ?? inner;
    return Math.min(this.#backInMs, inner);
  }

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    if (!this.#shown) return leaveUnanswered('gone');
    const setup = parseSetupPacket(setupBytes);
    if ((setup.requestType & 0x7f) !== 0x21) return this.#inner.handleControlTransfer(setupBytes, data);
    this.#requestCount += 1;
    const request: InterceptedRequest = { ordinal: this.#requestCount, setup, data };
    const answer = this.#interception.answerRequest?.(request, this);
    if (answer) return answer;
    const outcome = this.#inner.handleControlTransfer(setupBytes, data);
    return this.#interception.changeOutcome?.(request, outcome, this) ?? outcome;
  }

  receiveSerial(bytes: Uint8Array): void {
    if (!this.#shown) return;
    this.#interception.onSerialInput?.(bytes, this);
    this.#inner.receiveSerial(bytes);
  }

  onSerialSend(listener: (bytes: Uint8Array) => void): () => void {
    return this.#inner.onSerialSend((bytes) => {
      const heard = this.#interception.filterSerialOutput ? this.#interception.filterSerialOutput(bytes) : bytes;
      if (heard && this.#shown) listener(heard);
    });
  }

  #reconnect(): void {
    this.#pulled = false;
    this.#backInMs = undefined;
    this.#updatePresence();
  }

  #updatePresence(): void {
    const inner = this.#pulled ? undefined : this.#inner.presence;
    if (inner === this.#innerPresence) return;
    this.#innerPresence = inner;
    this.#shown = inner && (this.#interception.changePresence ? this.#interception.changePresence(inner) : inner);
    for (const listener of [...this.#listeners]) listener();
  }
}
