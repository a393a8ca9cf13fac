// Plans a download before the first transfer: which sectors are erased, which blocks go where, and what is refused.
import { formatHex32 } from '../../../base/bytes.ts';
import { findGuardedContent } from '../../../domain/memory/guarded-memory.ts';
import {
  type DfuseSector,
  findFirstAddressOutside,
  findSectorsInRange,
  type MemoryMap,
} from '../../../domain/memory/memory-map.ts';
import type { FirmwareSegment } from '../../firmware/firmware-image.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { DfuError } from '../protocol/dfu-error.ts';

/** One DNLOAD (or UPLOAD). `number` is its wBlockNum, `block` counts from 0 through the whole image. */
export interface PlannedBlock extends FirmwareSegment {
  readonly block: number;
  readonly number: number;
  /** Indices of the sectors that hold it. */
  readonly sectors: readonly number[];
}

/** Blocks that share one SET_ADDRESS. */
export interface PlannedRun {
  readonly address: number;
  readonly blocks: readonly PlannedBlock[];
}

export interface DownloadPlan {
  readonly runs: readonly PlannedRun[];
  /** To be erased, by address. */
  readonly sectors: readonly DfuseSector[];
  readonly blockCount: number;
  readonly sizeBytes: number;
  readonly transferSizeBytes: number;
}

export interface DownloadPlanInput {
  /** Sorted, disjoint, in whole flash words: see `findWordGaps`. */
  readonly segments: readonly FirmwareSegment[];
  readonly map: MemoryMap;
  readonly transferSizeBytes: number;
  /** What the flash programs at once; 4 when left out. */
  readonly wordBytes?: number;
  /** Each block gets a run, and so an address, of its own. */
  readonly hasShortBlocks?: boolean;
  /** Addresses below this are refused though the map allows them (a Photon's bootloader guards them). */
  readonly firstFreeAddress?: number;
}

/** A reason why a range cannot be written, at the first address where it applies. */
export interface RangeProblem {
  readonly address: number;
  readonly reason: string;
}

/** wBlockNum has 16 bits. */
const MAX_BLOCKS_PER_RUN = 0x1_0000 - FIRST_DATA_BLOCK;
const DEFAULT_WORD_BYTES = 4;

/** Throws DfuError `memory-map` (stage erase) when any byte would go where the device does not take it. */
export function planDownload(input: DownloadPlanInput): DownloadPlan {
  requireRoom(input);
  const { map, transferSizeBytes, hasShortBlocks = false, wordBytes = DEFAULT_WORD_BYTES } = input;
  const blockBytes = transferSizeBytes - (transferSizeBytes % wordBytes) || transferSizeBytes;
  // Block numbers count transfers of full size: blocks that are cut to whole words need an address each.
  const isCounted = blockBytes === transferSizeBytes && !hasShortBlocks;
  const runBytes = isCounted ? MAX_BLOCKS_PER_RUN * transferSizeBytes : blockBytes;
  const runs = input.segments.flatMap((segment) => splitIntoChunks(segment, runBytes));
  let block = 0;
  const planned = runs.map((run) => {
    const blocks = splitIntoChunks(run, blockBytes).map((piece, at) => ({
      ...piece,
      block: block + at,
      number: FIRST_DATA_BLOCK + at,
      sectors: findSectorsInRange(map, piece.address, piece.bytes.length).map((sector) => sector.index),
    }));
    block += blocks.length;
    return { address: run.address, blocks };
  });
  const touched = new Set(planned.flatMap((run) => run.blocks.flatMap((one) => one.sectors)));
  return {
    runs: planned,
    sectors: map.sectors.filter((sector) => touched.has(sector.index)),
    blockCount: block,
    sizeBytes: input.segments.reduce((sum, segment) => sum + segment.bytes.length, 0),
    transferSizeBytes,
  };
}

/**
 * The part of a plan that must be done when only these sectors differ from the image. A block that reaches into a
 * neighbouring sector takes that sector along, so that nothing is programmed twice without an erase.
 */
export function limitDownloadPlan(plan: DownloadPlan, differing: ReadonlySet<number>): DownloadPlan {
  const wanted = new Set(differing);
  const blocks = plan.runs.flatMap((run) => run.blocks);
  const isTouched = (one: PlannedBlock): boolean => one.sectors.some((sector) => wanted.has(sector));
  for (let grown = -1; grown !== wanted.size; ) {
    grown = wanted.size;
    for (const sector of blocks.filter(isTouched).flatMap((one) => one.sectors)) wanted.add(sector);
  }
  const runs = plan.runs
    .map((run) => ({ address: run.address, blocks: run.blocks.filter(isTouched) }))
    .filter((run) => run.blocks.length > 0);
  return { ...plan, runs, sectors: plan.sectors.filter((sector) => wanted.has(sector.index)) };
}

/** Throws DfuError `memory-map` (stage erase) when any byte would go where the device does not take it; word ends are not looked at. */
export function requireRoom(input: Omit<DownloadPlanInput, 'transferSizeBytes'>): void {
  const problem = findRangeProblems(input)[0];
  if (problem) throw createRangeError(problem);
}

/** Every reason against writing these segments into this map; empty when all of it fits. */
export function findRangeProblems(input: Omit<DownloadPlanInput, 'transferSizeBytes'>): readonly RangeProblem[] {
  return input.segments.flatMap((segment) => findSegmentProblems(segment, input));
}

function findSegmentProblems(
  { address, bytes }: FirmwareSegment,
  { map, firstFreeAddress = 0, wordBytes = DEFAULT_WORD_BYTES }: Omit<DownloadPlanInput, 'transferSizeBytes'>,
): readonly RangeProblem[] {
  const outside = findFirstAddressOutside(map, address, bytes.length);
  const closed = findSectorsInRange(map, address, bytes.length).find((sector) => !sector.writable);
  const guarded = findGuardedContent(map, address, bytes.length);
  const problems: RangeProblem[] = [];
  if (address % wordBytes !== 0) problems.push({ address, reason: 'does not begin a word' });
  if (outside !== undefined) problems.push({ address: outside, reason: `is outside the memory “${map.name}”` });
  if (closed)
    problems.push({ address: Math.max(address, closed.address), reason: 'lies in a sector that is read only' });
  if (guarded) problems.push({ address, reason: `lies in ${guarded}, which no image is written to` });
  if (address < firstFreeAddress) problems.push({ address, reason: 'is guarded by the bootloader' });
  return problems;
}

function splitIntoChunks(piece: FirmwareSegment, sizeBytes: number): readonly FirmwareSegment[] {
  const count = Math.ceil(piece.bytes.length / sizeBytes);
  return Array.from({ length: count }, (_, at) => ({
    address: piece.address + at * sizeBytes,
    bytes: piece.bytes.subarray(at * sizeBytes, (at + 1) * sizeBytes),
  }));
}

function createRangeError(problem: RangeProblem): DfuError {
  return new DfuError({
    kind: 'memory-map',
    site: { stage: 'erase', command: 'ERASE', address: problem.address },
    message: `nothing was erased: ${formatHex32(problem.address)} ${problem.reason}`,
  });
}
