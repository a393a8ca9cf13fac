// Which sectors a unit's memory has: from the map that its bootloader announces, else from what was seen.
import type { FlashImageEvidence, SectorStatus, UsbIdentityEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';

/** One sector as it lies in memory. */
export interface MemorySector {
  readonly number: number;
  readonly address: number;
  readonly sizeBytes: number;
  /** What the product keeps there, where that is known. */
  readonly use?: string;
}

/** One memory of the unit (an alternate setting of DFU): its name and its sectors in order. */
export interface MemoryRegion {
  readonly alternate: number;
  readonly name: string;
  readonly sectors: readonly MemorySector[];
}

/** More sectors than any unit of ours has; a map that claims more is not believed. */
const MAX_SECTORS = 2048;

/** The memories that were flashed in this run, in the order of their alternate settings. */
export function findMemoryRegions(run: RunRecord, images: readonly FlashImageEvidence[]): readonly MemoryRegion[] {
  const identity = findLastIdentity(run);
  const alternates = [...new Set(images.map((image) => image.alternate))].sort((left, right) => left - right);
  return alternates.map((alternate) => {
    const seen = images.filter((image) => image.alternate === alternate).flatMap((image) => image.sectors);
    const announced = parseAnnouncedMemoryMap(identity?.alternateNames?.[alternate] ?? '');
    const known = announced ?? guessStm32f2Region(seen);
    return known && seen.every((sector) => isKnownSector(known.sectors, sector))
      ? { alternate, name: known.name, sectors: addSectorUses(known.sectors, identity) }
      : { alternate, name: 'Flash', sectors: listSeenSectors(seen) };
  });
}

/** Sectors of a Photon and a P1 by their addresses (device-os 2.3.1, `ota_module_bounds.c` and the linker files). */
const PHOTON_USES: ReadonlyMap<number, string> = new Map([
  [0x0800_0000, 'bootloader'],
  [0x0800_4000, 'keys (DCT)'],
  [0x0800_8000, 'keys (DCT), copy'],
  [0x0800_c000, 'EEPROM emulation'],
  [0x0801_0000, 'EEPROM emulation'],
  [0x0802_0000, 'system part 1'],
  [0x0804_0000, 'system part 1'],
  [0x0806_0000, 'system part 2'],
  [0x0808_0000, 'system part 2'],
  [0x080a_0000, 'user part'],
  [0x080c_0000, 'OTA area'],
  [0x080e_0000, 'OTA, factory image'],
]);
const PARTICLE = 0x2b04;
const PHOTON_AND_P1: readonly number[] = [0xd006, 0xd008];

function addSectorUses(
  sectors: readonly MemorySector[],
  identity: UsbIdentityEvidence | undefined,
): readonly MemorySector[] {
  if (identity?.vendorId !== PARTICLE || !PHOTON_AND_P1.includes(identity.productId)) return sectors;
  return sectors.map((sector) => {
    const use = PHOTON_USES.get(sector.address);
    return use === undefined ? sector : { ...sector, use };
  });
}

/** A DfuSe map, `@Internal Flash   /0x08000000/03*016Ka,07*128Kg` (AN3156 §4.3.2), or null when it is none. */
export function parseAnnouncedMemoryMap(text: string): Omit<MemoryRegion, 'alternate'> | null {
  const parts = /^@([^/]{1,40})\/0x([0-9a-f]{1,8})\/([0-9a-zA-Z*, ]{4,200})$/i.exec(text);
  if (!parts) return null;
  const sectors: MemorySector[] = [];
  let address = Number.parseInt(parts[2]!, 16);
  for (const segment of parts[3]!.split(',')) {
    const numbers = /^\s*(\d{1,4})\*(\d{1,4})([ BKM])[a-g]\s*$/.exec(segment);
    if (!numbers) return null;
    const sizeBytes = Number(numbers[2]) * UNITS[numbers[3]!]!;
    for (let left = Number(numbers[1]); left > 0; left -= 1) {
      if (sectors.length >= MAX_SECTORS) return null;
      sectors.push({ number: sectors.length, address, sizeBytes });
      address += sizeBytes;
    }
  }
  return { name: parts[1]!.trim(), sectors };
}

const UNITS: Readonly<Record<string, number>> = { ' ': 1, B: 1, K: 1024, M: 1024 * 1024 };

/** The map of the microcontroller on Photon and P1 (RM0033 §3.3). */
const STM32F2_MAP = '@Internal Flash/0x08000000/04*016Kg,01*064Kg,07*128Kg';

function guessStm32f2Region(seen: readonly SectorStatus[]): Omit<MemoryRegion, 'alternate'> | null {
  const map = parseAnnouncedMemoryMap(STM32F2_MAP);
  return map && seen.every((sector) => isKnownSector(map.sectors, sector)) ? map : null;
}

function isKnownSector(sectors: readonly MemorySector[], { address, sizeBytes }: SectorStatus): boolean {
  return sectors.some((sector) => sector.address === address && sector.sizeBytes === sizeBytes);
}

function listSeenSectors(seen: readonly SectorStatus[]): readonly MemorySector[] {
  const byAddress = new Map(seen.map((sector) => [sector.address, sector]));
  return [...byAddress.values()]
    .sort((left, right) => left.address - right.address)
    .map(({ sector, address, sizeBytes }) => ({ number: sector, address, sizeBytes }));
}

/** The last identity that announced its memories: the one under which the unit was flashed. */
function findLastIdentity(run: RunRecord): UsbIdentityEvidence | undefined {
  return run.steps
    .flatMap((step) => step.evidence)
    .filter((evidence): evidence is UsbIdentityEvidence => evidence.kind === 'usb-identity')
    .findLast((identity) => identity.alternateNames !== undefined);
}
