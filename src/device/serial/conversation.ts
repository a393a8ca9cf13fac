// Questions and answers over one open serial port: an answer is what came until the port was quiet for 250 ms.
import { concatBytes } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { type SerialConnection, SerialError } from '../../equipment/serial.ts';
import { createLineSplitter } from './line-splitter.ts';
import { closeAtRestingBaud } from './touch.ts';
import { Transcript } from './transcript.ts';

/** An answer comes in pieces; after this much silence it is complete (particle-cli uses the same). */
const QUIET_MS = 250;
/** A port that talks on without a pause is no longer waited for. */
const MAX_ANSWER_MS = 5_000;
/** What is kept of one answer; more is a flood. The longest known answer, a module list, has 2 kB. */
const MAX_ANSWER_BYTES = 16_384;
/** Lines shown to people per conversation: a flood is in the transcript, not on every screen. */
const MAX_SHOWN_LINES = 500;
/** How long old output is waited out before a question is put. */
const MAX_DRAIN_MS = 1_000;

export interface ConversationOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Start of the run on the clock's monotonic scale: times of the transcript count from it. */
  readonly runStartedMs: number;
  /** Called with complete lines, for people to watch; at most 500, then with a word that there are more. */
  readonly onLine?: (line: string) => void;
}

/** `quiet`: complete; `silent`: nothing came in time; `flood`: it did not stop, or was too long to keep. */
export interface SerialAnswer {
  readonly end: 'quiet' | 'silent' | 'flood';
  readonly bytes: Uint8Array;
  /** From the question to the first byte; null when nothing came. */
  readonly replyMs: number | null;
}

export class Conversation {
  readonly transcript = new Transcript();
  readonly #connection: SerialConnection;
  readonly #options: ConversationOptions;
  readonly #stopListening: () => void;
  readonly #lines = createLineSplitter();
  #heard: Uint8Array[] = [];
  #heardBytes = 0;
  #lastHeardMs = Number.NEGATIVE_INFINITY;
  #firstHeardMs: number | undefined;
  #vanished = false;
  #shownLines = 0;
  /** Wakes whoever waits for bytes. */
  #wake: () => void = () => undefined;

  constructor(connection: SerialConnection, options: ConversationOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#stopListening = connection.onData((chunk) => this.#receive(chunk));
    void connection.vanished.then((vanished) => {
      this.#vanished = vanished;
      this.#wake();
    });
  }

  get connection(): SerialConnection {
    return this.#connection;
  }

  /**
   * Waits out old output, sends, and collects the answer. `firstByteWithinMs` bounds the wait for its first byte. Throws
   * SerialError `gone` when the port vanishes, the signal's reason when it aborts.
   */
  async ask(question: Uint8Array, firstByteWithinMs: number): Promise<SerialAnswer> {
    await this.#drain();
    this.#resetAnswer();
    const askedMs = this.#readClockMs();
    await this.send(question);
    const end = await this.#collect(askedMs, firstByteWithinMs);
    const replyMs = this.#firstHeardMs === undefined ? null : this.#firstHeardMs - askedMs;
    return { end, bytes: concatBytes(...this.#heard), replyMs };
  }

  /** Sends without waiting for anything. Throws SerialError. */
  async send(bytes: Uint8Array): Promise<void> {
    this.transcript.add('sent', bytes, this.#readClockMs() - this.#options.runStartedMs);
    await this.#connection.write(bytes);
  }

  /** Sets the speed back to 9600 (a port left at 14400 would send the unit to DFU mode when next opened) and closes. */
  async close(): Promise<void> {
    this.#stopListening();
    this.#wake();
    await closeAtRestingBaud(this.#connection);
  }

  async #collect(askedMs: number, firstByteWithinMs: number): Promise<SerialAnswer['end']> {
    while (this.#firstHeardMs === undefined) {
      const leftMs = askedMs + firstByteWithinMs - this.#readClockMs();
      if (leftMs <= 0) return 'silent';
      await this.#waitForBytes(leftMs);
    }
    const latestMs = this.#firstHeardMs + MAX_ANSWER_MS;
    for (;;) {
      if (this.#heardBytes > MAX_ANSWER_BYTES) return 'flood';
      const quietAtMs = this.#lastHeardMs + QUIET_MS;
      if (this.#readClockMs() >= quietAtMs) return 'quiet';
      if (this.#readClockMs() >= latestMs) return 'flood';
      await this.#waitForBytes(Math.min(quietAtMs, latestMs) - this.#readClockMs());
    }
  }

  /** Until the port has been quiet for a while, or for as long as one may wait for that. */
  async #drain(): Promise<void> {
    const latestMs = this.#readClockMs() + MAX_DRAIN_MS;
    for (;;) {
      const untilMs = Math.min(this.#lastHeardMs + QUIET_MS, latestMs);
      if (this.#readClockMs() >= untilMs) return;
      await this.#waitForBytes(untilMs - this.#readClockMs());
    }
  }

  /** Resolves when bytes come, at the latest after `ms`. */
  async #waitForBytes(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    signal.throwIfAborted();
    this.#throwIfVanished();
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(() => this.#wake(), ms);
      const wake = (): void => {
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wake = () => undefined;
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
    signal.throwIfAborted();
    this.#throwIfVanished();
  }

  #throwIfVanished(): void {
    if (!this.#vanished) return;
    const { device } = this.#connection.info;
    throw new SerialError({ kind: 'gone', device, message: `the serial port ${device} vanished` });
  }

  #receive(chunk: Uint8Array): void {
    const nowMs = this.#readClockMs();
    this.#firstHeardMs ??= nowMs;
    this.#lastHeardMs = nowMs;
    this.transcript.add('received', chunk, nowMs - this.#options.runStartedMs);
    if (this.#heardBytes <= MAX_ANSWER_BYTES) this.#heard.push(chunk.slice(0, MAX_ANSWER_BYTES + 1 - this.#heardBytes));
    this.#heardBytes += chunk.length;
    if (this.#options.onLine) for (const line of this.#lines.push(chunk)) this.#showLine(line);
    this.#wake();
  }

  #showLine(line: string): void {
    this.#shownLines += 1;
    if (this.#shownLines <= MAX_SHOWN_LINES) this.#options.onLine?.(line);
    if (this.#shownLines === MAX_SHOWN_LINES) this.#options.onLine?.('(further lines are not shown)');
  }

  #resetAnswer(): void {
    this.#heard = [];
    this.#heardBytes = 0;
    this.#firstHeardMs = undefined;
  }

  #readClockMs(): number {
    return this.#options.clock.readMonotonicMs();
  }
}
