// Failures by what the flash holds: it differs from the image, or it is not blank where the recipe asks for that.
import { formatHex32 } from '../../../base/bytes.ts';
import { findSectorAt, type MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { FlashImageEvidence, ReadBackEvidence } from '../../../domain/run/evidence.ts';
import type { Failure } from '../../../domain/run/failure.ts';
import type { FlashComparison } from './compare-flash.ts';

/** Which sectors there are, and what became of them. */
interface FlashState {
  readonly map: MemoryMap;
  readonly flash: FlashImageEvidence;
}

const SHOWN_DIGITS = 8;

/** The comparison after writing found a difference. */
export function buildMismatchFailure(
  comparison: FlashComparison,
  readBack: ReadBackEvidence,
  { map, flash }: FlashState,
): Failure {
  const address = comparison.firstDifferentAddress!;
  const shown = (hex: string): string => hex.slice(0, SHOWN_DIGITS);
  return {
    code: 'dfu/verify-mismatch',
    message:
      comparison.expectedHex === ''
        ? `${comparison.differentByteCount} bytes differ after writing, the first at ${formatHex32(address)}, in what the unit had beside ${flash.image}`
        : `${comparison.differentByteCount} of ${flash.sizeBytes} bytes differ after writing, the first at ${formatHex32(address)}: ${shown(comparison.expectedHex)} was written, ${shown(comparison.actualHex)} is read`,
    site: { image: flash.image, command: 'UPLOAD', address, ...locateSector(map, address) },
    evidence: [readBack, flash],
  };
}

/** Something is there that the recipe does not let be erased. */
export function buildNotBlankFailure(address: number, { map, flash }: FlashState): Failure {
  return {
    code: 'flash/not-blank',
    message: `Nothing was erased: the sector is not blank at ${formatHex32(address)}, outside of ${flash.image}`,
    site: { image: flash.image, address, ...locateSector(map, address) },
    evidence: [flash],
  };
}

function locateSector(map: MemoryMap, address: number): { readonly sector?: number } {
  const sector = findSectorAt(map, address);
  return sector ? { sector: sector.index } : {};
}
