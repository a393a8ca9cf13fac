// The contract of serial ports, found by the USB port they hang on. Bodies: equipment/drivers/node-serialport, bench.
import type { PortPath } from './usb.ts';

export interface SerialPortInfo {
  readonly portPath: PortPath;
  /** The system's name, for people: /dev/ttyACM0. */
  readonly device: string;
}

/** An open port. */
export interface SerialConnection {
  readonly info: SerialPortInfo;
  /** Calls back with every chunk as it arrives, in order, from the moment of opening; the returned function ends it. */
  onData(listener: (chunk: Uint8Array) => void): () => void;
  /** Resolves when the bytes are handed to the system. Throws SerialError. */
  write(bytes: Uint8Array): Promise<void>;
  /** SET_LINE_CODING; 14400 asks a Particle device for DFU mode, 28800 for listening mode. */
  setBaudRate(baud: number): Promise<void>;
  /** Resolves with true once the port vanished by itself, with false once it was closed by us. */
  readonly vanished: Promise<boolean>;
  /** Bounded; never throws. */
  close(): Promise<void>;
}

export interface SerialPorts {
  /** The port at that place in the USB tree, if there is one now. */
  find(portPath: PortPath): Promise<SerialPortInfo | undefined>;
  list(): Promise<readonly SerialPortInfo[]>;
  /** Opens exclusively. Throws SerialError. */
  open(port: SerialPortInfo, options: { readonly baud: number }): Promise<SerialConnection>;
}

export type SerialErrorKind = 'gone' | 'busy' | 'no-access' | 'unknown';

export class SerialError extends Error {
  readonly kind: SerialErrorKind;
  readonly device: string;

  constructor(fields: { kind: SerialErrorKind; device: string; message?: string; cause?: unknown }) {
    super(
      fields.message ?? `${fields.device}: ${fields.kind}`,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    this.name = 'SerialError';
    this.kind = fields.kind;
    this.device = fields.device;
  }
}

/** True for a serial error of one of the given kinds, or of any kind when none is given. */
export function isSerialError(error: unknown, ...kinds: readonly SerialErrorKind[]): error is SerialError {
  return error instanceof SerialError && (kinds.length === 0 || kinds.includes(error.kind));
}
