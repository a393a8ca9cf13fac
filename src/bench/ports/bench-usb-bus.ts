// The virtual bench as a USB host: the ports' connections behind the contract of equipment/usb.
import { concatBytes, toHex } from '../../base/bytes.ts';
import {
  type ControlSetup,
  type PortPath,
  type UsbBus,
  type UsbBusEvent,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../../equipment/usb.ts';
import type { ControlOutcome } from '../board/virtual-board.ts';
import type { BenchConnection, BenchPort } from './bench-port.ts';

const NO_DATA = new Uint8Array(0);
const IN = 0x80;
const SET_INTERFACE: ControlSetup = { requestType: 0x01, request: 11, value: 0, index: 0 };
const STANDARD_TIMEOUT_MS = 1000;

/** What a host makes of an outcome; undefined is success. */
const ERROR_KIND_BY_REPLY: Readonly<Record<ControlOutcome['reply'], UsbErrorKind | undefined>> = {
  ok: undefined,
  stall: 'stalled',
  gone: 'gone',
  hang: 'silent',
  nak: 'silent',
  fault: 'silent',
  babble: 'babble',
};

/** The bus over the ports; `listeners` is where the ports' events go. */
export function createBenchUsbBus(
  ports: ReadonlyMap<PortPath, BenchPort>,
  listeners: Set<(event: UsbBusEvent) => void>,
): UsbBus {
  const claims = new Map<string, BenchUsbDevice>();
  return {
    list: async () => [...ports.values()].flatMap(({ connection }) => (connection ? [connection.info] : [])),
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: async (info) => {
      const port = ports.get(info.portPath);
      const connection = port?.connection;
      if (!port || connection?.info.connectionId !== info.connectionId) {
        throw new UsbError({ kind: 'gone', portPath: info.portPath, request: 'open' });
      }
      return new BenchUsbDevice(port, connection, claims);
    },
    close: async () => listeners.clear(),
  };
}

class BenchUsbDevice implements UsbDevice {
  readonly info: UsbDeviceInfo;
  readonly #port: BenchPort;
  readonly #connection: BenchConnection;
  readonly #claims: Map<string, BenchUsbDevice>;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(port: BenchPort, connection: BenchConnection, claims: Map<string, BenchUsbDevice>) {
    this.info = connection.info;
    this.#port = port;
    this.#connection = connection;
    this.#claims = claims;
  }

  controlIn(setup: ControlSetup, lengthBytes: number, { timeoutMs }: { timeoutMs: number }): Promise<Uint8Array> {
    return this.#queueTransfer(() => this.#performTransfer(setup, lengthBytes, NO_DATA, timeoutMs));
  }

  async controlOut(setup: ControlSetup, data: Uint8Array, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    await this.#queueTransfer(() => this.#performTransfer(setup, data.length, data, timeoutMs));
  }

  async claim(interfaceNumber: number): Promise<void> {
    const request = `claim of interface ${interfaceNumber}`;
    if (this.#port.connection !== this.#connection) throw this.#createError('gone', request, 0);
    const holder = this.#claims.get(this.info.connectionId);
    if (holder && holder !== this) throw this.#createError('busy', request, 0);
    this.#claims.set(this.info.connectionId, this);
  }

  async selectAlternate(interfaceNumber: number, alternate: number): Promise<void> {
    const setup = { ...SET_INTERFACE, value: alternate, index: interfaceNumber };
    await this.controlOut(setup, NO_DATA, { timeoutMs: STANDARD_TIMEOUT_MS });
  }

  async reset(): Promise<void> {
    await this.#queueTransfer(async () => {
      if (this.#closed || this.#port.connection !== this.#connection) throw this.#createError('gone', 'reset', 0);
      this.#port.resetBus();
      return NO_DATA;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#claims.get(this.info.connectionId) === this) this.#claims.delete(this.info.connectionId);
  }

  #queueTransfer(transfer: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const turn = this.#last.then(transfer);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #performTransfer(
    setup: ControlSetup,
    length: number,
    data: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array> {
    const packet = buildSetupPacket(setup, length);
    const request = toHex(packet);
    const startMs = this.#port.clock.readMonotonicMs();
    const fail = (kind: UsbErrorKind): UsbError =>
      this.#createError(kind, request, this.#port.clock.readMonotonicMs() - startMs);
    const pass = (ms: number): Promise<void> =>
      this.#port.waitForWireTime(ms, this.#connection.left).catch(() => {
        throw fail('gone');
      });
    if (this.#closed || this.#port.connection !== this.#connection) throw fail('gone');
    const occupiedMs = this.#port.computeOccupiedMs();
    if (occupiedMs > 0) await pass(Math.min(occupiedMs, timeoutMs));
    if (occupiedMs >= timeoutMs) throw fail('silent');
    const outcome = this.#port.performControlTransfer(packet, data);
    const error = ERROR_KIND_BY_REPLY[outcome.reply];
    const neededMs = this.#port.computeWireTimeMs(data.length + outcome.data.length) + outcome.busyMs;
    const leftMs = timeoutMs - occupiedMs;
    if (neededMs > leftMs) this.#port.occupy(neededMs);
    const isLate = error === 'silent' || neededMs > leftMs;
    await pass(isLate ? leftMs : neededMs);
    if (isLate) throw fail('silent');
    if (error) throw fail(error);
    return (setup.requestType & IN) !== 0 ? outcome.data.slice() : NO_DATA;
  }

  #createError(kind: UsbErrorKind, request: string, afterMs: number): UsbError {
    return new UsbError({ kind, portPath: this.info.portPath, request, afterMs });
  }
}

function buildSetupPacket(setup: ControlSetup, length: number): Uint8Array {
  const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
  return concatBytes(Uint8Array.of(setup.requestType, setup.request), u16(setup.value), u16(setup.index), u16(length));
}
