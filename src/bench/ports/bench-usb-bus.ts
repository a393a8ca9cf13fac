// The virtual bench as a USB host: the ports' connections behind the contract of equipment/usb.
import { concat, toHex } from '../../base/bytes.ts';
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
import type { BenchPort, Connection } from './bench-port.ts';

const NO_DATA = new Uint8Array(0);
const IN = 0x80;
const SET_INTERFACE: ControlSetup = { requestType: 0x01, request: 11, value: 0, index: 0 };
const STANDARD_TIMEOUT_MS = 1000;

/** What a host makes of an outcome; undefined is success. */
const ERROR_OF: Readonly<Record<ControlOutcome['reply'], UsbErrorKind | undefined>> = {
  ok: undefined,
  stall: 'stalled',
  gone: 'gone',
  hang: 'silent',
  nak: 'silent',
  fault: 'silent',
  babble: 'babble',
};

/** The bus over the ports; `listeners` is where the ports' events go. */
export function benchUsbBus(
  ports: ReadonlyMap<PortPath, BenchPort>,
  listeners: Set<(event: UsbBusEvent) => void>,
): UsbBus {
  const claims = new Map<string, BenchDevice>();
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
      return new BenchDevice(port, connection, claims);
    },
    close: async () => listeners.clear(),
  };
}

class BenchDevice implements UsbDevice {
  readonly info: UsbDeviceInfo;
  readonly #port: BenchPort;
  readonly #connection: Connection;
  readonly #claims: Map<string, BenchDevice>;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(port: BenchPort, connection: Connection, claims: Map<string, BenchDevice>) {
    this.info = connection.info;
    this.#port = port;
    this.#connection = connection;
    this.#claims = claims;
  }

  controlIn(setup: ControlSetup, lengthBytes: number, { timeoutMs }: { timeoutMs: number }): Promise<Uint8Array> {
    return this.#inTurn(() => this.#transfer(setup, lengthBytes, NO_DATA, timeoutMs));
  }

  async controlOut(setup: ControlSetup, data: Uint8Array, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    await this.#inTurn(() => this.#transfer(setup, data.length, data, timeoutMs));
  }

  async claim(interfaceNumber: number): Promise<void> {
    const request = `claim of interface ${interfaceNumber}`;
    if (this.#port.connection !== this.#connection) throw this.#error('gone', request, 0);
    const holder = this.#claims.get(this.info.connectionId);
    if (holder && holder !== this) throw this.#error('busy', request, 0);
    this.#claims.set(this.info.connectionId, this);
  }

  async selectAlternate(interfaceNumber: number, alternate: number): Promise<void> {
    const setup = { ...SET_INTERFACE, value: alternate, index: interfaceNumber };
    await this.controlOut(setup, NO_DATA, { timeoutMs: STANDARD_TIMEOUT_MS });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#claims.get(this.info.connectionId) === this) this.#claims.delete(this.info.connectionId);
  }

  #inTurn(transfer: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const turn = this.#last.then(transfer);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #transfer(setup: ControlSetup, length: number, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const packet = setupBytes(setup, length);
    const request = toHex(packet);
    const startMs = this.#port.clock.monotonicMs();
    const fail = (kind: UsbErrorKind): UsbError => this.#error(kind, request, this.#port.clock.monotonicMs() - startMs);
    const pass = (ms: number): Promise<void> =>
      this.#port.spend(ms, this.#connection.left).catch(() => {
        throw fail('gone');
      });
    if (this.#closed || this.#port.connection !== this.#connection) throw fail('gone');
    const occupiedMs = this.#port.occupiedMs();
    if (occupiedMs > 0) await pass(Math.min(occupiedMs, timeoutMs));
    if (occupiedMs >= timeoutMs) throw fail('silent');
    const outcome = this.#port.transfer(packet, data);
    const error = ERROR_OF[outcome.reply];
    const neededMs = this.#port.wireMs(data.length + outcome.data.length) + outcome.busyMs;
    const leftMs = timeoutMs - occupiedMs;
    if (neededMs > leftMs) this.#port.occupy(neededMs);
    const isLate = error === 'silent' || neededMs > leftMs;
    await pass(isLate ? leftMs : neededMs);
    if (isLate) throw fail('silent');
    if (error) throw fail(error);
    return (setup.requestType & IN) !== 0 ? outcome.data.slice() : NO_DATA;
  }

  #error(kind: UsbErrorKind, request: string, afterMs: number): UsbError {
    return new UsbError({ kind, portPath: this.info.portPath, request, afterMs });
  }
}

function setupBytes(setup: ControlSetup, length: number): Uint8Array {
  const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
  return concat(Uint8Array.of(setup.requestType, setup.request), u16(setup.value), u16(setup.index), u16(length));
}
