// The memory map that a DfuSe device writes into the name of an alternate setting, as sectors with rights.

/** One erasable piece; `index` counts from 0 through the whole map. */
export interface DfuseSector {
  readonly index: number;
  readonly address: number;
  readonly sizeBytes: number;
  readonly readable: boolean;
  readonly erasable: boolean;
  readonly writable: boolean;
}

/** Sectors by address, not overlapping; there may be gaps. */
export interface MemoryMap {
  readonly name: string;
  readonly sectors: readonly DfuseSector[];
}

// UM0424: "@" name { "/0x" address "/" count "*" size unit type { "," count "*" size unit type } }
//   unit: B or blank 1, K 1024, M 1024 * 1024; type: a..g = bits 1 readable, 2 erasable, 4 writable
const REGION = /^0x([0-9a-fA-F]{1,8})$/;
const SECTORS = /^(\d{1,4})\*(\d{1,4})([BKM ]?)([a-g])$/;
const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, ' ': 1, B: 1, K: 1024, M: 1024 * 1024 };
/** More than any part of the family has; a longer list is not believed. */
const MAX_SECTORS = 8192;
const ADDRESS_SPACE_BYTES = 0x1_0000_0000;

/** The map of a name such as `@Internal Flash   /0x08000000/03*016Ka,01*016Kg`; undefined when the name is no sound map. */
export function parseDfuseMemoryMap(text: string): MemoryMap | undefined {
  if (!text.startsWith('@')) return undefined;
  const [name, ...fields] = text.slice(1).split('/');
  if (name === undefined || fields.length === 0 || fields.length % 2 !== 0) return undefined;
  const sectors: DfuseSector[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const region = parseRegion(fields[at]!, fields[at + 1]!, sectors.length);
    if (!region || sectors.length + region.length > MAX_SECTORS) return undefined;
    sectors.push(...region);
  }
  const sorted = sectors.toSorted((left, right) => left.address - right.address);
  return hasOverlap(sorted) ? undefined : { name: name.trim(), sectors: sorted };
}

/** The sector that holds the address; undefined in a gap and outside. */
export function findSectorAt(map: MemoryMap, address: number): DfuseSector | undefined {
  return map.sectors.find((sector) => address >= sector.address && address < sector.address + sector.sizeBytes);
}

/** Sectors that hold any of these bytes. */
export function findSectorsInRange(map: MemoryMap, address: number, sizeBytes: number): readonly DfuseSector[] {
  const end = address + sizeBytes;
  return map.sectors.filter((sector) => sector.address < end && sector.address + sector.sizeBytes > address);
}

/** The first address of the range that no sector holds; undefined when all of it is inside. */
export function findFirstAddressOutside(map: MemoryMap, address: number, sizeBytes: number): number | undefined {
  let covered = address;
  for (const sector of findSectorsInRange(map, address, sizeBytes)) {
    if (sector.address > covered) return covered;
    covered = sector.address + sector.sizeBytes;
  }
  return covered < address + sizeBytes ? covered : undefined;
}

function parseRegion(addressText: string, listText: string, firstIndex: number): readonly DfuseSector[] | undefined {
  const start = REGION.exec(addressText.trim());
  if (!start) return undefined;
  let address = Number.parseInt(start[1]!, 16);
  const sectors: DfuseSector[] = [];
  for (const item of listText.split(',')) {
    const match = SECTORS.exec(item.trim());
    if (!match) return undefined;
    const count = Number(match[1]);
    const sizeBytes = Number(match[2]) * UNIT_BYTES[match[3]!]!;
    if (count === 0 || sizeBytes === 0 || sectors.length + count > MAX_SECTORS) return undefined;
    const rights = parseAccessRights(match[4]!);
    for (let number = 0; number < count; number += 1) {
      sectors.push({ index: firstIndex + sectors.length, address, sizeBytes, ...rights });
      address += sizeBytes;
    }
  }
  return address > ADDRESS_SPACE_BYTES ? undefined : sectors;
}

function parseAccessRights(type: string): Pick<DfuseSector, 'readable' | 'erasable' | 'writable'> {
  const bits = type.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
  return { readable: (bits & 1) !== 0, erasable: (bits & 2) !== 0, writable: (bits & 4) !== 0 };
}

function hasOverlap(sorted: readonly DfuseSector[]): boolean {
  return sorted.some((sector, at) => at > 0 && sorted[at - 1]!.address + sorted[at - 1]!.sizeBytes > sector.address);
}
