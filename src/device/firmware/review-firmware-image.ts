// What is to be told of a placed image before anything is erased: in the same words by `check`, `inspect` and `flash`.
import { formatHex16 } from '../../base/bytes.ts';
import { findCpuCore } from './cpu.ts';
import type { FirmwareNote, FirmwareProblem } from './firmware-error.ts';
import type { FirmwareImage, FirmwareSegment, ImageTarget, UsbTarget } from './firmware-image.ts';
import { type DfuPrefix, findDfuPrefix } from './formats/dfu-prefix.ts';
import { isSuffixForDevice } from './formats/dfu-suffix.ts';
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
  /** The unit in DFU mode, where it is known. */
  readonly device?: UsbDeviceId | undefined;
}

interface UsbDeviceId {
  readonly vendorId: number;
  readonly productId: number;
}

/** The notes of the reader come first. Modules are judged by what their device checks; raw images by their vector table. */
export function reviewFirmwareImage(
  image: FirmwareImage,
  { targets, cpu, isMovedByUnit, device }: ReviewOptions,
): FirmwareReview {
  const placed = targets.flatMap(({ segments }) => segments);
  const isRaw = image.format === 'binary' || image.format === 'dfu';
  const prefix = isRaw ? findDfuPrefix(placed[0]!.bytes) : undefined;
  const modules = isRaw ? listRawSegments(image, placed[0]!) : placed;
  const vectorTable = isRaw && !isMovedByUnit && !prefix ? reviewVectorTable(placed[0]!, modules[0]!, cpu) : NOTHING;
  return {
    problems: [
      ...findWrongDevice(image.usbTarget, device),
      ...(prefix && !isMovedByUnit ? [buildPrefixProblem(prefix)] : []),
      ...modules.flatMap(({ bytes, address }) => findIntegrityProblems(bytes, isMovedByUnit ? null : address)),
      ...vectorTable.problems,
    ],
    notes: [
      ...image.notes,
      ...modules.flatMap(({ bytes }) => describeModule(bytes)),
      ...modules.flatMap(({ bytes }) => describeDroppedHeader(bytes, isRaw)),
      ...(prefix && isMovedByUnit ? [buildPrefixNote(prefix)] : []),
      ...vectorTable.notes,
    ],
  };
}

const NOTHING: FirmwareReview = { problems: [], notes: [] };

/** What the DFU suffix says against the unit. */
function findWrongDevice(target: UsbTarget | null, device: UsbDeviceId | undefined): readonly FirmwareProblem[] {
  if (!target || !device || isSuffixForDevice(target, device)) return [];
  const message = `the file says that it is for ${formatUsbId(target)}, the unit is ${formatUsbId(device)}`;
  return [{ code: 'firmware/wrong-device', message, hint: 'Name the file that was built for this device.' }];
}

function formatUsbId({ vendorId, productId }: UsbDeviceId): string {
  return `${formatHex16(vendorId)}:${formatHex16(productId)}`;
}

function buildPrefixProblem({ title, sizeBytes }: DfuPrefix): FirmwareProblem {
  return {
    code: 'firmware/vendor-prefix',
    message: `its first ${sizeBytes} bytes are ${title}, which a loader of that vendor takes off; they would be written into flash`,
    hint: 'Name the file without it (`dfu-prefix -D` takes it off); for a device of that vendor say `protocol: dfu` and no address.',
  };
}

function buildPrefixNote({ title }: DfuPrefix): FirmwareNote {
  return { code: 'firmware/vendor-prefix', message: `it begins with ${title}, which is sent to the device with it` };
}

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
