// The contract of a USB host: what is plugged in where, and control transfers to it. Bodies: equipment/drivers/node-usb, bench.

/** A port's place in the tree as Linux names it: bus, then the chain of hub ports ("1-4.3"). Stable over re-plugs. */
export type PortPath = string;

/** A device as it enumerated; copied once, never read from the device again. Strings are the device's own: untrusted. */
export interface UsbDeviceInfo {
  readonly portPath: PortPath;
  /** Unique per enumeration: a device that left and came back has another. */
  readonly connectionId: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serialNumber?: string;
  readonly speed: 'low' | 'full' | 'high' | 'super' | 'unknown';
}

export type UsbBusEvent =
  | { readonly type: 'attached'; readonly device: UsbDeviceInfo }
  | { readonly type: 'detached'; readonly portPath: PortPath; readonly connectionId: string };

/** The eight bytes of a SETUP packet but wLength, as fields (USB 2.0 §9.3). */
export interface ControlSetup {
  /** bmRequestType: direction, type and recipient in one byte. */
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export interface TransferOptions {
  /** After this the transfer ends as `silent`. */
  readonly timeoutMs: number;
}

/** An opened device. Transfers of one device are run one after another, in the order asked. */
export interface UsbDevice {
  readonly info: UsbDeviceInfo;
  /** At most `lengthBytes`; fewer when the device sends fewer. Throws UsbError. */
  controlIn(setup: ControlSetup, lengthBytes: number, options: TransferOptions): Promise<Uint8Array>;
  /** Resolves when the status stage is done. Empty data is a transfer without data stage. Throws UsbError. */
  controlOut(setup: ControlSetup, data: Uint8Array, options: TransferOptions): Promise<void>;
  /** Claims the interface and detaches a kernel driver that holds it. Throws UsbError `busy` when another program has it. */
  claim(interfaceNumber: number): Promise<void>;
  /** SET_INTERFACE; always sent, also for alternate 0 (bootloaders keep the old one over a reset). */
  selectAlternate(interfaceNumber: number, alternate: number): Promise<void>;
  /**
   * Resets the port's device (USB 2.0 §7.1.7.5). It forgets its address and may come back as another device, so this one can
   * only be closed afterwards. Throws UsbError `gone` when it is not there.
   */
  reset(): Promise<void>;
  /** Releases everything once the running transfer is over or its time is; never throws, also when the device is gone. */
  close(): Promise<void>;
}

/** The host's view of its buses. */
export interface UsbBus {
  /** Devices present now, hubs left out. */
  list(): Promise<readonly UsbDeviceInfo[]>;
  /** Calls back for each arrival and departure from now on; the returned function ends it. */
  watch(listener: (event: UsbBusEvent) => void): () => void;
  /** Opens the device of that very enumeration. Throws UsbError `gone` when it is no longer there. */
  open(device: UsbDeviceInfo): Promise<UsbDevice>;
  /** Ends all watching and lets the process exit. */
  close(): Promise<void>;
}

/**
 * `stalled`: refused by the device; `gone`: not on the bus; `silent`: no answer in time; `busy`: held by another program;
 * `no-access`: permission; `babble`: more data than asked for.
 */
export const usbErrorKinds = ['stalled', 'gone', 'silent', 'busy', 'no-access', 'babble', 'unknown'] as const;

export type UsbErrorKind = (typeof usbErrorKinds)[number];

/** A transfer or an opening that failed. `request` names it as `GETSTATUS` or as the setup bytes; `afterMs` is how long it took. */
export class UsbError extends Error {
  readonly kind: UsbErrorKind;
  readonly portPath: PortPath;
  readonly request: string;
  readonly afterMs: number;

  constructor(fields: {
    kind: UsbErrorKind;
    portPath: PortPath;
    request: string;
    afterMs?: number;
    message?: string;
    cause?: unknown;
  }) {
    super(
      fields.message ?? `${fields.request} at port ${fields.portPath}: ${fields.kind}`,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.name = 'UsbError';
    this.kind = fields.kind;
    this.portPath = fields.portPath;
    this.request = fields.request;
    this.afterMs = fields.afterMs ?? 0;
  }
}

/** True for a USB error of one of the given kinds, or of any kind when none is given. */
export function isUsbError(error: unknown, ...kinds: readonly UsbErrorKind[]): error is UsbError {
  return error instanceof UsbError && (kinds.length === 0 || kinds.includes(error.kind));
}
