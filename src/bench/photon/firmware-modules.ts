// Module headers as the device itself reads them out of its flash, and the checks it makes of them.
import { toDataView } from '../../base/bytes.ts';
import { computeCrc32 } from '../../base/digest.ts';
import type { FlashMemory } from '../flash/flash-memory.ts';
import { FLASH_END_ADDRESS } from '../flash/flash-sectors.ts';
import { hasVectorTable } from '../flash/vector-table.ts';

export const moduleFunction = { bootloader: 2, systemPart: 4, userPart: 5 } as const;

export interface ModuleDependency {
  readonly function: number;
  readonly index: number;
  readonly version: number;
}

/** A module header of 24 bytes, as far as the device uses it. */
export interface ModuleHeader {
  readonly start: number;
  /** Exclusive; the CRC stands here. */
  readonly end: number;
  readonly version: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  readonly dependencies: readonly ModuleDependency[];
}

/** Where a module may live. */
export interface ModuleSlot {
  readonly address: number;
  readonly sizeBytes: number;
  readonly function: number;
  readonly index: number;
}

/** The slots that the chip runs from. */
export const moduleSlots = {
  bootloader: { address: 0x0800_0000, sizeBytes: 0x4000, function: moduleFunction.bootloader, index: 0 },
  systemPart1: { address: 0x0802_0000, sizeBytes: 0x4_0000, function: moduleFunction.systemPart, index: 1 },
  systemPart2: { address: 0x0806_0000, sizeBytes: 0x4_0000, function: moduleFunction.systemPart, index: 2 },
  userPart: { address: 0x080a_0000, sizeBytes: 0x2_0000, function: moduleFunction.userPart, index: 1 },
} as const satisfies Record<string, ModuleSlot>;

/** A user part kept for a factory reset; it is linked to run from its own slot. */
const factorySlot: ModuleSlot = { ...moduleSlots.userPart, address: 0x080e_0000 };

/** Start of the region into which an image for the next boot is downloaded. */
export const OTA_ADDRESS = 0x080c_0000;

/** Behind 97 vectors. */
const HEADER_AFTER_VECTORS = 0x184;
const HEADER_BYTES = 24;
const CRC_BYTES = 4;

/**
 * start u32 at 0, end u32 at 4, version u16 at 10, platform u16 at 12, function u8 at 14, index u8 at 15, then twice
 * function u8, index u8, version u16. Undefined where no header can be: erased, or an end that makes no sense.
 */
export function readModuleHeader(flash: FlashMemory, address: number): ModuleHeader | undefined {
  const at = address + (hasVectorTable(flash, address) ? HEADER_AFTER_VECTORS : 0);
  const view = toDataView(flash.read(at, HEADER_BYTES));
  const start = view.getUint32(0, true);
  const end = view.getUint32(4, true);
  if (end <= start || end - start > FLASH_END_ADDRESS - address - CRC_BYTES) return undefined;
  return {
    start,
    end,
    version: view.getUint16(10, true),
    platform: view.getUint16(12, true),
    function: view.getUint8(14),
    index: view.getUint8(15),
    dependencies: [readModuleDependency(view, 16), readModuleDependency(view, 20)].filter(
      ({ function: kind }) => kind !== 0,
    ),
  };
}

function readModuleDependency(view: DataView, at: number): ModuleDependency {
  return { function: view.getUint8(at), index: view.getUint8(at + 1), version: view.getUint16(at + 2, true) };
}

/** True when the CRC-32 behind the module (big endian) is that of its bytes. */
export function hasValidModuleCrc(flash: FlashMemory, address: number, header: ModuleHeader): boolean {
  const length = header.end - header.start;
  const bytes = flash.read(address, length + CRC_BYTES);
  return computeCrc32(bytes.subarray(0, length)) === toDataView(bytes).getUint32(length, false);
}

/** Bits of the `s` report: what was checked of a module, and what of that was good. */
export const moduleChecks = { integrity: 2, dependencies: 4, range: 8, platform: 16 } as const;

export const ALL_MODULE_CHECKS = 30;

export interface CheckedModule {
  readonly slot: ModuleSlot;
  /** As the `s` report has it: main, or factory. */
  readonly store: 'm' | 'f';
  /** Undefined for an empty slot. */
  readonly header: ModuleHeader | undefined;
  /** Bits of `moduleChecks`. */
  readonly valid: number;
}

/** Every main slot's module with all checks made. */
export function checkModules(flash: FlashMemory, platform: number): readonly CheckedModule[] {
  const found = Object.values(moduleSlots).map((slot) => ({ slot, header: readModuleHeader(flash, slot.address) }));
  const installed = found.flatMap(({ header }) => header ?? []);
  return found.map(({ slot, header }) => ({
    slot,
    store: 'm',
    header,
    valid: header ? runModuleChecks({ flash, slot, header, platform, installed }) : 0,
  }));
}

/** The factory slot; the virtual bench never fills it. */
export const emptyFactorySlot: CheckedModule = { slot: factorySlot, store: 'f', header: undefined, valid: 0 };

function runModuleChecks(of: {
  readonly flash: FlashMemory;
  readonly slot: ModuleSlot;
  readonly header: ModuleHeader;
  readonly platform: number;
  readonly installed: readonly ModuleHeader[];
}): number {
  const { flash, slot, header, platform, installed } = of;
  const isMet = (need: ModuleDependency): boolean =>
    installed.some((one) => one.function === need.function && one.index === need.index && one.version >= need.version);
  const inRange = header.start === slot.address && header.end + CRC_BYTES <= slot.address + slot.sizeBytes;
  return (
    (inRange && hasValidModuleCrc(flash, slot.address, header) ? moduleChecks.integrity : 0) |
    (header.dependencies.every(isMet) ? moduleChecks.dependencies : 0) |
    (inRange ? moduleChecks.range : 0) |
    (header.platform === platform && header.function === slot.function ? moduleChecks.platform : 0)
  );
}
