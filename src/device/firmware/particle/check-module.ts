// Judges a Particle module before anything is erased: whole, for this product, and with all that it depends on.
import { formatHex32 } from '../../../base/bytes.ts';
import type { FirmwareNote, FirmwareProblem } from '../firmware-error.ts';
import type { ModuleDependency, ModuleHeader, ParticleModule } from './particle-module.ts';
import {
  computeModuleSizeBytes,
  decodeModule,
  decodeModuleHeader,
  formatModuleTitle,
  isDamagedModule,
  isModuleIntact,
  moduleFlags,
} from './particle-module.ts';

/** What a recipe says about the module inside an image; what is left out is not checked. */
export interface ModuleExpectation {
  readonly platform?: number;
  readonly function?: string;
  readonly index?: number;
  readonly version?: number;
}

/**
 * Whether the bytes at this address are one whole, undamaged module, by what the device itself checks: size, CRC and
 * address (null: not looked at). Empty when they are, or when they are no module.
 */
export function findIntegrityProblems(bytes: Uint8Array, address: number | null): readonly FirmwareProblem[] {
  const header = decodeModuleHeader(bytes);
  if (!header) return isDamagedModule(bytes) ? [createDamagedProblem()] : [];
  const sizeBytes = computeModuleSizeBytes(header);
  const module = decodeModule(bytes);
  if (!module) {
    return [
      {
        code: 'firmware/truncated',
        message: `${formatModuleTitle(header)} says ${sizeBytes} bytes, only ${bytes.length} are there`,
        hint: 'Get the file again: it was cut off.',
      },
    ];
  }
  return [
    ...findLengthProblems(module, bytes.length),
    ...findChecksumProblems(module),
    ...(address === null ? [] : findAddressProblems(module, address)),
  ];
}

/** What the device does not check and people should know: another SHA-256 than stored, and bytes that no DFU can place. */
export function describeModule(bytes: Uint8Array): readonly FirmwareNote[] {
  const module = decodeModule(bytes);
  if (!module) return [];
  const title = formatModuleTitle(module);
  const { storedSha256, computedSha256, flags } = module;
  const notes: FirmwareNote[] = [];
  if (storedSha256 !== null && storedSha256 !== computedSha256) {
    const message = `${title} stores a SHA-256 that is not its bytes’ own; the device does not check it, and its CRC is what counts`;
    notes.push({ code: 'firmware/module-sha256', message });
  }
  for (const kind of ['compressed', 'combined', 'encrypted'] as const) {
    if ((flags & moduleFlags[kind]) === 0) continue;
    const message = `${title} is ${kind}: only the system on the unit can install it, DFU writes it as it is`;
    notes.push({ code: 'firmware/module-packed', message });
  }
  return notes;
}

/** Differences between a module and what the recipe expects of it. */
export function findExpectationProblems(module: ModuleHeader, expected: ModuleExpectation): readonly FirmwareProblem[] {
  const rows = [
    ['platform', expected.platform, module.platformId],
    ['function', expected.function, module.function],
    ['index', expected.index, module.index],
    ['version', expected.version, module.version],
  ] as const;
  return rows
    .filter(([, wanted, found]) => wanted !== undefined && wanted !== found)
    .map(([name, wanted, found]) => ({
      code: name === 'platform' ? 'firmware/wrong-platform' : 'firmware/wrong-module',
      message: `${formatModuleTitle(module)}: the recipe expects ${name} ${wanted}, the file has ${found}`,
      hint: `Name the file of the right ${name} in the recipe, or correct what the recipe expects.`,
    }));
}

/**
 * Dependencies that no module of the set meets. The set is all that the unit will hold: the images of the recipe and
 * what is known to be on the unit already.
 */
export function findDependencyProblems(modules: readonly ModuleHeader[]): readonly FirmwareProblem[] {
  return modules.flatMap((module) =>
    module.dependencies
      .filter((dependency) => !modules.some((other) => isDependencyMet(other, dependency)))
      .map((dependency) => describeUnmetDependency(module, dependency, modules)),
  );
}

function isDependencyMet(module: ModuleHeader, dependency: ModuleDependency): boolean {
  return isSamePart(module, dependency) && module.version >= dependency.version;
}

function isSamePart(module: ModuleHeader, dependency: ModuleDependency): boolean {
  return module.function === dependency.function && module.index === dependency.index;
}

function describeUnmetDependency(
  module: ModuleHeader,
  needed: ModuleDependency,
  all: readonly ModuleHeader[],
): FirmwareProblem {
  const present = all.find((other) => isSamePart(other, needed));
  const name = needed.function === 'bootloader' ? 'bootloader' : `${needed.function.replace('-', ' ')} ${needed.index}`;
  return {
    code: 'firmware/unmet-dependency',
    message: `${formatModuleTitle(module)} needs ${name} v${needed.version} or newer, ${present ? `v${present.version} is given` : 'none is given'}`,
    hint: 'Flash parts of one release together, the bootloader first; otherwise the unit starts in safe mode.',
  };
}

function findLengthProblems(module: ParticleModule, fileBytes: number): readonly FirmwareProblem[] {
  if (fileBytes === module.sizeBytes) return [];
  return [
    {
      code: 'firmware/trailing-bytes',
      message: `${formatModuleTitle(module)} says ${module.sizeBytes} bytes, ${fileBytes - module.sizeBytes} more follow`,
      hint: 'Get the file again: something was added behind it.',
    },
  ];
}

function findChecksumProblems(module: ParticleModule): readonly FirmwareProblem[] {
  if (isModuleIntact(module)) return [];
  const { storedCrc, computedCrc } = module;
  const message = `${formatModuleTitle(module)} says CRC ${formatHex32(storedCrc)}, its bytes give ${formatHex32(computedCrc)}`;
  return [
    { code: 'firmware/checksum', message, hint: 'Get the file again: its bytes are not the ones that were built.' },
  ];
}

function createDamagedProblem(): FirmwareProblem {
  return {
    code: 'firmware/damaged-module',
    message: 'the file was a Particle module, and its header makes no sense',
    hint: 'Get the file again: its bytes are not the ones that were built.',
  };
}

function findAddressProblems(module: ModuleHeader, address: number): readonly FirmwareProblem[] {
  if (module.startAddress === address) return [];
  return [
    {
      code: 'firmware/wrong-address',
      message: `${formatModuleTitle(module)} is linked for ${formatHex32(module.startAddress)}, not for ${formatHex32(address)}`,
      hint: `Write it to ${formatHex32(module.startAddress)}.`,
    },
  ];
}
