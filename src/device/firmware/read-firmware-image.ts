// Reads a firmware file of any known format: the one door through which `check`, `inspect`, `flash` and a run go.
import type { AssembledSegments } from './assemble-segments.ts';
import {
  checkRawContent,
  compareNameWithFormat,
  describeDisguise,
  detectImageFormat,
  fileTitles,
} from './content/detect-format.ts';
import { createFirmwareError, type FirmwareNote } from './firmware-error.ts';
import { createEmptyImageError, type FirmwareImage, type ImageFormat, joinSegments } from './firmware-image.ts';
import { BCD_DFU_DFUSE, decodeDfuSuffix } from './formats/dfu-suffix.ts';
import { type DfuseTarget, decodeDfuseFile } from './formats/dfuse-file.ts';
import { decodeElf } from './formats/elf-file.ts';
import { decodeIntelHex } from './formats/intel-hex.ts';
import { decodeSRecord } from './formats/s-record.ts';
import { decodeUf2 } from './formats/uf2-file.ts';

/** How the file is to be read. */
export interface ReadFirmwareImageOptions {
  /** Its name, which takes part in telling what it is. */
  readonly fileName?: string | undefined;
  /** `raw`: these very bytes are meant, whatever they look like. Told in `notes`. */
  readonly format?: 'raw' | undefined;
  /** The unit's processor, one of `cpuNames`. */
  readonly cpu?: string | undefined;
}

/**
 * The image of a file: what it is follows from its content and its name. Throws FirmwareError with a place where one can
 * be said; the codes are those of the readers in `formats/`, and `firmware/not-an-image` for what is no image at all.
 */
export function readFirmwareImage(file: Uint8Array, options: ReadFirmwareImageOptions = {}): FirmwareImage {
  if (file.length === 0) throw createEmptyImageError();
  if (options.format === 'raw') return { ...buildRawImage(file), notes: describeRawReading(file) };
  const format = detectImageFormat(file);
  const image = readFormat(format, file, options);
  return { ...image, notes: [...compareNameWithFormat(format, options.fileName), ...image.notes] };
}

function readFormat(format: ImageFormat, file: Uint8Array, { fileName, cpu }: ReadFirmwareImageOptions): FirmwareImage {
  switch (format) {
    case 'elf':
      return buildAssembledImage(format, decodeElf(file, cpu));
    case 'intel-hex':
      return buildAssembledImage(format, decodeIntelHex(file));
    case 's-record':
      return buildAssembledImage(format, decodeSRecord(file));
    case 'uf2':
      return buildAssembledImage(format, decodeUf2(file, cpu));
    case 'dfuse':
      return readDfuseImage(file);
    case 'dfu':
      return readDfuImage(file);
    case 'binary':
      checkRawContent(file, fileName);
      return buildRawImage(file);
  }
}

function readDfuImage(file: Uint8Array): FirmwareImage {
  const { suffix, payload } = decodeDfuSuffix(file);
  if (payload.length === 0) throw createEmptyImageError();
  if (suffix.bcdDfu === BCD_DFU_DFUSE) throw createNoDfusePrefixError();
  checkRawContent(payload, undefined);
  return { ...buildRawImage(payload), format: 'dfu', usbTarget: suffix };
}

function readDfuseImage(file: Uint8Array): FirmwareImage {
  const { suffix, targets, notes } = decodeDfuseFile(file);
  for (const { bytes } of targets.flatMap(({ elements }) => elements)) checkNoFileInside(bytes);
  return { format: 'dfuse', targets: mergeTargets(targets), usbTarget: suffix, notes };
}

function buildAssembledImage(format: ImageFormat, { segments, notes }: AssembledSegments): FirmwareImage {
  return { format, targets: [{ alternate: null, name: null, segments }], usbTarget: null, notes };
}

function buildRawImage(bytes: Uint8Array): FirmwareImage {
  const segments = [{ address: null, bytes }];
  return { format: 'binary', targets: [{ alternate: null, name: null, segments }], usbTarget: null, notes: [] };
}

/** A file may come back to an alternate setting; its parts are one target then. */
function mergeTargets(targets: readonly DfuseTarget[]): FirmwareImage['targets'] {
  if (targets.length === 0) throw createEmptyImageError();
  return [...new Set(targets.map(({ alternate }) => alternate))].map((alternate) => {
    const parts = targets.filter((target) => target.alternate === alternate);
    const segments = joinSegments(parts.flatMap(({ elements }) => elements));
    return { alternate, name: parts[0]!.name, segments };
  });
}

function describeRawReading(file: Uint8Array): readonly FirmwareNote[] {
  const disguise = describeDisguise(file);
  const message =
    disguise === null
      ? 'the file is read as raw binary because the recipe says so'
      : `the file is read as raw binary because the recipe says so; it looks like ${disguise}`;
  return [{ code: 'firmware/read-as-raw', message }];
}

function checkNoFileInside(bytes: Uint8Array): void {
  const inside = detectImageFormat(bytes);
  if (inside === 'binary') return;
  throw createFirmwareError({
    code: 'firmware/nested',
    message: `the DfuSe file holds ${fileTitles[inside]} whole, whose headers would be written with it`,
    hint: 'Build the DfuSe file from the .bin or .hex of the program, not from a file of another format.',
  });
}

function createNoDfusePrefixError(): Error {
  return createFirmwareError({
    code: 'firmware/format',
    message: 'not a sound DfuSe file: the DFU suffix says DfuSe (011a), and the file does not begin with "DfuSe"',
    hint: 'Build the file again with a DfuSe tool, or use the raw binary and its address.',
  });
}
