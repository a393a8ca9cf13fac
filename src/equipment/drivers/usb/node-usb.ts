// Real USB by the npm package `usb` 3.x behind the contract: its traps end in this file and the three it uses.
import { usb as webUsb } from 'usb';
import { toHex } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import {
  type ControlSetup,
  isUsbError,
  type TransferOptions,
  type UsbBus,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../../usb.ts';
import { openWithPermissionRetry } from './open-with-permission-retry.ts';
import { createUsbDeviceReader, findInterfaceDriver, hasSysfsUsb, parseDeviceNumber } from './sysfs-usb.ts';
import { classifyUsbError } from './usb-error-patterns.ts';
import { UsbWatch, type WakeUp } from './usb-watch.ts';

/** The third argument exists at run time and not in the types of usb 3.1.0; without it every transfer ends after 1 s. */
interface NativeDevice {
  readonly bus: string;
  readonly ports: readonly number[];
  readonly address: number;
  open(): Promise<void>;
  close(): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  detachKernelDriver(interfaceNumber: number): Promise<void>;
  selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void>;
  reset(): Promise<void>;
  controlTransferIn(
    setup: USBControlTransferParameters,
    lengthBytes: number,
    timeoutMs: number,
  ): Promise<{ readonly data?: DataView }>;
  controlTransferOut(
    setup: USBControlTransferParameters,
    data: Uint8Array<ArrayBuffer>,
    timeoutMs: number,
  ): Promise<unknown>;
}

/** A cable that is pulled in a transfer breaks a packet first; its hub tells of the departure within this time. */
const DEPARTURE_NOTICE_MS = 400;
const LOOK_EVERY_MS = 40;
/** A native close waits for nothing that we did not wait for already. */
const CLOSE_LIMIT_MS = 1000;
/** A program in a claimed interface's driver link: not ours to detach. */
const HELD_BY_A_PROGRAM = 'usbfs';

/** The machine's own buses. On a machine without USB the list is empty and nothing is ever told. */
export function createNodeUsbBus(clock: Clock): UsbBus {
  const look = createUsbDeviceReader();
  const watch = new UsbWatch({ look, clock, wakeUp: wakeOnUsbChange });
  const ground: NodeUsbDeps = { clock, look, takeNative: createNativeDeviceTaker() };
  return {
    list: async () => look(),
    watch: (listener) => watch.add(listener),
    open: (info) => openDevice(info, ground),
    close: async () => watch.close(),
  };
}

/** A listener on a machine without /sys/bus/usb would end the process by an unhandled rejection. */
const wakeOnUsbChange: WakeUp = (onChange) => {
  if (!hasSysfsUsb()) return () => undefined;
  webUsb.addEventListener('connect', onChange);
  webUsb.addEventListener('disconnect', onChange);
  return () => {
    webUsb.removeEventListener('connect', onChange);
    webUsb.removeEventListener('disconnect', onChange);
  };
};

/** What the devices of one bus share. */
interface NodeUsbDeps {
  readonly clock: Clock;
  readonly look: () => readonly UsbDeviceInfo[];
  readonly takeNative: (info: UsbDeviceInfo) => Promise<NativeDevice | undefined>;
}

function openDevice(info: UsbDeviceInfo, ground: NodeUsbDeps): Promise<UsbDevice> {
  const { clock } = ground;
  const startMs = clock.readMonotonicMs();
  const open = async (): Promise<UsbDevice> => {
    try {
      const native = await ground.takeNative(info);
      if (!native) throw new UsbError({ kind: 'gone', portPath: info.portPath, request: 'open' });
      await native.open();
      return new NodeUsbDevice(info, native, ground);
    } catch (error) {
      throw toUsbError(error, info, 'open', clock.readMonotonicMs() - startMs);
    }
  };
  return openWithPermissionRetry(clock, open, (error) => isUsbError(error, 'no-access'));
}

/**
 * Finds the native object of that very enumeration: the same place and the same number from the kernel. Openers that come
 * while a listing is under way share it, and each object is given out once; who is not in a shared one asks for their own.
 */
function createNativeDeviceTaker(): NodeUsbDeps['takeNative'] {
  let shared: Promise<NativeDevice[]> | undefined;
  const list = (): Promise<NativeDevice[]> => {
    const listing = (webUsb.getDevices() as unknown as Promise<NativeDevice[]>).finally(() => {
      if (shared === listing) shared = undefined;
    });
    shared = listing;
    return listing;
  };
  return async (info) => {
    if (!hasSysfsUsb()) return undefined;
    const joined = shared && takeNativeDevice(await shared, info);
    return joined ?? takeNativeDevice(await list(), info);
  };
}

function takeNativeDevice(devices: NativeDevice[], info: UsbDeviceInfo): NativeDevice | undefined {
  const at = devices.findIndex(
    ({ bus, ports, address }) =>
      `${Number(bus)}-${ports.join('.')}` === info.portPath && address === parseDeviceNumber(info),
  );
  return at < 0 ? undefined : devices.splice(at, 1)[0];
}

/**
 * One lock per device: the native object may not be touched while one of its calls is pending ("cannot be borrowed"), so
 * every call waits for the one before, and closing waits for all.
 */
class NodeUsbDevice implements UsbDevice {
  readonly info: UsbDeviceInfo;
  readonly #native: NativeDevice;
  readonly #clock: Clock;
  readonly #look: NodeUsbDeps['look'];
  readonly #claimed = new Set<number>();
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(info: UsbDeviceInfo, native: NativeDevice, { clock, look }: NodeUsbDeps) {
    this.info = info;
    this.#native = native;
    this.#clock = clock;
    this.#look = look;
  }

  controlIn(setup: ControlSetup, lengthBytes: number, { timeoutMs }: TransferOptions): Promise<Uint8Array> {
    return this.#runInTurn(formatSetupPacket(setup, lengthBytes), async () => {
      const { data } = await this.#native.controlTransferIn(toWebUsbSetup(setup), lengthBytes, timeoutMs);
      return data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
    });
  }

  controlOut(setup: ControlSetup, data: Uint8Array, { timeoutMs }: TransferOptions): Promise<void> {
    return this.#runInTurn(formatSetupPacket(setup, data.length), async () => {
      await this.#native.controlTransferOut(toWebUsbSetup(setup), new Uint8Array(data), timeoutMs);
    });
  }

  claim(interfaceNumber: number): Promise<void> {
    return this.#runInTurn(`claim of interface ${interfaceNumber}`, async () => {
      const driver = findInterfaceDriver(this.info.portPath, interfaceNumber);
      if (driver !== undefined && driver !== HELD_BY_A_PROGRAM) await this.#native.detachKernelDriver(interfaceNumber);
      await this.#native.claimInterface(interfaceNumber);
      this.#claimed.add(interfaceNumber);
    });
  }

  selectAlternate(interfaceNumber: number, alternate: number): Promise<void> {
    return this.#runInTurn(`SET_INTERFACE ${alternate}`, () =>
      this.#native.selectAlternateInterface(interfaceNumber, alternate),
    );
  }

  reset(): Promise<void> {
    return this.#runInTurn('reset', () => this.#native.reset());
  }

  close(): Promise<void> {
    this.#closing ??= this.#last.then(() => this.#closeNative());
    return this.#closing;
  }

  /** Claims outlive a native close, so each is released by itself. */
  async #closeNative(): Promise<void> {
    const over = new AbortController();
    const closed = this.#releaseAll().catch(() => undefined);
    await Promise.race([closed, this.#clock.sleep(CLOSE_LIMIT_MS, over.signal).catch(() => undefined)]);
    over.abort();
  }

  async #releaseAll(): Promise<void> {
    for (const interfaceNumber of this.#claimed)
      await this.#native.releaseInterface(interfaceNumber).catch(() => undefined);
    await this.#native.close();
  }

  #runInTurn<Result>(request: string, run: () => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(this.#createError('gone', request));
    const turn = this.#last.then(async () => {
      const startMs = this.#clock.readMonotonicMs();
      try {
        return await run();
      } catch (error) {
        const known = toUsbError(error, this.info, request, this.#clock.readMonotonicMs() - startMs);
        throw known.kind === 'babble' && (await this.#hasLeft()) ? this.#createError('gone', request, known) : known;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** True once this enumeration is no longer listed; false when it still is after the hub had time to notice. */
  async #hasLeft(): Promise<boolean> {
    const latestMs = this.#clock.readMonotonicMs() + DEPARTURE_NOTICE_MS;
    for (;;) {
      if (!this.#look().some(({ connectionId }) => connectionId === this.info.connectionId)) return true;
      if (this.#clock.readMonotonicMs() >= latestMs) return false;
      await this.#clock.sleep(LOOK_EVERY_MS);
    }
  }

  #createError(kind: UsbErrorKind, request: string, cause?: UsbError): UsbError {
    const { portPath } = this.info;
    return new UsbError({ kind, portPath, request, ...(cause && { afterMs: cause.afterMs, cause }) });
  }
}

function toUsbError(error: unknown, { portPath }: UsbDeviceInfo, request: string, afterMs: number): UsbError {
  if (error instanceof UsbError) return error;
  return new UsbError({ kind: classifyUsbError(error), portPath, request, afterMs, cause: error });
}

const REQUEST_TYPES = ['standard', 'class', 'vendor'] as const;
const RECIPIENTS = ['device', 'interface', 'endpoint', 'other'] as const;

/** bmRequestType taken apart, as WebUSB wants it (USB 2.0 §9.3). */
function toWebUsbSetup({ requestType, request, value, index }: ControlSetup): USBControlTransferParameters {
  return {
    requestType: REQUEST_TYPES[(requestType >> 5) & 3] ?? 'vendor',
    recipient: RECIPIENTS[requestType & 0x1f] ?? 'other',
    request,
    value,
    index,
  };
}

/** The setup packet as hex. */
function formatSetupPacket({ requestType, request, value, index }: ControlSetup, lengthBytes: number): string {
  const packet = Uint8Array.of(
    requestType,
    request,
    ...encodeUint16(value),
    ...encodeUint16(index),
    ...encodeUint16(lengthBytes),
  );
  return toHex(packet);
}

function encodeUint16(value: number): readonly [number, number] {
  return [value & 0xff, (value >> 8) & 0xff];
}
