// Firmware images with true headers, sizes, digests and checksums around meaningless code, so that nobody needs the vendor's.
import { createHash } from 'node:crypto';
import { toDataView } from '../../base/bytes.ts';
import { computeCrc32 } from '../../base/digest.ts';
import { createSeededRandom } from '../../base/random.ts';
import { type ModuleDependency, type ModuleSlot, moduleFunction, moduleSlots } from './firmware-modules.ts';
import { findSystemRelease, type SystemRelease } from './system-releases.ts';

/** What an image's header and suffix say. */
export interface ModuleSpec {
  readonly slot: ModuleSlot;
  readonly version: number;
  /** 6 for a Photon, 8 for a P1. */
  readonly platform: number;
  /** Whole file, checksum included. */
  readonly sizeBytes: number;
  readonly dependencies?: readonly ModuleDependency[];
  /** Two images of the same seed and spec are equal. */
  readonly seed: string;
  /** Product id and version, in user parts. */
  readonly product?: { readonly id: number; readonly version: number };
}

const HEADER_AFTER_VECTORS = 0x184;
const STACK_TOP = 0x2002_0000;
const CRC_BYTES = 4;
const SUFFIX_BYTES = 40;
const NO_PRODUCT = { id: 0xffff, version: 0xffff };

/** A module file: vectors (but not in user parts), header, body, suffix, checksum. */
export function buildSyntheticModule(spec: ModuleSpec): Uint8Array {
  const file = generateFillerBytes(`${spec.seed}/${spec.version}/${spec.slot.address}`, spec.sizeBytes);
  const hasVectors = spec.slot.function !== moduleFunction.userPart;
  if (hasVectors) {
    const view = toDataView(file);
    view.setUint32(0, STACK_TOP, true);
    view.setUint32(4, (spec.slot.address + HEADER_AFTER_VECTORS + 25) | 1, true);
  }
  writeModuleHeader(file, hasVectors ? HEADER_AFTER_VECTORS : 0, spec);
  writeModuleSuffix(file, spec.product ?? NO_PRODUCT);
  return file;
}

function writeModuleHeader(file: Uint8Array, at: number, spec: ModuleSpec): void {
  const view = toDataView(file.subarray(at, at + 24));
  view.setUint32(0, spec.slot.address, true);
  view.setUint32(4, spec.slot.address + spec.sizeBytes - CRC_BYTES, true);
  view.setUint16(8, 0);
  view.setUint16(10, spec.version, true);
  view.setUint16(12, spec.platform, true);
  view.setUint8(14, spec.slot.function);
  view.setUint8(15, spec.slot.index);
  [16, 20].forEach((offset, order) => {
    const need = spec.dependencies?.[order] ?? { function: 0, index: 0, version: 0 };
    view.setUint8(offset, need.function);
    view.setUint8(offset + 1, need.index);
    view.setUint16(offset + 2, need.version, true);
  });
}

/** product id u16, product version u16, reserved u16, SHA-256 of all before, suffix size u16; then CRC-32 big endian. */
function writeModuleSuffix(file: Uint8Array, product: { readonly id: number; readonly version: number }): void {
  const at = file.length - CRC_BYTES - SUFFIX_BYTES;
  const view = toDataView(file);
  view.setUint16(at, product.id, true);
  view.setUint16(at + 2, product.version, true);
  view.setUint16(at + 4, 0, true);
  file.set(
    createHash('sha256')
      .update(file.subarray(0, at + 6))
      .digest(),
    at + 6,
  );
  view.setUint16(at + 38, SUFFIX_BYTES, true);
  view.setUint32(at + 40, computeCrc32(file.subarray(0, at + 40)), false);
}

function generateFillerBytes(seed: string, sizeBytes: number): Uint8Array {
  const random = createSeededRandom(seed);
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let at = 0; at < words.length; at += 1) words[at] = Math.floor(random.drawFraction() * 0x1_0000_0000);
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

/** One file of a release, ready to be written at its address. */
export interface SyntheticImage {
  readonly name: string;
  readonly address: number;
  readonly version: number;
  readonly bytes: Uint8Array;
}

export interface SyntheticRelease {
  readonly release: SystemRelease;
  readonly bootloader: SyntheticImage;
  readonly systemPart1: SyntheticImage;
  readonly systemPart2: SyntheticImage;
  readonly userPart: SyntheticImage;
}

/** Sizes of the published files where they are known, and of the nearest ones where not. */
const SIZES: Readonly<Record<string, readonly [bootloader: number, part1: number, part2: number, tinker: number]>> = {
  '0.5.2': [14_980, 250_956, 187_492, 3_952],
  '2.3.1': [15_124, 241_496, 260_984, 5_324],
};
const DEFAULT_SIZES = [15_100, 241_416, 258_000, 5_324] as const;

/** From here on part 1 asks for a part 2 of 0.7.0 or newer. */
const FIRST_WITH_PART2_NEED = 300;

/** All files of a release for platform 6 (Photon) or 8 (P1); throws RangeError for a release that is not known. */
export function buildSyntheticRelease(name: string, platform = 6): SyntheticRelease {
  const release = findSystemRelease(name);
  const { moduleVersion: version, requiredBootloader } = release;
  const [bootBytes, part1Bytes, part2Bytes, userBytes] = SIZES[name] ?? DEFAULT_SIZES;
  const { systemPart } = moduleFunction;
  const image = (
    part: string,
    slot: ModuleSlot,
    about: Pick<ModuleSpec, 'version' | 'sizeBytes' | 'dependencies' | 'product'>,
  ): SyntheticImage => ({
    name: part,
    address: slot.address,
    version: about.version,
    bytes: buildSyntheticModule({ slot, platform, seed: `${name}/${platform}`, ...about }),
  });
  return {
    release,
    bootloader: image('bootloader', moduleSlots.bootloader, {
      version: release.bootloaderVersion,
      sizeBytes: bootBytes,
    }),
    systemPart1: image('system-part1', moduleSlots.systemPart1, {
      version,
      sizeBytes: part1Bytes,
      dependencies: version >= FIRST_WITH_PART2_NEED ? [{ function: systemPart, index: 2, version: 207 }] : [],
    }),
    systemPart2: image('system-part2', moduleSlots.systemPart2, {
      version,
      sizeBytes: part2Bytes,
      dependencies: [
        { function: systemPart, index: 1, version },
        ...(requiredBootloader === undefined
          ? []
          : [{ function: moduleFunction.bootloader, index: 0, version: requiredBootloader }]),
      ],
    }),
    userPart: image('tinker', moduleSlots.userPart, {
      version: 3,
      sizeBytes: userBytes,
      dependencies: [{ function: systemPart, index: 2, version: 6 }],
      product: { id: platform, version: 2 },
    }),
  };
}
