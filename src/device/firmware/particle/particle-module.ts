// The Particle module: the 24-byte header, the suffix and the CRC that every part of Device OS carries.
import { toDataView, toHex } from '../../../base/bytes.ts';
import { computeCrc32, computeSha256Hex } from '../../../base/digest.ts';

export const moduleFunctions = [
  'none',
  'resource',
  'bootloader',
  'monolithic',
  'system-part',
  'user-part',
  'settings',
  'ncp-firmware',
  'radio-stack',
  'asset',
] as const;

type ModuleFunction = (typeof moduleFunctions)[number];

/** What a module needs: a module of that function and index, at least of that version. */
export interface ModuleDependency {
  readonly function: ModuleFunction;
  readonly index: number;
  readonly version: number;
}

/** The header (device-os dynalib/inc/module_info.h). `endAddress` is exclusive; the CRC stands there. */
export interface ModuleHeader {
  /** Where in the image the header stands: 0, or behind the vectors. */
  readonly offset: number;
  readonly startAddress: number;
  readonly endAddress: number;
  readonly flags: number;
  readonly version: number;
  readonly platformId: number;
  readonly function: ModuleFunction;
  readonly index: number;
  readonly dependencies: readonly ModuleDependency[];
}

/** Header with what the end of the module says, and whether that is true of its bytes. */
export interface ParticleModule extends ModuleHeader {
  /** Header to CRC, both included. */
  readonly sizeBytes: number;
  readonly storedCrc: number;
  readonly computedCrc: number;
  /** As stored; null in modules whose suffix is too short to hold one. */
  readonly storedSha256: string | null;
  readonly computedSha256: string;
  /** 0xFFFF stands for none. */
  readonly productId: number | null;
  readonly productVersion: number | null;
}

// Header, 24 B, little endian: 0 start u32 | 4 end u32 | 8 reserved u8 | 9 flags u8 | 10 version u16 | 12 platform u16 |
//   14 function u8 | 15 index u8 | 16 dependency: function u8, index u8, version u16 | 20 second dependency, the same
export const MODULE_HEADER_BYTES = 24;
/** Behind the vectors of the STM32F2 (Photon, P1, Electron), nRF52840 (Gen 3), STM32F1 (Core) and of Bluz. */
const OFFSETS_BEHIND_VECTORS = [0x184, 0x200, 0x10c, 0xc0] as const;
/** At the start, or behind the load header of an RTL872x (P2). */
const OFFSETS_WITHOUT_VECTORS = [0, 0x20] as const;
// End of the module, backwards: CRC-32 big endian | suffix size u16 | SHA-256 | reserved u16 | product version u16 | product id u16
const CRC_BYTES = 4;
const SHA_END = 6;
const SHA_START = 38;
const MIN_SUFFIX_BYTES = 36;
const PRODUCT_SUFFIX_BYTES = 40;
/** Larger than any flash of the family. */
const MAX_MODULE_BYTES = 0x80_0000;
/** With every extension that a suffix may hold. */
const MAX_SUFFIX_BYTES = 1024;
const MAX_PLATFORM_ID = 255;

/** Bits of `flags` (device-os module_info.h, module_info_flags_t). */
export const moduleFlags = { dropHeader: 0x01, compressed: 0x02, combined: 0x04, encrypted: 0x08 } as const;

/**
 * The header of an image, or undefined when there is none that makes sense. Looks where the device looks
 * (flash_mal.c FLASH_ModuleInfo): behind the vectors when the first word is a stack pointer, else at the start.
 */
export function decodeModuleHeader(image: Uint8Array): ModuleHeader | undefined {
  const offsets = hasStackPointer(image) ? OFFSETS_BEHIND_VECTORS : OFFSETS_WITHOUT_VECTORS;
  const headers = offsets.flatMap((offset) => decodeHeaderAt(image, offset) ?? []);
  return headers.find((header) => computeModuleSizeBytes(header) === image.length) ?? headers[0];
}

/**
 * True for a file that has no header that makes sense and was a module once: a header that still says the size of the
 * file, or one whose fields fit and that has a module's suffix at its end.
 */
export function isDamagedModule(file: Uint8Array): boolean {
  if (file.length < MODULE_HEADER_BYTES + MIN_SUFFIX_BYTES || decodeModuleHeader(file)) return false;
  const suffixBytes = toDataView(file).getUint16(file.length - SHA_END, true);
  const hasSuffix = suffixBytes >= MIN_SUFFIX_BYTES && suffixBytes <= MAX_SUFFIX_BYTES;
  return [...OFFSETS_WITHOUT_VECTORS, ...OFFSETS_BEHIND_VECTORS].some((offset) => {
    if (file.length < offset + MODULE_HEADER_BYTES + MIN_SUFFIX_BYTES) return false;
    const view = toDataView(file.subarray(offset, offset + MODULE_HEADER_BYTES));
    const saysSize = view.getUint32(4, true) - view.getUint32(0, true) + CRC_BYTES === file.length;
    const hasFields = isKnownFunction(view.getUint8(14)) && view.getUint16(12, true) <= MAX_PLATFORM_ID;
    return saysSize || (hasFields && hasSuffix);
  });
}

