// Judges a Particle module before anything is erased: whole, for this product, and with all that it depends on.
import { formatHex32 } from '../../../base/bytes.ts';
import type { FirmwareProblem } from '../firmware-error.ts';
import type { ModuleDependency, ModuleHeader, ParticleModule } from './particle-module.ts';
import {
  computeModuleSizeBytes,
  decodeModule,
  decodeModuleHeader,
  formatModuleTitle,
  isModuleIntact,
} from './particle-module.ts';

/** What a recipe says about the module inside an image; what is left out is not checked. */
export interface ModuleExpectation {
  readonly platform?: number;
  readonly function?: string;
  readonly index?: number;
  readonly version?: number;
}

/** Whether the bytes at this address are one whole, undamaged module. Empty when they are, or when they are no module. */
export function findIntegrityProblems(bytes: Uint8Array, address: number): readonly FirmwareProblem[] {
  const header = decodeModuleHeader(bytes);
  if (!header) return [];
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
    ...findAddressProblems(module, address),
  ];
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
  const hint = 'Get the file again: its bytes are not the ones that were built.';
  if (!isModuleIntact(module)) {
    const { storedCrc, computedCrc } = module;
    const message = `${formatModuleTitle(module)} says CRC ${formatHex32(storedCrc)}, its bytes give ${formatHex32(computedCrc)}`;
    return [{ code: 'firmware/checksum', message, hint }];
  }
  const { storedSha256, computedSha256 } = module;
  if (storedSha256 === null || storedSha256 === computedSha256) return [];
  const message = `${formatModuleTitle(module)} says SHA-256 ${storedSha256}, its bytes give ${computedSha256}`;
  return [{ code: 'firmware/checksum', message, hint }];
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
