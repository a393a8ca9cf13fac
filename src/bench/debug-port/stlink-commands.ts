// What an ST-LINK/V2 does when it is told to: the commands of its USB protocol that SWD debugging needs.
import { toDataView } from '../../base/bytes.ts';
import { BusFault } from '../flash/flash-memory.ts';
import { AccessPort, SWD_ID } from './access-port.ts';
import type { DebugCore } from './debug-core.ts';
import type { DebugPort } from './debug-port.ts';

/** V2, JTAG API 37 (memory by any access size, access ports opened by name), no SWIM; VID and PID of an ST-LINK/V2. */
const VERSION = Uint8Array.of(0x29, 0x40, 0x83, 0x04, 0x48, 0x37);
const DEBUG_MODE = 2;
const GET_VERSION = 0xf1;
const DEBUG = 0xf2;
const GET_CURRENT_MODE = 0xf5;
const GET_TARGET_VOLTAGE = 0xf7;

const debug = {
  READ_32: 0x07,
  WRITE_32: 0x08,
  READ_8: 0x0c,
  WRITE_8: 0x0d,
  EXIT: 0x21,
  ENTER: 0x30,
  READ_IDCODES: 0x31,
  LAST_STATUS: 0x3e,
  DRIVE_RESET: 0x3c,
  SET_SWD_CLOCK: 0x43,
  READ_DAP: 0x45,
  WRITE_DAP: 0x46,
  READ_16: 0x47,
  WRITE_16: 0x48,
  OPEN_AP: 0x4b,
  CLOSE_AP: 0x4c,
  WRITE_32_SAME: 0x50,
  READ_32_SAME: 0x54,
} as const;

const result = { OK: 0x80, NO_IDCODE: 0x09, AP_FAULT: 0x11, DP_ERROR: 0x16 } as const;
/** Number that stands for the debug port itself where an access port is asked for. */
const DEBUG_PORT_NUMBER = 0xffff;
const RESET_PULSE = 2;
/** What the ST-LINK's converter reads of its own 1.2 V reference. */
const REFERENCE_COUNTS = 1500;

const readers: Readonly<Record<number, 1 | 2 | 4>> = {
  [debug.READ_8]: 1,
  [debug.READ_16]: 2,
  [debug.READ_32]: 4,
  [debug.READ_32_SAME]: 4,
};
const writers: Readonly<Record<number, 1 | 2 | 4>> = {
  [debug.WRITE_8]: 1,
  [debug.WRITE_16]: 2,
  [debug.WRITE_32]: 4,
  [debug.WRITE_32_SAME]: 4,
};

/** One session of a program with the probe. */
export class StlinkCommands {
  readonly #port: DebugPort;
  readonly #accessPort = new AccessPort();
  #lastStatus: number = result.OK;

  constructor(port: DebugPort) {
    this.#port = port;
  }

