// Virtual Photons on the host for hubs that qemu emulates: one Unix socket per board, usbredir on it. Prints resets at its end.
import { createServer, type Socket } from 'node:net';
import { concatBytes } from '../../../../src/base/bytes.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { createSeededRandom } from '../../../../src/base/random.ts';
import { TimedBoard } from '../../../../src/bench/board/timed-board.ts';
import type { BusPresence, ControlOutcome } from '../../../../src/bench/board/virtual-board.ts';
import { createPhoton } from '../../../../src/bench/photon/photon-board.ts';
import {
  decodePacket,
  encodeAlternateStatus,
  encodeConfigurationStatus,
  encodeConnect,
  encodeControlAnswer,
  encodeDisconnect,
  encodeHello,
  type RedirPacket,
  redirStatus,
} from './wire.ts';

const NO_DATA = new Uint8Array(0);
const GET_INTERFACE = (interfaceNumber: number): Uint8Array => Uint8Array.of(0x81, 10, 0, 0, interfaceNumber, 0, 1, 0);
const STATUS_OF: Readonly<Partial<Record<ControlOutcome['reply'], number>>> = {
  ok: redirStatus.success,
  stall: redirStatus.stall,
  babble: redirStatus.babble,
};

class RedirectedBoard {
  readonly #timed: TimedBoard;
  readonly #socket: Socket;
  #shown: BusPresence | undefined;
  #isGreeted = false;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Socket, seed: string) {
    const board = createPhoton({ random: createSeededRandom(seed) });
    this.#socket = socket;
    this.#timed = new TimedBoard(board, systemClock);
    board.onPresenceChanged(() => void systemClock.setTimeout(() => this.#look(), 2));
    this.#timed.runOnBoard(() => board.powerOn());
    socket.write(encodeHello());
  }

  take(packet: RedirPacket): void {
    if (packet.type === 'hello') {
      this.#isGreeted = true;
      this.#look();
    } else if (packet.type === 'reset') {
      resets += 1;
      this.#timed.runOnBoard((board) => board.handleBusReset());
    } else this.#last = this.#last.then(() => this.#answer(packet));
  }

  async #answer(packet: RedirPacket): Promise<void> {
    switch (packet.type) {
      case 'set-configuration': {
        const outcome = this.#control(Uint8Array.of(0, 9, packet.configuration, 0, 0, 0, 0, 0));
        this.#send(
          encodeConfigurationStatus(packet.id, STATUS_OF[outcome.reply] ?? redirStatus.timeout, packet.configuration),
        );
        break;
      }
      case 'get-configuration':
        this.#send(encodeConfigurationStatus(packet.id, redirStatus.success, 1));
        break;
      case 'set-alternate': {
        const { id, interfaceNumber, alternate } = packet;
        const outcome = this.#control(Uint8Array.of(1, 11, alternate, 0, interfaceNumber, 0, 0, 0));
        this.#send(
          encodeAlternateStatus(id, STATUS_OF[outcome.reply] ?? redirStatus.timeout, interfaceNumber, alternate),
        );
        break;
      }
      case 'get-alternate': {
        const { id, interfaceNumber } = packet;
        const alternate = this.#control(GET_INTERFACE(interfaceNumber)).data[0] ?? 0;
        this.#send(encodeAlternateStatus(id, redirStatus.success, interfaceNumber, alternate));
        break;
      }
      case 'control':
        await this.#transfer(packet);
        break;
      default:
    }
  }

  /** A transfer that the board never answers is left to the host's own time limit. */
  async #transfer({ id, setup, data }: Extract<RedirPacket, { type: 'control' }>): Promise<void> {
    const outcome = this.#timed.runOnBoard((board) => board.handleControlTransfer(setup, data));
    const status = STATUS_OF[outcome.reply];
    if (status === undefined) return;
    if (outcome.busyMs >= 1) await systemClock.sleep(outcome.busyMs);
    const isIn = (setup[0]! & 0x80) !== 0;
    const lengthBytes = isIn ? outcome.data.length : data.length;
    this.#send(encodeControlAnswer(id, { setup, status, lengthBytes, data: isIn ? outcome.data : NO_DATA }));
  }

  #control(setup: Uint8Array): ControlOutcome {
    return this.#timed.runOnBoard((board) => board.handleControlTransfer(setup, NO_DATA));
  }

  #look(): void {
    const { presence } = this.#timed.board;
    if (!this.#isGreeted || presence === this.#shown) return;
    if (this.#shown) this.#send(encodeDisconnect());
    this.#shown = presence;
    if (presence) this.#send(encodeConnect(presence.deviceDescriptor));
  }

  #send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }
}

let resets = 0;

for (const [at, path] of process.argv.slice(2).entries()) {
  createServer((socket) => {
    const board = new RedirectedBoard(socket, `redirected ${at}`);
    let rest: Uint8Array = NO_DATA;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      rest = concatBytes(rest, chunk);
      for (let next = decodePacket(rest); next; next = decodePacket(rest)) {
        rest = rest.slice(next.lengthBytes);
        board.take(next.packet);
      }
    });
  }).listen(path);
}
process.on('SIGTERM', () => {
  process.stdout.write(`bus resets that the boards behind hubs saw: ${resets}\n`, () => process.exit(0));
});
