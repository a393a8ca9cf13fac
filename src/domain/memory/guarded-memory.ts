// Memories of a chip that no image is written to: option bytes, one-time cells and registers, by their name and their address.
import { findSectorsInRange, type MemoryMap } from './memory-map.ts';

/** What such a memory holds, as it is told to people. */
export type GuardedContent = 'option bytes' | 'one-time memory' | 'registers of the chip';

/** The names that loaders give them (AN2606, AN3156, and clones). */
const NAMES: readonly (readonly [name: RegExp, content: GuardedContent])[] = [
  [/option/i, 'option bytes'],
  [/\botp\b|one.?time|efuse/i, 'one-time memory'],
  [/device feature/i, 'registers of the chip'],
];

/** Where they lie on every Cortex-M chip that has them, whatever the device calls them: last address included. */
const PLACES: readonly (readonly [first: number, last: number, content: GuardedContent])[] = [
  [0x1ff0_0000, 0x1fff_ffff, 'option bytes'],
  [0x4000_0000, 0x5fff_ffff, 'registers of the chip'],
  [0xe000_0000, 0xffff_ffff, 'registers of the chip'],
];

/** What is guarded in that range; undefined where images may go. A range outside of the map is nobody's. */
export function findGuardedContent(map: MemoryMap, address: number, sizeBytes: number): GuardedContent | undefined {
  const [sector] = findSectorsInRange(map, address, sizeBytes);
  if (!sector) return undefined;
  const named = NAMES.find(([name]) => name.test(map.name));
  if (named) return named[1];
  const end = address + sizeBytes - 1;
  return PLACES.find(([first, last]) => address <= last && end >= first)?.[2];
}
