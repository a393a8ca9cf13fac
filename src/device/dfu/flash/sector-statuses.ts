// What became of each sector while an image was flashed: the picture that the report draws.

import type { MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { SectorStatus } from '../../../domain/run/evidence.ts';

type SectorStatusName = SectorStatus['fate'];

/** Fates of all sectors of a memory; every one begins untouched. */
export class SectorStatuses {
  readonly #map: MemoryMap;
  readonly #fates = new Map<number, SectorStatusName>();
  readonly #eraseMs = new Map<number, number>();

  constructor(map: MemoryMap) {
    this.#map = map;
  }

  markErased(sector: number, eraseMs: number): void {
    this.#fates.set(sector, 'erased');
    this.#eraseMs.set(sector, eraseMs);
  }

  mark(sectors: Iterable<number>, fate: SectorStatusName): void {
    for (const sector of sectors) this.#fates.set(sector, fate);
  }

  /** All sectors of the memory, by address. */
  listSectorStatuses(): readonly SectorStatus[] {
    return this.#map.sectors.map(({ index, address, sizeBytes }) => {
      const eraseMs = this.#eraseMs.get(index);
      return {
        ...{ sector: index, address, sizeBytes, fate: this.#fates.get(index) ?? 'untouched' },
        ...(eraseMs !== undefined && { eraseMs }),
      };
    });
  }
}
