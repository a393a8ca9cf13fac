// What `flashline firmware inspect` tells about a file: format, segments, suffix, module, and every problem found.
import { computeSha256Hex } from '../../base/digest.ts';
import { isStationError } from '../../base/station-error.ts';
import type { FirmwareProblem } from './firmware-error.ts';
import { countImageBytes, type FirmwareImage, type ImageFormat } from './firmware-image.ts';
import { type DfuSuffix, decodeDfuSuffix, hasDfuSuffix } from './formats/dfu-suffix.ts';
import { findIntegrityProblems } from './particle/check-module.ts';
import { findBootloaderReleases, findSystemModuleRelease } from './particle/device-os-releases.ts';
import { decodeModule, type ParticleModule } from './particle/particle-module.ts';
import { detectImageFormat, type ReadFirmwareImageOptions, readFirmwareImage } from './read-firmware-image.ts';

/** `sizeBytes` is the whole file's; `payloadBytes` is what would be written. */
export interface FirmwareImageDescription {
  readonly format: ImageFormat;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly payloadBytes: number;
  readonly alternate: number | null;
  readonly segments: readonly { readonly address: number; readonly sizeBytes: number }[];
  readonly suffix: DfuSuffix | null;
  readonly module: ParticleModule | null;
  /** Device OS release that the module belongs to, where it is known. */
  readonly release: string | null;
  readonly problems: readonly FirmwareProblem[];
}

/** Never throws for a bad file: what is wrong with it is in `problems`. */
export function describeFirmwareImage(
  file: Uint8Array,
  options: ReadFirmwareImageOptions = {},
): FirmwareImageDescription {
  const read = tryReadImage(file, options);
  const first = read.image?.segments[0];
  const module = first ? (decodeModule(first.bytes) ?? null) : null;
  return {
    format: detectImageFormat(file),
    sizeBytes: file.length,
    sha256: computeSha256Hex(file),
    payloadBytes: read.image ? countImageBytes(read.image) : 0,
    alternate: read.image?.alternate ?? null,
    segments: (read.image?.segments ?? []).map(({ address, bytes }) => ({ address, sizeBytes: bytes.length })),
    suffix: read.image && hasDfuSuffix(file) ? decodeDfuSuffix(file).suffix : null,
    module,
    release: module ? (findModuleRelease(module) ?? null) : null,
    problems: [...read.problems, ...(first ? findIntegrityProblems(first.bytes, first.address) : [])],
  };
}

function tryReadImage(
  file: Uint8Array,
  options: ReadFirmwareImageOptions,
): { readonly image: FirmwareImage | null; readonly problems: readonly FirmwareProblem[] } {
  try {
    return { image: readFirmwareImage(file, options), problems: [] };
  } catch (error) {
    if (!isStationError(error)) throw error;
    const { code, message, hint } = error;
    return { image: null, problems: [{ code: code as FirmwareProblem['code'], message, hint }] };
  }
}

function findModuleRelease(module: ParticleModule): string | undefined {
  if (module.function === 'bootloader') return findBootloaderReleases(module.version);
  return module.function === 'system-part' ? findSystemModuleRelease(module.version) : undefined;
}
