// Reads planned blocks back and compares them byte for byte with what was meant to be there.
import { createHash } from 'node:crypto';
import { haveSameBytes, toHex } from '../../../base/bytes.ts';
import type { MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { ReadBackEvidence } from '../../../domain/run/evidence.ts';
import { type FirmwareSegment, findSegmentEnd } from '../../firmware/firmware-image.ts';
import type { DfuSite } from '../protocol/dfu-error.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import type { DownloadPlan, PlannedBlock, PlannedRun } from './download-plan.ts';

/** What the comparison came to. `differing` are indices of sectors. */
export interface FlashComparison {
  readonly differing: ReadonlySet<number>;
  readonly differentByteCount: number;
  readonly firstDifferentAddress: number | null;
  /** Around the first difference, at most 16 bytes of each. */
  readonly expectedHex: string;
  readonly actualHex: string;
  /** Of everything read, in order. */
  readonly readSha256: string;
}

export interface CompareFlashOptions {
  /** Go on to the next sector at the first difference in one: enough to know what must be written. */
  readonly sectorsOnly: boolean;
  readonly onBlock: (block: PlannedBlock) => void;
}

/**
 * Compares flash with the plan, run by run: a new SET_ADDRESS, ABORT, then UPLOADs of whole blocks. The new SET_ADDRESS
 * is what keeps a bootloader up to 0.6.4 from answering with the host's own last block (traces C3). Ends in dfuIDLE.
 * Throws DfuError (stage `read`).
 */
export async function compareFlash(
  session: DfuSession,
  plan: DownloadPlan,
  map: MemoryMap,
  options: CompareFlashOptions,
): Promise<FlashComparison> {
  const tally = new DifferenceTally();
  for (const run of plan.runs) await compareRun(session, run, { plan, map, options, tally });
  return tally.toComparison();
}

/** The same without bytes that are not the image's: what a unit keeps beside it may be its keys. */
export function hideOtherBytes(comparison: FlashComparison, own: readonly FirmwareSegment[]): FlashComparison {
  const address = comparison.firstDifferentAddress;
  if (address === null) return comparison;
  const piece = own.find((one) => address >= one.address && address < findSegmentEnd(one));
  const shownDigits = piece ? 2 * (findSegmentEnd(piece) - address) : 0;
  const { expectedHex, actualHex } = comparison;
  return { ...comparison, expectedHex: expectedHex.slice(0, shownDigits), actualHex: actualHex.slice(0, shownDigits) };
}

/** The comparison as it is kept in a record. */
export function buildReadBackEvidence(image: string, comparison: FlashComparison): ReadBackEvidence {
  const { firstDifferentAddress, differentByteCount, expectedHex, actualHex, readSha256 } = comparison;
  return {
    kind: 'read-back',
    ...{ image, differentByteCount, readSha256 },
    ...(firstDifferentAddress !== null && { firstDifferentAddress, expectedHex, actualHex }),
  };
}

async function compareRun(
  session: DfuSession,
  run: PlannedRun,
  job: {
    readonly plan: DownloadPlan;
    readonly map: MemoryMap;
    readonly options: CompareFlashOptions;
    readonly tally: DifferenceTally;
  },
): Promise<void> {
  const { plan, map, options, tally } = job;
  const site: DfuSite = { stage: 'read', command: 'UPLOAD' };
  await session.setAddress(run.address, site);
  await session.endTransfer({ ...site, command: 'ABORT' });
  for (const block of run.blocks) {
    if (options.sectorsOnly && block.sectors.every((sector) => tally.hasDifference(sector))) continue;
    const place = { ...site, address: block.address, block: block.block };
    const lengthBytes = Math.min(plan.transferSizeBytes, findMemoryEnd(map) - block.address);
    tally.compareBlock(block, await session.read(block.number, lengthBytes, place));
    options.onBlock(block);
  }
  await session.endTransfer({ ...site, command: 'ABORT' });
}

/** Counts differences as blocks come in. */
class DifferenceTally {
  readonly #differing = new Set<number>();
  readonly #hash = createHash('sha256');
  #differentByteCount = 0;
  #first: { readonly address: number; readonly expectedHex: string; readonly actualHex: string } | undefined;

  hasDifference(sector: number): boolean {
    return this.#differing.has(sector);
  }

  compareBlock(block: PlannedBlock, read: Uint8Array): void {
    const expected = block.bytes;
    const actual = read.subarray(0, expected.length);
    this.#hash.update(actual);
    if (haveSameBytes(expected, actual)) return;
    for (const sector of block.sectors) this.#differing.add(sector);
    for (let at = 0; at < expected.length; at += 1) {
      if (actual[at] === expected[at]) continue;
      this.#differentByteCount += 1;
      this.#first ??= {
        address: block.address + at,
        expectedHex: toHex(expected.subarray(at, at + EXCERPT_BYTES)),
        actualHex: toHex(actual.subarray(at, at + EXCERPT_BYTES)),
      };
    }
  }

  toComparison(): FlashComparison {
    return {
      differing: this.#differing,
      differentByteCount: this.#differentByteCount,
      firstDifferentAddress: this.#first?.address ?? null,
      expectedHex: this.#first?.expectedHex ?? '',
      actualHex: this.#first?.actualHex ?? '',
      readSha256: this.#hash.digest('hex'),
    };
  }
}

const EXCERPT_BYTES = 16;

function findMemoryEnd(map: MemoryMap): number {
  const last = map.sectors.at(-1);
  return last ? last.address + last.sizeBytes : 0;
}