  /** Carries out one command of 16 bytes; the answer is as long as was asked for. */
  runCommand(command: Uint8Array, data: Uint8Array, replyBytes: number): Uint8Array {
    const reply = new Uint8Array(replyBytes);
    reply.set(this.#answerCommand(command, data, replyBytes).subarray(0, replyBytes));
    return reply;
  }

  #answerCommand(command: Uint8Array, data: Uint8Array, replyBytes: number): Uint8Array {
    switch (command[0]) {
      case GET_VERSION:
        return VERSION;
      case GET_CURRENT_MODE:
        return Uint8Array.of(DEBUG_MODE, 0);
      case GET_TARGET_VOLTAGE:
        // The target is measured at half its voltage against the reference.
        return packWords(REFERENCE_COUNTS, Math.round((this.#port.supplyMv / 2 / 1200) * REFERENCE_COUNTS));
      case DEBUG:
        return this.#answerDebugCommand(command[1]!, command, data, replyBytes);
      default:
        return Uint8Array.of();
    }
  }

  #answerDebugCommand(code: number, command: Uint8Array, data: Uint8Array, replyBytes: number): Uint8Array {
    const view = toDataView(command);
    switch (code) {
      case debug.ENTER:
        return buildStatusReply(this.#port.core ? result.OK : result.NO_IDCODE);
      case debug.READ_IDCODES:
        return this.#port.core ? packWords(result.OK, SWD_ID, 0) : packWords(result.NO_IDCODE, 0, 0);
      case debug.DRIVE_RESET:
        this.#driveReset(command[2]!);
        return buildStatusReply(result.OK);
      case debug.READ_DAP:
        return this.#readDap(view.getUint16(2, true), view.getUint16(4, true));
      case debug.WRITE_DAP:
        return this.#writeDap(view.getUint16(2, true), view.getUint16(4, true), view.getUint32(6, true));
      case debug.LAST_STATUS:
        return packWords(this.#takeLastStatus(), 0, 0);
      case debug.EXIT:
      case debug.SET_SWD_CLOCK:
      case debug.OPEN_AP:
      case debug.CLOSE_AP:
        return buildStatusReply(result.OK);
      default:
        return this.#transferMemory(code, view.getUint32(2, true), data, replyBytes);
    }
  }

  #driveReset(level: number): void {
    this.#port.driveResetLine(level !== 1);
    if (level === RESET_PULSE) this.#port.driveResetLine(false);
  }

  #readDap(port: number, register: number): Uint8Array {
    const value = this.#port.runOnCore((core) =>
      port === DEBUG_PORT_NUMBER
        ? this.#accessPort.readDebugPort(register, this.#port.hasDebugPower)
        : this.#accessPort.readAccessPort(core, port, register),
    );
    return value === undefined ? packWords(result.DP_ERROR, 0) : packWords(result.OK, value);
  }

  #writeDap(port: number, register: number, value: number): Uint8Array {
    const done = this.#port.runOnCore((core) => {
      if (port === DEBUG_PORT_NUMBER) this.#accessPort.writeDebugPort(register, value);
      else this.#accessPort.writeAccessPort(core, port, register, value);
      return true;
    });
    return buildStatusReply(done ? result.OK : result.DP_ERROR);
  }

  /** Memory commands answer with data only; how they went is asked afterwards. */
  #transferMemory(code: number, address: number, data: Uint8Array, replyBytes: number): Uint8Array {
    const isMoving = code !== debug.READ_32_SAME && code !== debug.WRITE_32_SAME;
    const reading = readers[code];
    const writing = writers[code];
    const deed = (core: DebugCore): Uint8Array => {
      if (reading) return readMemoryBytes(core, address, { size: reading, isMoving, count: replyBytes / reading });
      if (writing) writeMemoryBytes(core, address, data, { size: writing, isMoving });
      return Uint8Array.of();
    };
    try {
      const bytes = this.#port.runOnCore(deed);
      this.#lastStatus = bytes ? result.OK : result.DP_ERROR;
      return bytes ?? Uint8Array.of();
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.#lastStatus = result.AP_FAULT;
      return Uint8Array.of();
    }
  }

  #takeLastStatus(): number {
    const status = this.#lastStatus;
    this.#lastStatus = result.OK;
    return status;
  }
}

function readMemoryBytes(
  core: DebugCore,
  address: number,
  { size, isMoving, count }: { readonly size: 1 | 2 | 4; readonly isMoving: boolean; readonly count: number },
): Uint8Array {
  const bytes = new Uint8Array(Math.floor(count) * size);
  const view = toDataView(bytes);
  for (let at = 0; at < bytes.length; at += size) {
    const value = core.bus.read(address + (isMoving ? at : 0), size);
    if (size === 4) view.setUint32(at, value, true);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint8(at, value);
  }
  return bytes;
}

function writeMemoryBytes(
  core: DebugCore,
  address: number,
  data: Uint8Array,
  { size, isMoving }: { readonly size: 1 | 2 | 4; readonly isMoving: boolean },
): void {
  const view = toDataView(data);
  for (let at = 0; at + size <= data.length; at += size) {
    const value = size === 4 ? view.getUint32(at, true) : size === 2 ? view.getUint16(at, true) : view.getUint8(at);
    core.bus.write(address + (isMoving ? at : 0), size, value);
  }
}

function buildStatusReply(status: number): Uint8Array {
  return Uint8Array.of(status, 0);
}

function packWords(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = toDataView(bytes);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value >>> 0, true);
  return bytes;
}
