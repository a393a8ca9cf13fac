// The one law of memory maps: what a DfuSe device writes into the name of an alternate setting, read as sectors with rights.

/** One erasable piece; `index` counts from 0 through the whole map, in the order in which the device names them. */
export interface DfuseSector {
  readonly index: number;
  readonly address: number;
  readonly sizeBytes: number;
  readonly readable: boolean;
  readonly erasable: boolean;
  readonly writable: boolean;
}

/** Sectors by address, not overlapping, at least one; there may be gaps. */
export interface MemoryMap {
  readonly name: string;
  readonly sectors: readonly DfuseSector[];
}

/** A map, or in words why the name is none. */
export type MemoryMapReading =
  | { readonly map: MemoryMap; readonly problem: null }
  | { readonly map: null; readonly problem: string };

// UM0424, and what devices make of it:
//   "@" name { "/0x" address "/" count "*" size unit type { "," count "*" size unit type } [ "," ] } [ anything else ]
//   unit: B or blank or left out 1, K 1024, M 1024 * 1024; type: a to g are bits 1 readable, 2 erasable, 4 writable; a run
//   without one that more follows has a place and no rights
const REGION = /\/\s*0x([0-9a-f]{1,8})\s*\//iy;
const SECTORS = /\s*(\d{1,5})\s*\*\s*(\d{1,5})\s*([BKMkm]?)\s*([a-g]|(?=\s*[,/]\s*\d))/y;
/** A region or a run of sectors that was begun: the name is cut, and what would follow is not known. */
const REGION_BEGUN = /\/\s*0x/iy;
const SECTORS_BEGUN = /\s*\d/y;
const COMMA = /\s*,/y;
const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, B: 1, K: 1024, M: 1024 * 1024 };
/** 64 MiB of external flash in sectors of 4 KiB; a longer map is not believed. */
const MAX_SECTORS = 16_384;
const ADDRESS_SPACE_BYTES = 0x1_0000_0000;

/** The map of a name such as `@Internal Flash   /0x08000000/03*016Ka,01*016Kg`; undefined when the name is no sound map. */
export function parseMemoryMap(text: string): MemoryMap | undefined {
  return readMemoryMap(text).map ?? undefined;
}

/** The same, with the reason where it is none. The map ends where it ends: what stands behind it is passed over. */
export function readMemoryMap(text: string): MemoryMapReading {
  const slash = text.indexOf('/');
  if (!text.startsWith('@') || slash < 0) return refuseMap('a map begins with "@", a name and "/0x"');
  const sectors: DfuseSector[] = [];
  let at = slash;
  let regionCount = 0;
  for (let start = matchAt(REGION, text, at); start; start = matchAt(REGION, text, at)) {
    const region = readRegion(text, at + start[0].length, Number.parseInt(start[1]!, 16), sectors);
    if ('problem' in region) return refuseMap(region.problem);
    at = region.end;
    regionCount += 1;
  }
  if (matchAt(REGION_BEGUN, text, at)) return refuseMap(`it is cut in the address at character ${at + 1}`);
  if (regionCount === 0) return refuseMap('no "/0x" and address follows the name');
  if (sectors.length === 0) return refuseMap('it names no sector');
  const sorted = sectors.toSorted((left, right) => left.address - right.address);
  const overlap = findOverlap(sorted);
  if (overlap) return refuseMap(overlap);
  return { map: { name: text.slice(1, slash).trim(), sectors: sorted }, problem: null };
}

/** Reads the runs of sectors of one region into `sectors`; gives where they end, or what is wrong with them. */
function readRegion(
  text: string,
  start: number,
  startAddress: number,
  sectors: DfuseSector[],
): { readonly end: number } | { readonly problem: string } {
  let at = start;
  let address = startAddress;
  for (;;) {
    const run = matchAt(SECTORS, text, at);
    if (!run && (at === start || matchAt(SECTORS_BEGUN, text, at)))
      return { problem: `no count, size and type of sectors at character ${at + 1}` };
    if (!run) return { end: at };
    const [whole, count, size, unit, type] = run as unknown as readonly [string, string, string, string, string];
    const sizeBytes = Number(size) * UNIT_BYTES[unit.toUpperCase()]!;
    if (sizeBytes === 0) return { problem: `sectors of no size at character ${at + 1}` };
    if (sectors.length + Number(count) > MAX_SECTORS) return { problem: `it has more than ${MAX_SECTORS} sectors` };
    const rights = parseAccessRights(type);
    for (let left = Number(count); left > 0; left -= 1) {
      sectors.push({ index: sectors.length, address, sizeBytes, ...rights });
      address += sizeBytes;
    }
    if (address > ADDRESS_SPACE_BYTES) return { problem: 'it reaches beyond 4 GiB' };
    at += whole.length;
    const comma = matchAt(COMMA, text, at);
    if (!comma) return { end: at };
    at += comma[0].length;
  }
}

function parseAccessRights(type: string): Pick<DfuseSector, 'readable' | 'erasable' | 'writable'> {
  const bits = type === '' ? 0 : type.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
  return { readable: (bits & 1) !== 0, erasable: (bits & 2) !== 0, writable: (bits & 4) !== 0 };
}

function findOverlap(sorted: readonly DfuseSector[]): string | null {
  const at = sorted.findIndex(({ address }, index) => {
    const before = sorted[index - 1];
    return before !== undefined && before.address + before.sizeBytes > address;
  });
  if (at < 0) return null;
  return `two of its sectors overlap at 0x${sorted[at]!.address.toString(16).padStart(8, '0')}`;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function refuseMap(problem: string): MemoryMapReading {
  return { map: null, problem };
}

/** The sector that holds the address; undefined in a gap and outside. */
export function findSectorAt({ sectors }: MemoryMap, address: number): DfuseSector | undefined {
  const sector = sectors[findFirstEndingAfter(sectors, address)];
  return sector && sector.address <= address ? sector : undefined;
}

/** Sectors that hold any of these bytes. */
export function findSectorsInRange({ sectors }: MemoryMap, address: number, sizeBytes: number): readonly DfuseSector[] {
  const found: DfuseSector[] = [];
  for (let at = findFirstEndingAfter(sectors, address); at < sectors.length; at += 1) {
    if (sectors[at]!.address >= address + sizeBytes) break;
    found.push(sectors[at]!);
  }
  return found;
}

/** Where in the sectors the first one is that ends beyond the address; their number when there is none. */
function findFirstEndingAfter(sectors: readonly DfuseSector[], address: number): number {
  let [low, high] = [0, sectors.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { address: start, sizeBytes } = sectors[middle]!;
    if (start + sizeBytes > address) high = middle;
    else low = middle + 1;
  }
  return low;
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
