// A USB host without a kernel: enumerates and drives the boards of another process over USB/IP, behind the contract of a bus.
import { once } from 'node:events';
import { connect } from 'node:net';
import { toDataView } from '../../../src/base/bytes.ts';
import {
  type ControlSetup,
  type PortPath,
  type TransferOptions,
  type UsbBus,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../../../src/equipment/usb.ts';
import type { BoardsServed } from './boards.child.ts';
import { FramedSocket } from './framed-socket.ts';

const HEADER_BYTES = 48;
const IN = 0x80;
const NO_DATA = new Uint8Array(0);
const STANDARD_LIMIT_MS = 5_000;

const ERROR_OF: Readonly<Record<number, UsbErrorKind>> = { [-32]: 'stalled', [-75]: 'babble' };

/** The bus with the boards of that process; resolves when all of them have enumerated. */
export async function usbipHost({ ports, socket: path }: BoardsServed): Promise<UsbBus> {
  const socket = connect(path);
  await once(socket, 'connect');
  const framed = new FramedSocket(socket, (board, packet) => devices[board]!.hear(packet));
  const devices = ports.map((portPath, board) => new ImportedDevice(portPath, (packet) => framed.send(board, packet)));
  for (const device of devices) await device.enumerate();
  return {
    list: async () => devices.map(({ info }) => info),
    watch: () => () => undefined,
    open: async ({ connectionId }) => devices.find(({ info }) => info.connectionId === connectionId)!,
    close: async () => framed.end(),
  };
}

interface Pending {
  readonly resolve: (data: Uint8Array) => void;
  readonly fail: (kind: UsbErrorKind) => void;
}

/** Stays where it is: boards that are measured neither leave nor fail. */
class ImportedDevice implements UsbDevice {
  info: UsbDeviceInfo;
  readonly #send: (packet: Uint8Array) => void;
  readonly #pending = new Map<number, Pending>();
  #sequence = 0;

  constructor(portPath: PortPath, send: (packet: Uint8Array) => void) {
    this.#send = send;
    const nothing = { vendorId: 0, productId: 0, bcdDevice: 0, speed: 'full' } as const;
    this.info = { portPath, connectionId: `${portPath}#1`, ...nothing };
  }

  /** As a kernel does it: descriptors, strings, configuration. */
  async enumerate(): Promise<void> {
    const options = { timeoutMs: STANDARD_LIMIT_MS };
    const read = (value: number, index: number, lengthBytes: number): Promise<Uint8Array> =>
      this.controlIn({ requestType: 0x80, request: 6, value, index }, lengthBytes, options);
    const descriptor = toDataView(await read(0x0100, 0, 18));
    const text = async (at: number): Promise<string> => {
      const bytes = await read(0x0300 | descriptor.getUint8(at), 0x0409, 255);
      return new TextDecoder('utf-16le').decode(bytes.subarray(2));
    };
    this.info = {
      ...this.info,
      vendorId: descriptor.getUint16(8, true),
      productId: descriptor.getUint16(10, true),
      bcdDevice: descriptor.getUint16(12, true),
      manufacturer: await text(14),
      product: await text(15),
      serialNumber: await text(16),
    };
    await this.controlOut({ requestType: 0, request: 9, value: 1, index: 0 }, NO_DATA, options);
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

  /** USB/IP carries no reset of a port. */
  async reset(): Promise<void> {
    throw new Error('USB/IP has no reset');
  }

  /** The next opener gets the same connection. */
  async close(): Promise<void> {}

  /** The answer to one transfer. */
  hear(packet: Uint8Array): void {
    // 4 sequence, 20 status, 48 the data of an IN transfer
    const view = toDataView(packet);
    const sequence = view.getUint32(4);
    const { resolve, fail } = this.#pending.get(sequence)!;
    this.#pending.delete(sequence);
    const status = view.getInt32(20);
    if (status === 0) resolve(packet.subarray(HEADER_BYTES));
    else fail(ERROR_OF[status] ?? 'unknown');
  }

  #submit(
    { requestType, request, value, index }: ControlSetup,
    { lengthBytes, data }: { readonly lengthBytes: number; readonly data: Uint8Array },
    { timeoutMs }: TransferOptions,
  ): Promise<Uint8Array> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const packet = new Uint8Array(HEADER_BYTES + data.length);
    const view = toDataView(packet);
    view.setUint32(0, 1);
    view.setUint32(4, sequence);
    view.setUint32(12, (requestType & IN) === 0 ? 0 : 1);
    view.setUint32(24, lengthBytes);
    packet.set([requestType, request, value & 0xff, value >> 8, index & 0xff, index >> 8], 40);
    packet.set([lengthBytes & 0xff, lengthBytes >> 8], 46);
    packet.set(data, HEADER_BYTES);
    return new Promise((resolve, reject) => {
      const { portPath } = this.info;
      const startMs = performance.now();
      const timer = setTimeout(() => this.#pending.get(sequence)?.fail('silent'), timeoutMs);
      this.#pending.set(sequence, {
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
        fail: (kind) => {
          clearTimeout(timer);
          reject(new UsbError({ kind, portPath, request: `${request}`, afterMs: performance.now() - startMs }));
        },
      });
      this.#send(packet);
    });
  }
}
