// What `flashline firmware inspect` tells about a file: format, segments, suffix, module, and every problem found.
import { computeSha256Hex } from '../../base/digest.ts';
import { detectImageFormat } from './content/detect-format.ts';
import { type FirmwareNote, type FirmwareProblem, isFirmwareError } from './firmware-error.ts';
import {
  countImageBytes,
  type FirmwareImage,
  type FirmwareSegment,
  type ImageFormat,
  type ImageTarget,
} from './firmware-image.ts';
import { type DfuSuffix, decodeDfuSuffix, hasDfuSuffix } from './formats/dfu-suffix.ts';
import { findBootloaderReleases, findSystemModuleRelease } from './particle/device-os-releases.ts';
import { decodeModule, type ParticleModule } from './particle/particle-module.ts';
import { placeFirmwareImage } from './place-firmware-image.ts';
import { type ReadFirmwareImageOptions, readFirmwareImage } from './read-firmware-image.ts';
import { type ReviewOptions, reviewFirmwareImage } from './review-firmware-image.ts';

/** One run of bytes that would be written; `alternate` is null where the file names none. */
export interface SegmentDescription {
  readonly alternate: number | null;
  readonly address: number;
  readonly sizeBytes: number;
}

/** `sizeBytes` is the whole file's; `payloadBytes` is what would be written. */
export interface FirmwareImageDescription {
  /** Null for a file that is no image. */
  readonly format: ImageFormat | null;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly payloadBytes: number;
  /** The only alternate setting that the file names; null when it names none or several. */
  readonly alternate: number | null;
  readonly segments: readonly SegmentDescription[];
  readonly suffix: DfuSuffix | null;
  readonly module: ParticleModule | null;
  /** Device OS release that the module belongs to, where it is known. */
  readonly release: string | null;
  readonly notes: readonly FirmwareNote[];
  readonly problems: readonly FirmwareProblem[];
}

/** How the file is read, and where a file without addresses goes. */
export interface DescribeFirmwareImageOptions extends ReadFirmwareImageOptions {
  readonly address?: number | undefined;
  readonly alternate?: number | undefined;
  /** The unit in DFU mode, where it is known. */
  readonly device?: ReviewOptions['device'];
}

/** Never throws for a bad file: what is wrong with it is in `problems`. */
export function describeFirmwareImage(
  file: Uint8Array,
  options: DescribeFirmwareImageOptions = {},
): FirmwareImageDescription {
  const { image, targets, problems } = tryReadImage(file, options);
  const review =
    image && targets.length > 0
      ? reviewFirmwareImage(image, { targets, cpu: options.cpu, device: options.device })
      : null;
  const first = image?.targets[0]?.segments[0];
  const module = first ? (decodeModule(first.bytes) ?? null) : null;
  return {
    format: image?.format ?? detectDamagedFormat(file),
    sizeBytes: file.length,
    sha256: computeSha256Hex(file),
    payloadBytes: targets.reduce((sum, target) => sum + countImageBytes(target), 0),
    alternate: targets.length === 1 ? targets[0]!.alternate : null,
    segments: targets.flatMap(({ alternate, segments }) =>
      segments.map(({ address, bytes }) => ({ alternate, address, sizeBytes: bytes.length })),
    ),
    suffix: image && image.format !== 'binary' && hasDfuSuffix(file) ? decodeDfuSuffix(file).suffix : null,
    module,
    release: module ? (findModuleRelease(module) ?? null) : null,
    notes: review?.notes ?? image?.notes ?? [],
    problems: [...problems, ...(review?.problems ?? [])],
  };
}

/** What a file would be if it were whole; raw is what has no mark of a format at all. */
function detectDamagedFormat(file: Uint8Array): ImageFormat | null {
  const format = detectImageFormat(file);
  return format === 'binary' ? null : format;
}

interface ImageReading {
  readonly image: FirmwareImage | null;
  readonly targets: readonly ImageTarget<FirmwareSegment>[];
  readonly problems: readonly FirmwareProblem[];
}

function tryReadImage(file: Uint8Array, options: DescribeFirmwareImageOptions): ImageReading {
  let image: FirmwareImage | null = null;
  try {
    image = readFirmwareImage(file, options);
    return { image, targets: placeFirmwareImage(image, options), problems: [] };
  } catch (error) {
    if (!isFirmwareError(error)) throw error;
    const { code, message, hint, place } = error;
    return { image, targets: [], problems: [{ code, message, hint, ...(place && { place }) }] };
  }
}

function findModuleRelease(module: ParticleModule): string | undefined {
  if (module.function === 'bootloader') return findBootloaderReleases(module.version);
  return module.function === 'system-part' ? findSystemModuleRelease(module.version) : undefined;
}
