// Reads a firmware file of any known format: the one door through which `check`, `inspect`, `flash` and a run go.
import { createEmptyImageError, type FirmwareImage, type ImageFormat, joinSegments } from './firmware-image.ts';
import { decodeDfuSuffix, hasDfuSuffix } from './formats/dfu-suffix.ts';
import { type DfuseTarget, decodeDfuseFile, isDfuseFile } from './formats/dfuse-file.ts';
import { decodeElf, isElf } from './formats/elf-file.ts';
import { decodeIntelHex, isIntelHex } from './formats/intel-hex.ts';

/** How the file is to be read. */
export interface ReadFirmwareImageOptions {
  /** Its name, which takes part in telling what it is. */
  readonly fileName?: string | undefined;
  /** `raw`: these very bytes are meant, whatever they look like. Told in `notes`. */
  readonly format?: 'raw' | undefined;
}

/** What the bytes are: each format has a mark of its own, and what has none is a raw binary. */
export function detectImageFormat(file: Uint8Array): ImageFormat {
  if (isDfuseFile(file)) return 'dfuse';
  if (isElf(file)) return 'elf';
  if (isIntelHex(file)) return 'intel-hex';
  return hasDfuSuffix(file) ? 'dfu' : 'binary';
}

/**
 * The image of a file. Throws FirmwareError: `firmware/empty`, `firmware/truncated`, `firmware/checksum`,
 * `firmware/format`, `firmware/overlap`.
 */
export function readFirmwareImage(file: Uint8Array, options: ReadFirmwareImageOptions = {}): FirmwareImage {
  if (options.format === 'raw') return buildRawImage(file);
  const format = detectImageFormat(file);
  switch (format) {
    case 'elf':
      return { ...buildImage(format), targets: [{ alternate: null, name: null, segments: decodeElf(file) }] };
    case 'intel-hex':
      return { ...buildImage(format), targets: [{ alternate: null, name: null, segments: decodeIntelHex(file) }] };
    case 'dfuse': {
      const { suffix, targets } = decodeDfuseFile(file);
      return { ...buildImage(format), targets: mergeTargets(targets), usbTarget: suffix };
    }
    case 'dfu': {
      const { suffix, payload } = decodeDfuSuffix(file);
      return { ...buildRawImage(payload), format, usbTarget: suffix };
    }
    case 'binary':
      return buildRawImage(file);
  }
}

function buildImage(format: ImageFormat): Omit<FirmwareImage, 'targets'> {
  return { format, usbTarget: null, notes: [] };
}

function buildRawImage(bytes: Uint8Array): FirmwareImage {
  if (bytes.length === 0) throw createEmptyImageError();
  return {
    ...buildImage('binary'),
    targets: [{ alternate: null, name: null, segments: [{ address: null, bytes }] }],
  };
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
