import { describe, expect, it } from 'vitest';
import { buildSyntheticRelease } from '../../../src/bench/photon/synthetic-images.ts';
import { systemReleases } from '../../../src/bench/photon/system-releases.ts';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import {
  describeModule,
  findDependencyProblems,
  findExpectationProblems,
  findIntegrityProblems,
} from '../../../src/device/firmware/particle/check-module.ts';
import {
  deviceOsReleases,
  findBootloaderReleases,
  findSystemModuleRelease,
} from '../../../src/device/firmware/particle/device-os-releases.ts';
import { decodeModule, type ParticleModule } from '../../../src/device/firmware/particle/particle-module.ts';
import { type BuiltModule, builtModule } from './built-module.ts';

/** The user part that the bench makes is tinker 0.4.5, which asks for that release. */
const RELEASES_OF_TINKER = systemReleases.map((release) => release.name).filter((name) => !/^0\.4\.[0-4]$/.test(name));
const SYSTEM_PART = 4;
const BOOTLOADER = 2;
const bootloader = (version: number): ParticleModule => moduleOf({ function: BOOTLOADER, index: 0, version });
const part1 = moduleOf({ index: 1, version: 2302, dependency: [SYSTEM_PART, 2, 207] });
const part2 = moduleOf({
  index: 2,
  version: 2302,
  dependency: [SYSTEM_PART, 1, 2302],
  dependency2: [BOOTLOADER, 0, 1003],
});

describe('modules that go together', () => {
  it('have every dependency met by another, at that version or newer', () => {
    expect(findDependencyProblems([part1, part2, bootloader(1006)])).toEqual([]);
  });

  it('are told which one is missing or too old', () => {
    expect(messages([part1, part2])).toEqual([
      'system part 2 v2302 for platform 6 needs bootloader v1003 or newer, none is given',
    ]);
    expect(messages([part1, part2, bootloader(7)])).toEqual([
      'system part 2 v2302 for platform 6 needs bootloader v1003 or newer, v7 is given',
    ]);
    expect(messages([part1])).toHaveLength(1);
  });
});

describe('the releases that the virtual bench makes by a codec of its own', () => {
  it.each(RELEASES_OF_TINKER)('%s is sound, is named, and fits together', (name) => {
    const made = buildSyntheticRelease(name, 6);
    const images = [made.bootloader, made.systemPart1, made.systemPart2, made.userPart].map(({ bytes }) => bytes);
    const described = images.map((bytes) => describeFirmwareImage(bytes));
    expect(described.flatMap((one) => one.problems)).toEqual([]);
    expect(findDependencyProblems(described.map((one) => one.module!))).toEqual([]);
  });
});

describe('a module against its recipe', () => {
  it('is what the recipe expects, or each difference is named', () => {
    expect(findExpectationProblems(part1, { platform: 6, function: 'system-part', index: 1, version: 2302 })).toEqual(
      [],
    );
    expect(findExpectationProblems(part1, {})).toEqual([]);
    const problems = findExpectationProblems(part1, { platform: 8, function: 'user-part', version: 207 });
    expect(problems.map((problem) => problem.code)).toEqual([
      'firmware/wrong-platform',
      'firmware/wrong-module',
      'firmware/wrong-module',
    ]);
    expect(problems[0]!.message).toContain('expects platform 8, the file has 6');
  });
});

describe('the bytes of a module', () => {
  it('are no problem when they are no module at all', () => {
    expect(findIntegrityProblems(new Uint8Array(500), 0x08020000)).toEqual([]);
  });

  it('are whole by what their device checks: a SHA-256 that is not theirs is told and is no fault', () => {
    const stored = builtModule({
      function: 8,
      index: 0,
      vectors: false,
      start: 0x1000,
      sha256: new Uint8Array(32).fill(7),
    });
    expect(findIntegrityProblems(stored, 0x1000)).toEqual([]);
    expect(describeModule(stored).map(({ code }) => code)).toEqual(['firmware/module-sha256']);
    expect(describeModule(builtModule())).toEqual([]);
  });
});

describe('the known releases', () => {
  it('say which bootloader came with which', () => {
    expect(findBootloaderReleases(1006)).toBe('2.2.0 to 2.3.1');
    expect(findBootloaderReleases(101)).toBe('0.7.0');
    expect(findBootloaderReleases(999)).toBeUndefined();
    expect(findSystemModuleRelease(17)).toBe('0.5.2');
  });

  it('grow in system modules, and never ask for a bootloader newer than their own', () => {
    const modules = deviceOsReleases.map((row) => row.systemModule);
    expect(modules.toSorted((left, right) => left - right)).toEqual(modules);
    for (const row of deviceOsReleases) expect(row.requiredBootloader ?? 0).toBeLessThanOrEqual(row.bootloader);
  });
});

function moduleOf(wanted: BuiltModule): ParticleModule {
  return decodeModule(builtModule(wanted))!;
}

function messages(modules: readonly ParticleModule[]): readonly string[] {
  return findDependencyProblems(modules).map((problem) => problem.message);
}
