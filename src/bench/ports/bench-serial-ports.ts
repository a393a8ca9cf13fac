// The virtual bench's serial ports: the CDC side of the boards behind the contract of equipment/serial.
import { ChunkEmitter } from '../../equipment/chunk-emitter.ts';
import {
  type SerialConnection,
  SerialError,
  type SerialErrorKind,
  type SerialPortInfo,
  type SerialPorts,
} from '../../equipment/serial.ts';
import type { PortPath } from '../../equipment/usb.ts';
import type { BenchConnection, BenchPort } from './bench-port.ts';

/** SET_LINE_CODING of CDC 1.1 §6.2.12: 7 bytes to interface 0. */
const SET_LINE_CODING = Uint8Array.of(0x21, 0x20, 0, 0, 0, 0, 7, 0);

/** The serial ports over the ports of the bench. */
export function createBenchSerialPorts(ports: ReadonlyMap<PortPath, BenchPort>): SerialPorts {
  const open = new Set<BenchConnection>();
  const infoOf = (port: BenchPort | undefined): SerialPortInfo | undefined => {
    const name = port?.connection?.serialName;
    return port && name ? { portPath: port.portPath, device: name } : undefined;
  };
  return {
    find: async (portPath) => infoOf(ports.get(portPath)),
    list: async () => [...ports.values()].flatMap((port) => infoOf(port) ?? []),
    open: async (info, { baud }) => {
      const port = ports.get(info.portPath);
      const connection = port?.connection;
      if (!port || connection?.serialName !== info.device) throw createSerialError('gone', info);
      if (open.has(connection)) throw createSerialError('busy', info);
      open.add(connection);
      const serial = new BenchSerialConnection(port, connection, info, () => open.delete(connection));
      try {
        await serial.setBaudRate(baud);
      } catch (error) {
        await serial.close();
        throw error;
      }
      return serial;
    },
  };
}

class BenchSerialConnection implements SerialConnection {
  readonly info: SerialPortInfo;
  readonly vanished: Promise<boolean>;
  readonly #port: BenchPort;
  readonly #connection: BenchConnection;
  readonly #chunks = new ChunkEmitter();
  readonly #stopListening: () => void;
  readonly #end: (vanished: boolean) => void;
  #open = true;

  constructor(port: BenchPort, connection: BenchConnection, info: SerialPortInfo, release: () => void) {
    this.#port = port;
    this.#connection = connection;
    this.info = info;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.vanished = promise;
    this.#stopListening = port.board!.onSerialSend((bytes) => this.#chunks.emit(bytes));
    this.#end = (vanished) => {
      if (!this.#open) return;
      this.#open = false;
      this.#stopListening();
      release();
      resolve(vanished);
    };
    connection.left.addEventListener('abort', () => this.#end(true), { once: true });
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#chunks.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#waitForWireTime(bytes.length);
    this.#port.receiveSerial(bytes);
  }

  async setBaudRate(baud: number): Promise<void> {
    const coding = new Uint8Array(7);
    new DataView(coding.buffer).setUint32(0, baud, true);
    coding[6] = 8;
    await this.#waitForWireTime(coding.length);
    const { reply } = this.#port.performControlTransfer(SET_LINE_CODING, coding);
    if (reply === 'stall') throw createSerialError('unknown', this.info);
  }

  async close(): Promise<void> {
    this.#end(false);
  }

  async #waitForWireTime(sizeBytes: number): Promise<void> {
    if (!this.#open) throw createSerialError('gone', this.info);
    try {
      await this.#port.waitForWireTime(this.#port.computeWireTimeMs(sizeBytes), this.#connection.left);
    } catch (cause) {
      throw createSerialError('gone', this.info, cause);
    }
  }
}

function createSerialError(kind: SerialErrorKind, info: SerialPortInfo, cause?: unknown): SerialError {
  return new SerialError({ kind, device: info.device, ...(cause === undefined ? {} : { cause }) });
}
