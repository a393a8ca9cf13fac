// Reads any range of a memory: its address is set anew, and only what the memory map holds is asked for.
import { concatBytes, formatHex32 } from '../../../base/bytes.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import { findFirstAddressOutside } from '../protocol/memory-map.ts';
import type { DfuSession } from './dfu-session.ts';

export interface MemoryRange {
  readonly alternate: number;
  readonly address: number;
  readonly sizeBytes: number;
}

/**
 * The bytes of a range. Old bootloaders answer for a foreign address with whatever was sent to them last (traces C3), so
 * the range is held against the device's own map first. Needs and leaves dfuIDLE. Throws DfuError (stage `read`).
 */
export async function readDfuMemory(session: DfuSession, range: MemoryRange): Promise<Uint8Array> {
  const { alternate, address, sizeBytes } = range;
  const site: DfuSite = { stage: 'read', command: 'UPLOAD', address };
  const outside = findFirstAddressOutside(session.requireMemory(alternate).map, address, sizeBytes);
  if (outside !== undefined) throw createOutsideMapError(outside, site);
  await session.selectMemory(alternate);
  await session.setAddress(address, site);
  await session.endTransfer({ ...site, command: 'ABORT' });
  const blockBytes = session.identity.transferSizeBytes;
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
    const number = FIRST_DATA_BLOCK + blocks.length;
    const place = { ...site, address: address + offset };
    blocks.push(await session.read(number, Math.min(blockBytes, sizeBytes - offset), place));
  }
  await session.endTransfer({ ...site, command: 'ABORT' });
  return concatBytes(...blocks);
}

function createOutsideMapError(address: number, site: DfuSite): DfuError {
  const message = `${formatHex32(address)} is in no memory of the device and is not read`;
  return new DfuError({ kind: 'memory-map', site: { ...site, address }, message });
}
