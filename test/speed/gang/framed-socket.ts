// Many boards over one socket, as over one host controller: packets of a turn of the event loop travel together.
import type { Socket } from 'node:net';

const HEADER_BYTES = 6;

/** Packets to and from numbered boards; a packet arrives whole. */
export class FramedSocket {
  readonly #socket: Socket;
  readonly #onPacket: (board: number, packet: Buffer) => void;
  #waiting: Uint8Array[] = [];
  #received: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, onPacket: (board: number, packet: Buffer) => void) {
    this.#socket = socket;
    this.#onPacket = onPacket;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk)).on('error', () => undefined);
  }

  send(board: number, packet: Uint8Array): void {
    // 0 board, 2 length, 6 the packet
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(board, 0);
    header.writeUInt32BE(packet.length, 2);
    if (this.#waiting.push(header, packet) > 2) return;
    setImmediate(() => {
      this.#socket.write(Buffer.concat(this.#waiting));
      this.#waiting = [];
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    let bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (bytes.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + bytes.readUInt32BE(2);
      if (bytes.length < end) break;
      this.#onPacket(bytes.readUInt16BE(0), bytes.subarray(HEADER_BYTES, end));
      bytes = bytes.subarray(end);
    }
    this.#received = bytes;
  }
}
