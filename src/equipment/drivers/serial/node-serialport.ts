// Real serial ports by the npm package `serialport` 13 behind the contract: found by USB port, closed in bounded time.
import { SerialPort } from 'serialport';
import type { Clock } from '../../../base/clock.ts';
import { getErrorMessage } from '../../../base/station-error.ts';
import { ChunkEmitter } from '../../chunk-emitter.ts';
import {
  isSerialError,
  type SerialConnection,
  SerialError,
  type SerialErrorKind,
  type SerialPortInfo,
  type SerialPorts,
} from '../../serial.ts';
import { openWithPermissionRetry } from '../usb/open-with-permission-retry.ts';
import { installNonblockingRead } from './nonblocking-read.ts';
import { findUsbSerialPorts } from './sysfs-serial-ports.ts';

/** A close is waited for no longer than this (serialport issue 2776); then the port is let go without it. */
const CLOSE_LIMIT_MS = 1000;
/** As serialport 13 and the kernel say it. */
const SERIAL_ERROR_PATTERNS: readonly (readonly [RegExp, SerialErrorKind])[] = [
  [/cannot lock port|resource temporarily unavailable|device or resource busy/i, 'busy'],
  [/permission denied|operation not permitted/i, 'no-access'],
  [
    /no such (file|device)|not open|closed|bad file descriptor|input\/output error|EIO|ENXIO|ENODEV|disconnected|canceled/i,
    'gone',
  ],
];

/** What kind of trouble an error of npm serialport is. */
export function classifySerialError(error: unknown): SerialErrorKind {
  const message = getErrorMessage(error);
  return SERIAL_ERROR_PATTERNS.find(([words]) => words.test(message))?.[1] ?? 'unknown';
}

/** The machine's own serial ports, those that hang on USB. `installRead` makes reading an open port faster, where it can. */
export function createNodeSerialPorts(
  clock: Clock,
  installRead: (port: unknown) => boolean = installNonblockingRead,
): SerialPorts {
  return {
    list: async () => findUsbSerialPorts(),
    find: async (portPath) => findUsbSerialPorts().find((port) => port.portPath === portPath),
    open: (info, { baud }) => openPort(info, { baud, clock, installRead }),
  };
}

interface OpenPortOptions {
  readonly baud: number;
  readonly clock: Clock;
  readonly installRead: (port: unknown) => boolean;
}

async function openPort(
  info: SerialPortInfo,
  { baud, clock, installRead }: OpenPortOptions,
): Promise<SerialConnection> {
  // Without hupcl:false closing would drop DTR, which resets some boards.
  const port = new SerialPort({ path: info.device, baudRate: baud, autoOpen: false, hupcl: false, lock: true });
  port.once('open', () => installRead(port.port));
  const connection = new NodeSerialConnection(info, port, clock);
  const open = (): Promise<void> => promisifyPortCall(info, (done) => port.open(done));
  await openWithPermissionRetry(clock, open, (error) => isSerialError(error, 'no-access'));
  return connection;
}

class NodeSerialConnection implements SerialConnection {
  readonly info: SerialPortInfo;
  readonly vanished: Promise<boolean>;
  readonly #port: SerialPort;
  readonly #clock: Clock;
  readonly #chunks = new ChunkEmitter();
  readonly #end: (vanished: boolean) => void;
  #isOpen = true;

  constructor(info: SerialPortInfo, port: SerialPort, clock: Clock) {
    this.info = info;
    this.#port = port;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.vanished = promise;
    this.#end = (vanished) => {
      this.#isOpen = false;
      resolve(vanished);
    };
    // A port on which no read is pending never hears that it is gone, so reading begins at once.
    port.on('data', (chunk: Uint8Array) => this.#emitChunk(chunk));
    port.on('close', () => this.#end(true));
    port.on('error', () => undefined);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#chunks.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    await promisifyPortCall(this.info, (done) => this.#port.write(Buffer.from(bytes), (error) => done(error ?? null)));
  }

  async setBaudRate(baud: number): Promise<void> {
    this.#requireOpen();
    await promisifyPortCall(this.info, (done) => this.#port.update({ baudRate: baud }, done));
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#end(false);
    const over = new AbortController();
    const closed = new Promise<void>((resolve) => this.#port.close(() => resolve()));
    await Promise.race([closed, this.#clock.sleep(CLOSE_LIMIT_MS, over.signal).catch(() => undefined)]);
    over.abort();
    this.#port.removeAllListeners('data');
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new SerialError({ kind: 'gone', device: this.info.device });
  }

  #emitChunk(chunk: Uint8Array): void {
    if (this.#isOpen) this.#chunks.emit(new Uint8Array(chunk));
  }
}

/** Waits for the library's callback; its error becomes a SerialError. */
function promisifyPortCall(
  { device }: SerialPortInfo,
  call: (done: (error: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(toSerialError(error, device));
      else resolve();
    });
  });
}

function toSerialError(error: Error, device: string): SerialError {
  return new SerialError({
    kind: classifySerialError(error),
    device,
    message: `${device}: ${error.message}`,
    cause: error,
  });
}
