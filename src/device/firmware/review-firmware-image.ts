// What is to be told of a placed image before anything is erased: in the same words by `check`, `inspect` and `flash`.
import { findCpuCore } from './cpu.ts';
import type { FirmwareNote, FirmwareProblem } from './firmware-error.ts';
import type { FirmwareImage, FirmwareSegment, ImageTarget } from './firmware-image.ts';
import { describeModule, findIntegrityProblems } from './particle/check-module.ts';
import { decodeModuleHeader, isDamagedModule, MODULE_HEADER_BYTES } from './particle/particle-module.ts';
import { isHeaderDropped } from './place-firmware-image.ts';
import { describeVectorTable } from './vector-table.ts';

/** Faults that refuse the file, and notes that do not. */
export interface FirmwareReview {
  readonly problems: readonly FirmwareProblem[];
  readonly notes: readonly FirmwareNote[];
}

/** Where the image goes, and what of the unit is known. */
export interface ReviewOptions {
  readonly targets: readonly ImageTarget<FirmwareSegment>[];
  readonly cpu?: string | undefined;
  /** The unit itself brings it from where it is written to where it runs: the address says nothing of the contents. */
  readonly isMovedByUnit?: boolean;
}

/** The notes of the reader come first. Modules are judged by what their device checks; raw images by their vector table. */
export function reviewFirmwareImage(
  image: FirmwareImage,
  { targets, cpu, isMovedByUnit }: ReviewOptions,
): FirmwareReview {
  const placed = targets.flatMap(({ segments }) => segments);
  const isRaw = image.format === 'binary' || image.format === 'dfu';
  const modules = isRaw ? listRawSegments(image, placed[0]!) : placed;
  const vectorTable = isRaw && !isMovedByUnit ? reviewVectorTable(placed[0]!, modules[0]!, cpu) : NOTHING;
  return {
    problems: [
      ...modules.flatMap(({ bytes, address }) => findIntegrityProblems(bytes, isMovedByUnit ? null : address)),
      ...vectorTable.problems,
    ],
    notes: [
      ...image.notes,
      ...modules.flatMap(({ bytes }) => describeModule(bytes)),
      ...modules.flatMap(({ bytes }) => describeDroppedHeader(bytes, isRaw)),
      ...vectorTable.notes,
    ],
  };
}

const NOTHING: FirmwareReview = { problems: [], notes: [] };

/** The file itself, with the header that is not written with it. */
function listRawSegments({ targets }: FirmwareImage, { address }: FirmwareSegment): readonly FirmwareSegment[] {
  return targets.flatMap(({ segments }) => segments).map(({ bytes }) => ({ address, bytes }));
}

function describeDroppedHeader(bytes: Uint8Array, isRaw: boolean): readonly FirmwareNote[] {
  if (!isRaw || !isHeaderDropped(bytes)) return [];
  const message = `the first ${MODULE_HEADER_BYTES} bytes are the module header, which the module itself says is not stored on the unit; they are not written`;
  return [{ code: 'firmware/header-dropped', message }];
}

/** A module has checks of its own, and need not begin with vectors. Without a processor it is a note: it may be data. */
function reviewVectorTable(
  placed: FirmwareSegment,
  { bytes }: FirmwareSegment,
  cpu: string | undefined,
): FirmwareReview {
  if (decodeModuleHeader(bytes) || isDamagedModule(bytes)) return NOTHING;
  if (cpu !== undefined && findCpuCore(cpu) !== 'cortex-m') return NOTHING;
  const found = describeVectorTable(placed);
  if (found === null) return NOTHING;
  const code = 'firmware/vector-table';
  if (cpu === undefined) {
    return { problems: [], notes: [{ code, message: `as a program for a Cortex-M it would not start: ${found}` }] };
  }
  const message = `it is no program that a ${cpu} starts: ${found}`;
  const hint = 'Give the file and the address that it was linked for; for data, say `cpu: other`.';
  return { problems: [{ code, message, hint }], notes: [] };
}
