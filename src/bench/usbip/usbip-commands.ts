// USB/IP 1.1.1 as bytes: commands that a kernel sends for each transfer, and the answers. All numbers are big-endian.
import { concatBytes, toDataView } from '../../base/bytes.ts';

/** A kernel's command with its data stage (Documentation/usb/usbip_protocol.rst). */
export type UsbipCommand =
  | {
      readonly type: 'submit';
      readonly sequence: number;
      readonly direction: 'in' | 'out';
      readonly endpoint: number;
      /** Bytes asked for, or bytes sent. */
      readonly lengthBytes: number;
      /** Eight bytes; zeros for anything but endpoint 0. */
      readonly setup: Uint8Array;
      /** The data of an OUT transfer; empty for IN. */
      readonly data: Uint8Array;
    }
  | { readonly type: 'unlink'; readonly sequence: number; readonly unlinkSequence: number };

/** Linux error numbers as a kernel sees them in an answer. */
export const transferStatus = {
  ok: 0,
  /** -EPIPE */
  stalled: -32,
  /** -EOVERFLOW */
  babble: -75,
  /** -ECONNRESET, of a transfer that was taken back in time. */
  unlinked: -104,
} as const;

const CMD_SUBMIT = 1;
const CMD_UNLINK = 2;
const RET_SUBMIT = 3;
const RET_UNLINK = 4;
const HEADER_BYTES = 48;
/** More than any transfer of a full-speed device: a longer one is no USB/IP. */
const MAX_DATA_BYTES = 1 << 20;

/** How a command is read from the start of the bytes: with its length, or undefined while bytes are missing. Throws RangeError. */
export function decodeUsbipCommand(
  bytes: Uint8Array,
): { readonly command: UsbipCommand; readonly lengthBytes: number } | undefined {
  // 0 command, 4 sequence, 8 devid, 12 direction (1 is IN), 16 endpoint,
  // submit: 20 flags, 24 length, 28 start frame, 32 packets, 36 interval, 40 setup[8], 48 OUT data
  // unlink: 20 sequence to take back, 24 padding[24]
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = toDataView(bytes);
  const sequence = view.getUint32(4);
  const kind = view.getUint32(0);
  if (kind === CMD_UNLINK) {
    return {
      command: { type: 'unlink', sequence, unlinkSequence: view.getUint32(20) },
      lengthBytes: HEADER_BYTES,
    };
  }
  if (kind !== CMD_SUBMIT) throw new RangeError(`not a USB/IP command: ${kind}`);
  const direction = view.getUint32(12) === 1 ? 'in' : 'out';
  const lengthBytes = view.getInt32(24);
  if (lengthBytes < 0 || lengthBytes > MAX_DATA_BYTES) throw new RangeError(`a transfer of ${lengthBytes} bytes`);
  const end = HEADER_BYTES + (direction === 'out' ? lengthBytes : 0);
  if (bytes.length < end) return undefined;
  const setup = bytes.slice(40, HEADER_BYTES);
  const data = bytes.slice(HEADER_BYTES, end);
  const endpoint = view.getUint32(16);
  return {
    command: { type: 'submit', sequence, direction, endpoint, lengthBytes, setup, data },
    lengthBytes: end,
  };
}

/** The answer to a submit; `data` is what an IN transfer brought, `actualBytes` what an OUT transfer took. */
export function encodeSubmitAnswer(answer: {
  readonly sequence: number;
  readonly status: number;
  readonly actualBytes: number;
  readonly data: Uint8Array;
}): Uint8Array {
  // 0 command, 4 sequence, 8 zeros[12], 20 status, 24 actual length, 28 start frame, 32 packets, 36 errors, 40 zeros[8], 48 data
  const header = new Uint8Array(HEADER_BYTES);
  const view = toDataView(header);
  view.setUint32(0, RET_SUBMIT);
  view.setUint32(4, answer.sequence);
  view.setInt32(20, answer.status);
  view.setInt32(24, answer.actualBytes);
  return concatBytes(header, answer.data);
}

/** The answer to an unlink. */
export function encodeUnlinkAnswer(sequence: number, status: number): Uint8Array {
  // 0 command, 4 sequence, 8 zeros[12], 20 status, 24 zeros[24]
  const header = new Uint8Array(HEADER_BYTES);
  const view = toDataView(header);
  view.setUint32(0, RET_UNLINK);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  return header;
}

/** Bytes that arrive in any pieces, taken apart into commands. */
export class UsbipCommandReader {
  #rest: Uint8Array = new Uint8Array(0);

  /** The commands that are complete now, in order. Throws RangeError on bytes that are no USB/IP. */
  push(chunk: Uint8Array): readonly UsbipCommand[] {
    let bytes = this.#rest.length === 0 ? chunk : concatBytes(this.#rest, chunk);
    const commands: UsbipCommand[] = [];
    for (let next = decodeUsbipCommand(bytes); next; next = decodeUsbipCommand(bytes)) {
      commands.push(next.command);
      bytes = bytes.subarray(next.lengthBytes);
    }
    this.#rest = bytes.slice();
    return commands;
  }
}
