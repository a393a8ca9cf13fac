// What `flashline firmware inspect` tells about a file: format, segments, suffix, module, and every problem found.
import { sha256Hex } from '../../base/digest.ts';
import { isStationError } from '../../base/station-error.ts';
import { integrityProblems } from './check-module.ts';
import { releaseOfSystemModule, releasesOfBootloader } from './device-os-releases.ts';
import { type DfuSuffix, decodeDfuSuffix, hasDfuSuffix } from './dfu-suffix.ts';
import type { FirmwareProblem } from './firmware-error.ts';
import { type FirmwareImage, type ImageFormat, imageSizeBytes } from './firmware-image.ts';
import { decodeModule, type ParticleModule } from './particle-module.ts';
import { type ReadOptions, readImage, sniffFormat } from './read-firmware-image.ts';

/** `sizeBytes` is the whole file's; `payloadBytes` is what would be written. */
export interface ImageDescription {
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
export function describeImage(file: Uint8Array, options: ReadOptions = {}): ImageDescription {
  const read = tryRead(file, options);
  const first = read.image?.segments[0];
  const module = first ? (decodeModule(first.bytes) ?? null) : null;
  return {
    format: sniffFormat(file),
    sizeBytes: file.length,
    sha256: sha256Hex(file),
    payloadBytes: read.image ? imageSizeBytes(read.image) : 0,
    alternate: read.image?.alternate ?? null,
    segments: (read.image?.segments ?? []).map(({ address, bytes }) => ({ address, sizeBytes: bytes.length })),
    suffix: read.image && hasDfuSuffix(file) ? decodeDfuSuffix(file).suffix : null,
    module,
    release: module ? (releaseOf(module) ?? null) : null,
    problems: [...read.problems, ...(first ? integrityProblems(first.bytes, first.address) : [])],
  };
}

function tryRead(
  file: Uint8Array,
  options: ReadOptions,
): { readonly image: FirmwareImage | null; readonly problems: readonly FirmwareProblem[] } {
  try {
    return { image: readImage(file, options), problems: [] };
  } catch (error) {
    if (!isStationError(error)) throw error;
    const { code, message, hint } = error;
    return { image: null, problems: [{ code: code as FirmwareProblem['code'], message, hint }] };
  }
}

function releaseOf(module: ParticleModule): string | undefined {
  if (module.function === 'bootloader') return releasesOfBootloader(module.version);
  return module.function === 'system-part' ? releaseOfSystemModule(module.version) : undefined;
}
