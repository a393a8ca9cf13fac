// The prefix that two vendors put before an image for their own DFU loaders: it is sent, and never belongs into flash.
import { formatHex32, toDataView } from '../../../base/bytes.ts';

/** What the loader of the device is told by it. */
export interface DfuPrefix {
  /** As in the middle of a sentence: `a TI Stellaris prefix for address 0x00020000`. */
  readonly title: string;
  readonly sizeBytes: number;
}

// TI (SPMA054), little endian: 01 | 00 | address u16, in KiB | size of the rest u32
const TI_BYTES = 8;
const TI_BEGIN = 0x0001;
const TI_ADDRESS_UNIT = 1024;
// NXP (UM10503 §5.3.2), little endian: 1A, 3F in the low six bits of two bytes | size of the image u16, in 512 bytes |
//   8 bytes 0 | 4 bytes FF
const NXP_BYTES = 16;
const NXP_BEGIN = 0x3f1a;
const NXP_BEGIN_MASK = 0x3f3f;
const NXP_SIZE_UNIT = 512;

/** Undefined for what begins with none. `payload` is the file without its DFU suffix. */
export function findDfuPrefix(payload: Uint8Array): DfuPrefix | undefined {
  return findTiPrefix(payload) ?? findNxpPrefix(payload);
}

function findTiPrefix(payload: Uint8Array): DfuPrefix | undefined {
  if (payload.length <= TI_BYTES) return undefined;
  const view = toDataView(payload);
  if (view.getUint16(0, true) !== TI_BEGIN || view.getUint32(4, true) !== payload.length - TI_BYTES) return undefined;
  const address = view.getUint16(2, true) * TI_ADDRESS_UNIT;
  return { title: `a TI Stellaris prefix for address ${formatHex32(address)}`, sizeBytes: TI_BYTES };
}

function findNxpPrefix(payload: Uint8Array): DfuPrefix | undefined {
  if (payload.length <= NXP_BYTES) return undefined;
  const view = toDataView(payload);
  const begins = (view.getUint16(0, true) & NXP_BEGIN_MASK) === NXP_BEGIN;
  const sizeBytes = view.getUint16(2, true) * NXP_SIZE_UNIT;
  if (!begins || view.getUint32(12, true) !== 0xffff_ffff) return undefined;
  if (Math.abs(sizeBytes - payload.length) > NXP_SIZE_UNIT) return undefined;
  return { title: 'an NXP LPC boot prefix', sizeBytes: NXP_BYTES };
}
