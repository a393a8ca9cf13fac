// Many boards over one socket, as over one host controller.
import type { Socket } from 'node:net';

const HEADER_BYTES = 6;

/** Packets to and from numbered boards; a packet arrives whole. */
export class FramedSocket {
  readonly #socket: Socket;
  readonly #onPacket: (board: number, packet: Buffer) => void;
  #received: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, onPacket: (board: number, packet: Buffer) => void) {
    this.#socket = socket;
    this.#onPacket = onPacket;
    socket.on('data', (chunk: Buffer) => this.#hear(chunk)).on('error', () => undefined);
  }

  send(board: number, packet: Uint8Array): void {
    // 0 board, 2 length, 6 the packet
    const frame = Buffer.allocUnsafe(HEADER_BYTES + packet.length);
    frame.writeUInt16BE(board, 0);
    frame.writeUInt32BE(packet.length, 2);
    frame.set(packet, HEADER_BYTES);
    this.#socket.write(frame);
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