/**
 * The module at the start of the bytes, more bytes may follow; undefined when there is no header, or when the bytes end
 * before the module does (ask `decodeModuleHeader` for how long it says it is).
 */
export function decodeModule(image: Uint8Array): ParticleModule | undefined {
  const header = decodeModuleHeader(image);
  if (!header || computeModuleSizeBytes(header) > image.length) return undefined;
  const sizeBytes = computeModuleSizeBytes(header);
  const module = image.subarray(0, sizeBytes);
  const view = toDataView(module);
  const suffixBytes = view.getUint16(sizeBytes - SHA_END, true);
  const hasProduct = suffixBytes === PRODUCT_SUFFIX_BYTES;
  return {
    ...header,
    sizeBytes,
    storedCrc: view.getUint32(sizeBytes - CRC_BYTES, false),
    computedCrc: computeCrc32(module.subarray(0, sizeBytes - CRC_BYTES)),
    storedSha256:
      suffixBytes >= MIN_SUFFIX_BYTES ? toHex(module.subarray(sizeBytes - SHA_START, sizeBytes - SHA_END)) : null,
    computedSha256: computeSha256Hex(module.subarray(0, sizeBytes - SHA_START)),
    productVersion: hasProduct ? view.getUint16(sizeBytes - 42, true) : null,
    productId: hasProduct ? view.getUint16(sizeBytes - 44, true) : null,
  };
}

/** Length of the whole module, CRC included, as its header says. */
export function computeModuleSizeBytes(header: ModuleHeader): number {
  return header.endAddress - header.startAddress + CRC_BYTES;
}

/** True when the bytes are the ones that the CRC was made of. */
export function isModuleIntact(module: ParticleModule): boolean {
  return module.storedCrc === module.computedCrc;
}

/** How people call it: `system part 1 v2302 for platform 6`. */
export function formatModuleTitle(module: ModuleHeader): string {
  const name = module.function.replace('-', ' ');
  const index = module.function === 'bootloader' ? '' : ` ${module.index}`;
  return `${name}${index} v${module.version} for platform ${module.platformId}`;
}

function decodeHeaderAt(image: Uint8Array, offset: number): ModuleHeader | undefined {
  if (image.length < offset + MODULE_HEADER_BYTES) return undefined;
  const view = toDataView(image.subarray(offset, offset + MODULE_HEADER_BYTES));
  const startAddress = view.getUint32(0, true);
  const endAddress = view.getUint32(4, true);
  const moduleFunction = moduleFunctions[view.getUint8(14)];
  const platformId = view.getUint16(12, true);
  const sizeBytes = endAddress - startAddress + CRC_BYTES;
  const isSound =
    startAddress % 4 === 0 &&
    sizeBytes >= offset + MODULE_HEADER_BYTES + MIN_SUFFIX_BYTES + CRC_BYTES &&
    sizeBytes <= MAX_MODULE_BYTES &&
    platformId <= MAX_PLATFORM_ID;
  if (!isSound || !moduleFunction || moduleFunction === 'none') return undefined;
  return {
    offset,
    startAddress,
    endAddress,
    flags: view.getUint8(9),
    version: view.getUint16(10, true),
    platformId,
    function: moduleFunction,
    index: view.getUint8(15),
    dependencies: [decodeDependencyAt(view, 16), decodeDependencyAt(view, 20)].filter(
      (dependency) => dependency !== undefined,
    ),
  };
}

function isKnownFunction(value: number): boolean {
  return value > 0 && value < moduleFunctions.length;
}

function decodeDependencyAt(view: DataView, offset: number): ModuleDependency | undefined {
  const dependsOn = moduleFunctions[view.getUint8(offset)];
  if (!dependsOn || dependsOn === 'none') return undefined;
  return { function: dependsOn, index: view.getUint8(offset + 1), version: view.getUint16(offset + 2, true) };
}

/** The device's own test (APP_START_MASK): an initial stack pointer in RAM means a vector table. */
function hasStackPointer(image: Uint8Array): boolean {
  return image.length >= 4 && (toDataView(image).getUint32(0, true) & 0x2ffc_0000) === 0x2000_0000;
}
