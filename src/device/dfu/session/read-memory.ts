// Reads any range of a memory: its address is set anew, and only what the memory map holds is asked for.
import { concatBytes, formatHex32 } from '../../../base/bytes.ts';
import { findFirstAddressOutside } from '../../../domain/memory/memory-map.ts';
import type { AddressRange } from '../../../domain/run/evidence.ts';
import type { FirmwareSegment } from '../../firmware/firmware-image.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import type { DfuSession } from './dfu-session.ts';

export interface MemoryRange extends AddressRange {
  readonly alternate: number;
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
  const { transferSizeBytes: blockBytes, hasShortBlocks } = session.identity;
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset < sizeBytes; offset += blockBytes) {
    const place = { ...site, address: address + offset };
    if (offset > 0 && hasShortBlocks) await session.endTransfer({ ...place, command: 'ABORT' });
    if (offset === 0 || hasShortBlocks) await pointTo(session, place);
    const number = FIRST_DATA_BLOCK + (hasShortBlocks ? 0 : blocks.length);
    blocks.push(await session.read(number, Math.min(blockBytes, sizeBytes - offset), place));
  }
  await session.endTransfer({ ...site, command: 'ABORT' });
  return concatBytes(...blocks);
}

/** The next block that is read begins there. */
async function pointTo(session: DfuSession, site: DfuSite & { readonly address: number }): Promise<void> {
  await session.setAddress(site.address, site);
  await session.endTransfer({ ...site, command: 'ABORT' });
}

/** The bytes of several ranges, sorted and disjoint; those that lie within one transfer are read together. As `readDfuMemory`. */
export async function readDfuRanges(
  session: DfuSession,
  alternate: number,
  ranges: readonly AddressRange[],
): Promise<readonly FirmwareSegment[]> {
  const found: FirmwareSegment[] = [];
  for (const group of groupRanges(ranges, session.identity.transferSizeBytes)) {
    const { address } = group[0]!;
    const last = group.at(-1)!;
    const sizeBytes = last.address + last.sizeBytes - address;
    const bytes = await readDfuMemory(session, { alternate, address, sizeBytes });
    for (const range of group) {
      const offset = range.address - address;
      found.push({ address: range.address, bytes: bytes.subarray(offset, offset + range.sizeBytes) });
    }
  }
  return found;
}

function groupRanges(ranges: readonly AddressRange[], spanBytes: number): readonly (readonly AddressRange[])[] {
  const groups: AddressRange[][] = [];
  for (const range of ranges) {
    const group = groups.at(-1);
    if (group && range.address + range.sizeBytes - group[0]!.address <= spanBytes) group.push(range);
    else groups.push([range]);
  }
  return groups;
}

function createOutsideMapError(address: number, site: DfuSite): DfuError {
  const message = `${formatHex32(address)} is in no memory of the device and is not read`;
  return new DfuError({ kind: 'memory-map', site: { ...site, address }, message });
}
