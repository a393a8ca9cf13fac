// What an erase takes at most by the data sheets, by the size of the sector: what is far beyond it is a sign of tired flash.
import type { SectorStatus } from '../../../domain/run/evidence.ts';

const KIB = 1024;

/**
 * Largest sector size, and the longest erase of such a sector in data sheets of STM32 (F2, F4, F7, H7 at their slowest
 * parallelism; L0, L4, G0, G4 pages) and of serial NOR flash (W25Q, SST25), with room for the transfer and the poll time.
 */
const MAX_ERASE_MS: readonly (readonly [sizeBytes: number, ms: number])[] = [
  [8 * KIB, 500],
  [16 * KIB, 1_000],
  [32 * KIB, 1_700],
  [64 * KIB, 2_600],
  [128 * KIB, 4_500],
  [256 * KIB, 9_000],
];

/** The sector whose erase was furthest beyond its data sheet, with what that allows; undefined when all kept to it. */
export function findSlowErase(
  sectors: readonly SectorStatus[],
): { readonly sector: SectorStatus; readonly eraseMs: number; readonly maxMs: number } | undefined {
  const slow = sectors.flatMap((sector) => {
    const maxMs = MAX_ERASE_MS.find(([sizeBytes]) => sector.sizeBytes <= sizeBytes)?.[1];
    const { eraseMs } = sector;
    return eraseMs !== undefined && maxMs !== undefined && eraseMs > maxMs ? [{ sector, eraseMs, maxMs }] : [];
  });
  return slow.toSorted((left, right) => right.eraseMs / right.maxMs - left.eraseMs / left.maxMs)[0];
}
