// One enumeration of a virtual board behind USB/IP: transfers come in as commands, are done in the board's own time, and answered.
import type { Clock } from '../../base/clock.ts';
import type { TimedBoard } from '../board/timed-board.ts';
import type { ControlOutcome } from '../board/virtual-board.ts';
import { encodeSubmitAnswer, encodeUnlinkAnswer, transferStatus, type UsbipCommand } from './usbip-commands.ts';

type SubmitCommand = Extract<UsbipCommand, { type: 'submit' }>;

/** How transfers take their time. */
export interface ExportTiming {
  /** Payload of a full-speed control transfer; undefined for a wire that takes no time. */
  readonly bytesPerMs: number | undefined;
}

interface PendingTransfer {
  readonly submit: SubmitCommand;
  /** `hanging`: the board never answers it. */
  state: 'waiting' | 'at-work' | 'hanging';
  /** Taken back by the host: never answered. */
  isUnlinked: boolean;
}

/** Serial bytes kept for a host that does not read: what a tty's buffer holds. */
const MAX_UNREAD_BYTES = 65_536;
const NO_DATA = new Uint8Array(0);

const STATUS_BY_REPLY: Readonly<Partial<Record<ControlOutcome['reply'], number>>> = {
  ok: transferStatus.ok,
  stall: transferStatus.stalled,
  babble: transferStatus.babble,
};

/** Serves one connection from enumeration to departure; `send` takes answers for the host. */
export class ExportedBoard {
  readonly #timed: TimedBoard;
  readonly #clock: Clock;
  readonly #timing: ExportTiming;
  readonly #send: (answer: Uint8Array) => void;
  readonly #stopListening: () => void;
  /** Endpoint 0 is one after another: the first is being done. */
  readonly #control: PendingTransfer[] = [];
  /** Bulk IN transfers that wait for serial bytes. */
  readonly #reads: SubmitCommand[] = [];
  /** Interrupt IN transfers, which this device never answers. */
  readonly #notifications: SubmitCommand[] = [];
  #unread: Uint8Array = NO_DATA;
  #isOver = false;

  constructor(options: {
    readonly timed: TimedBoard;
    readonly clock: Clock;
    readonly timing: ExportTiming;
    readonly send: (answer: Uint8Array) => void;
  }) {
    this.#timed = options.timed;
    this.#clock = options.clock;
    this.#timing = options.timing;
    this.#send = options.send;
    this.#stopListening = options.timed.board.onSerialSend((bytes) => this.#bufferSerialBytes(bytes));
    this.#timed.runOnBoard((board) => board.handleBusReset());
  }

  /** The board has left, or the host has: nothing is answered any more. */
  end(): void {
    this.#isOver = true;
    this.#stopListening();
  }

  handleCommand(command: UsbipCommand): void {
    if (this.#isOver) return;
    if (command.type === 'unlink') this.#unlink(command.sequence, command.unlinkSequence);
    else if (command.endpoint === 0) this.#queueControl(command);
    else if (command.direction === 'out') this.#writeSerial(command);
    else if (command.endpoint === 1) this.#queueSerialRead(command);
    else this.#notifications.push(command);
  }

  #queueControl(submit: SubmitCommand): void {
    this.#control.push({ submit, state: 'waiting', isUnlinked: false });
    if (this.#control.length === 1) this.#startFirstTransfer();
  }

  /** Does the first control transfer; it stays first while the board is at it, also when the host gives up meanwhile. */
  #startFirstTransfer(): void {
    const asked = this.#control[0];
    if (!asked || this.#isOver) return;
    if (asked.isUnlinked) this.#startNextTransfer();
    else this.#performTransfer(asked);
  }

  #performTransfer(asked: PendingTransfer): void {
    const { submit } = asked;
    const outcome = this.#timed.runOnBoard((board) => board.handleControlTransfer(submit.setup, submit.data));
    const status = STATUS_BY_REPLY[outcome.reply];
    asked.state = status === undefined ? 'hanging' : 'at-work';
    if (status === undefined) return;
    const durationMs = outcome.busyMs + this.#computeWireTimeMs(submit.data.length + outcome.data.length);
    const finish = (): void => {
      if (!asked.isUnlinked) this.#answerTransfer(submit, status, outcome.data);
      this.#startNextTransfer();
    };
    if (durationMs < 1) finish();
    else this.#clock.setTimeout(finish, durationMs);
  }

  #startNextTransfer(): void {
    this.#control.shift();
    this.#startFirstTransfer();
  }

  #computeWireTimeMs(sizeBytes: number): number {
    return this.#timing.bytesPerMs === undefined ? 0 : sizeBytes / this.#timing.bytesPerMs;
  }

  /** A transfer that hangs is given up and the next begins; one that the board works on is only no longer answered. */
  #unlink(sequence: number, unlinkSequence: number): void {
    const isIt = ({ sequence: own }: SubmitCommand): boolean => own === unlinkSequence;
    const control = this.#control.find(({ submit }) => isIt(submit));
    const wasWaiting = [this.#reads, this.#notifications].some((list) => removeFirstMatch(list, isIt));
    const found = wasWaiting || (control !== undefined && !control.isUnlinked);
    this.#send(encodeUnlinkAnswer(sequence, found ? transferStatus.unlinked : transferStatus.ok));
    if (!control) return;
    control.isUnlinked = true;
    if (control.state === 'hanging') this.#startNextTransfer();
  }

  #queueSerialRead(submit: SubmitCommand): void {
    this.#reads.push(submit);
    this.#deliverSerialBytes();
  }

  #writeSerial(submit: SubmitCommand): void {
    this.#timed.runOnBoard((board) => board.receiveSerial(submit.data));
    this.#answerTransfer(submit, transferStatus.ok, NO_DATA);
  }

  #bufferSerialBytes(bytes: Uint8Array): void {
    const joined = new Uint8Array(Math.min(this.#unread.length + bytes.length, MAX_UNREAD_BYTES));
    joined.set(this.#unread);
    joined.set(bytes.subarray(0, joined.length - this.#unread.length), this.#unread.length);
    this.#unread = joined;
    this.#deliverSerialBytes();
  }

  #deliverSerialBytes(): void {
    while (this.#unread.length > 0 && this.#reads.length > 0) {
      const submit = this.#reads.shift()!;
      this.#answerTransfer(submit, transferStatus.ok, this.#unread.subarray(0, submit.lengthBytes));
      this.#unread = this.#unread.slice(submit.lengthBytes);
    }
  }

  #answerTransfer(submit: SubmitCommand, status: number, data: Uint8Array): void {
    if (this.#isOver) return;
    const { sequence, direction } = submit;
    const carried = direction === 'in' ? data : NO_DATA;
    const actualBytes = direction === 'in' ? data.length : status === transferStatus.ok ? submit.lengthBytes : 0;
    this.#send(encodeSubmitAnswer({ sequence, status, actualBytes, data: carried }));
  }
}

function removeFirstMatch<Item>(list: Item[], isIt: (item: Item) => boolean): boolean {
  const at = list.findIndex(isIt);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
