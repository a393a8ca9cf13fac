// Room on the disk: warned of early, refused in time, so that a run that begins can always be recorded.
import { type StatsFs, statfsSync } from 'node:fs';
import { getErrorMessage, StationError } from '../../base/station-error.ts';

/** From when on people are warned, and from when on no run begins. */
export interface SpaceLimits {
  readonly warnShare: number;
  readonly stopShare: number;
  /** No run begins with less than this, whatever the shares say. */
  readonly floorBytes: number;
  /** With more than this the shares do not matter: 5 % of a large disk is plenty. */
  readonly ampleBytes: number;
}

const MIB = 1_048_576;

/** IEC 62443-4-2 CR 2.9 asks for a warning before log space runs out, CR 2.10 for a reaction when it has. */
const spaceLimits: SpaceLimits = {
  warnShare: 0.8,
  stopShare: 0.95,
  floorBytes: 256 * MIB,
  ampleBytes: 20_480 * MIB,
};

/** How much room there is, and what that means. */
export interface SpaceReport {
  readonly freeBytes: number;
  readonly usedShare: number;
  readonly standing: 'plenty' | 'low' | 'none';
}

/** How a test tells the record about a full disk without filling one. */
export type SpaceProbe = (directory: string) => Pick<StatsFs, 'bavail' | 'blocks' | 'bfree' | 'bsize'>;

/** The room on the disk of a folder. Throws StationError `record/cannot-open` when the system will not say. */
export function readDiskSpace(directory: string, probe: SpaceProbe = statfsSync, limits = spaceLimits): SpaceReport {
  try {
    const { bavail, blocks, bfree, bsize } = probe(directory);
    const usedBlocks = blocks - bfree;
    // What ordinary users may fill, as df counts it.
    const usedShare = usedBlocks + bavail === 0 ? 1 : usedBlocks / (usedBlocks + bavail);
    const freeBytes = bavail * bsize;
    return { freeBytes, usedShare, standing: classifyDiskSpace(freeBytes, usedShare, limits) };
  } catch (error) {
    throw new StationError({
      code: 'record/cannot-open',
      message: `The room on the disk of ${directory} cannot be found out (${getErrorMessage(error)})`,
      hint: 'Check that the disk is connected and the folder exists.',
      cause: error,
    });
  }
}

/** Throws StationError `record/no-room` when no run may begin. */
export function assertDiskSpace(directory: string, probe: SpaceProbe = statfsSync, limits = spaceLimits): void {
  const { standing, freeBytes, usedShare } = readDiskSpace(directory, probe, limits);
  if (standing !== 'none') return;
  throw new StationError({
    code: 'record/no-room',
    message: `The disk of ${directory} is ${Math.floor(usedShare * 100)} % full, ${Math.floor(freeBytes / MIB)} MiB are left`,
    hint: 'Free space on the disk, or drop old evidence with "flashline retention". No run begins until then.',
  });
}

function classifyDiskSpace(freeBytes: number, usedShare: number, limits: SpaceLimits): SpaceReport['standing'] {
  if (freeBytes < limits.floorBytes) return 'none';
  if (freeBytes > limits.ampleBytes) return 'plenty';
  if (usedShare >= limits.stopShare) return 'none';
  return usedShare >= limits.warnShare ? 'low' : 'plenty';
}
