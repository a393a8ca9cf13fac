// A USB host without a kernel: enumerates and drives the boards of another process over USB/IP, behind the contract of a bus.
import { connect, type Socket } from 'node:net';
import { concat, viewOf } from '../../../src/base/bytes.ts';
import {
  type ControlSetup,
  type PortPath,
  type TransferOptions,
  type UsbBus,
  type UsbBusEvent,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../../../src/equipment/usb.ts';

const HEADER_BYTES = 48;
const IMPORT_ANSWER_BYTES = 320;
const IN = 0x80;
const NO_DATA = new Uint8Array(0);
const STANDARD_LIMIT_MS = 5_000;
/** A board takes a moment from being plugged in to being offered. */
const MAX_IMPORTS = 200;
const IMPORT_AGAIN_MS = 20;

const ERROR_OF: Readonly<Record<number, UsbErrorKind>> = { [-32]: 'stalled', [-75]: 'babble' };

/** The bus with the boards of the server at that TCP port of this machine; resolves when all ports have enumerated. */
export async function usbipHost(tcpPort: number, ports: readonly PortPath[]): Promise<UsbBus> {
  const listeners = new Set<(event: UsbBusEvent) => void>();
  const devices = new Map<string, ImportedDevice>();
  const left = ({ info: { portPath, connectionId } }: ImportedDevice): void => {
    if (!devices.delete(connectionId)) return;
    for (const listener of listeners) listener({ type: 'detached', portPath, connectionId });
  };
  for (const device of await Promise.all(ports.map((port) => importDevice(tcpPort, port)))) {
    devices.set(device.info.connectionId, device);
    device.onLeft(() => left(device));
  }
  return {
    list: async () => [...devices.values()].map(({ info }) => info),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: async ({ connectionId, portPath }) => {
      const device = devices.get(connectionId);
      if (device) return device;
      throw new UsbError({ kind: 'gone', portPath, request: 'open' });
    },
    close: async () => {
      listeners.clear();
      for (const device of devices.values()) device.end();
    },
  };
}

async function importDevice(tcpPort: number, portPath: PortPath): Promise<ImportedDevice> {
  for (let attempt = 1; attempt <= MAX_IMPORTS; attempt += 1) {
    const socket = await imported(tcpPort, portPath);
    if (socket) return ImportedDevice.enumerate(socket, portPath);
    await new Promise((resolve) => setTimeout(resolve, IMPORT_AGAIN_MS));
  }
  throw new Error(`nothing was offered at port ${portPath}`);
}

/** A connection that carries the transfers of the device at the port; undefined while none is offered there. */
async function imported(tcpPort: number, portPath: PortPath): Promise<Socket | undefined> {
  const request = new Uint8Array(40);
  viewOf(request).setUint32(0, 0x0111_8003);
  request.set(new TextEncoder().encode(portPath), 8);
  const socket = connect(tcpPort, '127.0.0.1').setNoDelay(true);
  socket.write(request);
  const answer = await new Promise<Uint8Array>((resolve, reject) => {
    let received: Uint8Array = NO_DATA;
    const hear = (chunk: Uint8Array): void => {
      received = concat(received, chunk);
      if (received.length === IMPORT_ANSWER_BYTES || viewOf(received).getUint32(4) !== 0) {
        socket.off('data', hear);
        resolve(received);
      }
    };
    socket.on('data', hear).once('error', reject);
  });
  if (viewOf(answer).getUint32(4) === 0) return socket;
  socket.destroy();
  return undefined;
}

interface Pending {
  readonly isIn: boolean;
  readonly resolve: (data: Uint8Array) => void;
  readonly fail: (kind: UsbErrorKind) => void;
}

class ImportedDevice implements UsbDevice {
  info: UsbDeviceInfo;
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #sequence = 0;
  #received: Uint8Array = NO_DATA;

  private constructor(socket: Socket, portPath: PortPath) {
    this.#socket = socket;
    const nothing = { vendorId: 0, productId: 0, bcdDevice: 0, speed: 'full' } as const;
    this.info = { portPath, connectionId: `${portPath}#${socket.localPort}`, ...nothing };
    socket.on('data', (chunk: Uint8Array) => this.#hear(chunk)).on('error', () => undefined);
    this.onLeft(() => {
      for (const { fail } of this.#pending.values()) fail('gone');
    });
  }

  /** As a kernel does it: descriptors, strings, configuration. */
  static async enumerate(socket: Socket, portPath: PortPath): Promise<ImportedDevice> {
    const device = new ImportedDevice(socket, portPath);
    const options = { timeoutMs: STANDARD_LIMIT_MS };
    const read = (value: number, index: number, lengthBytes: number): Promise<Uint8Array> =>
      device.controlIn({ requestType: 0x80, request: 6, value, index }, lengthBytes, options);
    const descriptor = viewOf(await read(0x0100, 0, 18));
    const text = async (at: number): Promise<string> => {
      const bytes = await read(0x0300 | descriptor.getUint8(at), 0x0409, 255);
      return new TextDecoder('utf-16le').decode(bytes.subarray(2));
    };
    device.info = {
      ...device.info,
      vendorId: descriptor.getUint16(8, true),
      productId: descriptor.getUint16(10, true),
      bcdDevice: descriptor.getUint16(12, true),
      manufacturer: await text(14),
      product: await text(15),
      serialNumber: await text(16),
    };
    await device.controlOut({ requestType: 0, request: 9, value: 1, index: 0 }, NO_DATA, options);
    return device;
  }

  controlIn(setup: ControlSetup, lengthBytes: number, options: TransferOptions): Promise<Uint8Array> {
    return this.#submit(setup, { lengthBytes, data: NO_DATA }, options);
  }

  async controlOut(setup: ControlSetup, data: Uint8Array, options: TransferOptions): Promise<void> {
    await this.#submit(setup, { lengthBytes: data.length, data }, options);
  }

  async claim(): Promise<void> {}

  async selectAlternate(interfaceNumber: number, alternate: number): Promise<void> {
    const setup = { requestType: 1, request: 11, value: alternate, index: interfaceNumber };
    await this.controlOut(setup, NO_DATA, { timeoutMs: STANDARD_LIMIT_MS });
  }

  /** The next opener gets the same connection. */
  async close(): Promise<void> {}

  onLeft(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  end(): void {
    this.#socket.destroy();
  }

  #submit(
    { requestType, request, value, index }: ControlSetup,
    { lengthBytes, data }: { readonly lengthBytes: number; readonly data: Uint8Array },
    { timeoutMs }: TransferOptions,
  ): Promise<Uint8Array> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const header = new Uint8Array(HEADER_BYTES);
    const view = viewOf(header);
    view.setUint32(0, 1);
    view.setUint32(4, sequence);
    view.setUint32(12, (requestType & IN) === 0 ? 0 : 1);
    view.setUint32(24, lengthBytes);
    header.set([requestType, request, value & 0xff, value >> 8, index & 0xff, index >> 8], 40);
    header.set([lengthBytes & 0xff, lengthBytes >> 8], 46);
    return new Promise((resolve, reject) => {
      const { portPath } = this.info;
      const startMs = performance.now();
      // Boards that are measured answer everything: one that does not is taken off.
      const timer = setTimeout(() => this.end(), timeoutMs);
      this.#pending.set(sequence, {
        isIn: (requestType & IN) !== 0,
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        fail: (kind) => {
          clearTimeout(timer);
          reject(new UsbError({ kind, portPath, request: `${request}`, afterMs: performance.now() - startMs }));
        },
      });
      this.#socket.write(concat(header, data));
    });
  }

  #hear(chunk: Uint8Array): void {
    let bytes = this.#received.length === 0 ? chunk : concat(this.#received, chunk);
    while (bytes.length >= HEADER_BYTES) {
      // 4 sequence, 20 status, 24 actual length, 48 the data of an IN transfer
      const view = viewOf(bytes);
      const sequence = view.getUint32(4);
      const pending = this.#pending.get(sequence)!;
      const end = HEADER_BYTES + (pending.isIn ? view.getUint32(24) : 0);
      if (bytes.length < end) break;
      this.#pending.delete(sequence);
      const status = view.getInt32(20);
      if (status === 0) pending.resolve(bytes.slice(HEADER_BYTES, end));
      else pending.fail(ERROR_OF[status] ?? 'unknown');
      bytes = bytes.subarray(end);
    }
    this.#received = bytes.slice();
  }
}
