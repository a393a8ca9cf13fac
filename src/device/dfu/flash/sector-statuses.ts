// What became of each sector while an image was flashed: the picture that the report draws.
import type { SectorFate } from '../../../domain/run/evidence.ts';
import type { MemoryMap } from '../protocol/memory-map.ts';

type Fate = SectorFate['fate'];

/** Fates of all sectors of a memory; every one begins untouched. */
export class FlashMap {
  readonly #map: MemoryMap;
  readonly #fates = new Map<number, Fate>();
  readonly #eraseMs = new Map<number, number>();

  constructor(map: MemoryMap) {
    this.#map = map;
  }

  erased(sector: number, eraseMs: number): void {
    this.#fates.set(sector, 'erased');
    this.#eraseMs.set(sector, eraseMs);
  }

  mark(sectors: Iterable<number>, fate: Fate): void {
    for (const sector of sectors) this.#fates.set(sector, fate);
  }

  /** All sectors of the memory, by address. */
  fates(): readonly SectorFate[] {
    return this.#map.sectors.map(({ index, address, sizeBytes }) => {
      const eraseMs = this.#eraseMs.get(index);
      return {
        ...{ sector: index, address, sizeBytes, fate: this.#fates.get(index) ?? 'untouched' },
        ...(eraseMs !== undefined && { eraseMs }),
      };
    });
  }
}
