// Bytes of DFU on the wire: GETSTATUS answers and DfuSe commands.
import { toDataView, toHex } from '../../../base/bytes.ts';
import type { ControlSetup } from '../../../equipment/usb.ts';
import { type DfuRequestName, dfuRequests, dfuStateNames, dfuStatusNames, dfuseCommands } from './dfu-constants.ts';

/** A GETSTATUS answer. `stateName` is `state 15` for the one number beyond the standard that a Photon can be in. */
export interface DfuStatus {
  readonly status: number;
  readonly statusName: string;
  readonly state: number;
  readonly stateName: string;
  readonly pollTimeoutMs: number;
}

// GETSTATUS answer, 6 B (DFU 1.1 §6.1.2): 0 bStatus u8 | 1 bwPollTimeout u24, ms | 4 bState u8 | 5 iString u8
export const STATUS_BYTES = 6;
/** The Photon's state after an UPLOAD of block 1; CLRSTATUS leads out of it. */
const PHOTON_LOST_STATE = 15;

/** The answer, or undefined when its length or its numbers make no sense. */
export function decodeStatus(bytes: Uint8Array): DfuStatus | undefined {
  if (bytes.length !== STATUS_BYTES) return undefined;
  const view = toDataView(bytes);
  const status = view.getUint8(0);
  const state = view.getUint8(4);
  const statusName = dfuStatusNames[status];
  const stateName = state === PHOTON_LOST_STATE ? `state ${state}` : dfuStateNames[state];
  if (!statusName || !stateName) return undefined;
  return { status, statusName, state, stateName, pollTimeoutMs: view.getUint32(0, true) >>> 8 };
}

/** SET_ADDRESS: 0x21, then the address u32 little endian (AN3156 §4.2). */
export function encodeSetAddress(address: number): Uint8Array {
  return encodeAddressCommand(dfuseCommands.SET_ADDRESS, address);
}

/** ERASE of the sector that holds the address: 0x41, then the address u32 little endian (AN3156 §4.3). */
export function encodeErase(address: number): Uint8Array {
  return encodeAddressCommand(dfuseCommands.ERASE, address);
}

/** The setup packet of a class request to the interface; `value` is the block number or 0. */
export function buildDfuSetup(
  name: DfuRequestName,
  direction: 'in' | 'out',
  value: number,
  interfaceNumber: number,
): ControlSetup {
  const requestType = direction === 'in' ? 0xa1 : 0x21;
  return { requestType, request: dfuRequests[name], value, index: interfaceNumber };
}

/** A transfer as one line of a log: setup bytes, and at most the first bytes of data. */
export function formatTransferLine(
  setup: ControlSetup,
  lengthBytes: number,
  data: Uint8Array,
  outcome: string,
): string {
  const head = new Uint8Array(8);
  const view = toDataView(head);
  view.setUint8(0, setup.requestType);
  view.setUint8(1, setup.request);
  view.setUint16(2, setup.value, true);
  view.setUint16(4, setup.index, true);
  view.setUint16(6, lengthBytes, true);
  return [toHex(head), formatExcerpt(data), '->', outcome].filter((part) => part !== '').join(' ');
}

const EXCERPT_BYTES = 16;

function formatExcerpt(data: Uint8Array): string {
  const shown = toHex(data.subarray(0, EXCERPT_BYTES));
  return data.length > EXCERPT_BYTES ? `${shown}…(${data.length} B)` : shown;
}

function encodeAddressCommand(command: number, address: number): Uint8Array {
  const bytes = new Uint8Array(5);
  toDataView(bytes).setUint8(0, command);
  toDataView(bytes).setUint32(1, address, true);
  return bytes;
}
