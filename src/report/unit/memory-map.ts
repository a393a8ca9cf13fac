// Which sectors a unit's memory has: from the map that its bootloader announces, else from what was seen.

import { parseMemoryMap } from '../../domain/memory/memory-map.ts';
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

/** The memories that were flashed in this run, in the order of their alternate settings. */
export function findMemoryRegions(run: RunRecord, images: readonly FlashImageEvidence[]): readonly MemoryRegion[] {
  const identity = findLastIdentity(run);
  const alternates = [...new Set(images.map((image) => image.alternate))].sort((left, right) => left - right);
  return alternates.map((alternate) => {
    const seen = images.filter((image) => image.alternate === alternate).flatMap((image) => image.sectors);
    const announced = readAnnouncedRegion(identity?.alternateNames?.[alternate] ?? '');
    const known = announced ?? guessStm32f2Region(seen);
    return known && hasEverySector(known.sectors, seen)
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

/** The map that the unit announced, as the device rooms read it; null when its name is none. */
function readAnnouncedRegion(text: string): Omit<MemoryRegion, 'alternate'> | null {
  const map = parseMemoryMap(text);
  if (!map) return null;
  return {
    name: map.name,
    sectors: map.sectors.map(({ index, address, sizeBytes }) => ({ number: index, address, sizeBytes })),
  };
}

/** The map of the microcontroller on Photon and P1 (RM0033 §3.3). */
const STM32F2_MAP = '@Internal Flash/0x08000000/04*016Kg,01*064Kg,07*128Kg';

function guessStm32f2Region(seen: readonly SectorStatus[]): Omit<MemoryRegion, 'alternate'> | null {
  const map = readAnnouncedRegion(STM32F2_MAP);
  return map && hasEverySector(map.sectors, seen) ? map : null;
}

function hasEverySector(sectors: readonly MemorySector[], seen: readonly SectorStatus[]): boolean {
  const sizes = new Map(sectors.map(({ address, sizeBytes }) => [address, sizeBytes]));
  return seen.every(({ address, sizeBytes }) => sizes.get(address) === sizeBytes);
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
