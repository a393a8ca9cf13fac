// Where the segments of a file go: to the addresses it names, or to the one that is said for a file that names none.
import { createFirmwareError } from './firmware-error.ts';
import {
  type FirmwareImage,
  type FirmwareSegment,
  type ImageSegment,
  type ImageTarget,
  joinSegments,
  type PlaceFirmwareImageOptions,
} from './firmware-image.ts';
import { decodeModuleHeader } from './particle/particle-module.ts';

/**
 * Every target with the address of each of its segments; with `alternate` that one target alone, of a file that names
 * alternate settings. A file without addresses goes to `address`, else where its Particle module header says; `address`
 * moves no file that has addresses. Throws StationError `firmware/no-address`, `firmware/no-target`.
 */
export function placeFirmwareImage(
  image: FirmwareImage,
  { address, alternate }: PlaceFirmwareImageOptions,
): readonly ImageTarget<FirmwareSegment>[] {
  return selectTargets(image, alternate).map((target) => ({
    ...target,
    segments: joinSegments(target.segments.map((segment) => placeSegment(segment, address))),
  }));
}

function selectTargets({ targets }: FirmwareImage, alternate: number | undefined): readonly ImageTarget[] {
  if (alternate === undefined) return targets;
  const meant = targets.filter((target) => target.alternate === null || target.alternate === alternate);
  if (meant.length === 0) throw createNoTargetError(targets, alternate);
  return meant;
}

function placeSegment({ address, bytes }: ImageSegment, wanted: number | undefined): FirmwareSegment {
  const placed = address ?? wanted ?? decodeModuleHeader(bytes)?.startAddress;
  if (placed === undefined) throw createNoAddressError();
  return { address: placed, bytes };
}

function createNoAddressError(): Error {
  return createFirmwareError({
    code: 'firmware/no-address',
    message: 'the file does not say where it goes in flash',
    hint: 'Give its address: `address: 0x08020000` in the recipe, `--address` on the command line.',
  });
}

function createNoTargetError(targets: readonly ImageTarget[], alternate: number): Error {
  return createFirmwareError({
    code: 'firmware/no-target',
    message: `the file has nothing for alternate setting ${alternate}, it has contents for ${targets.map((one) => one.alternate).join(', ')}`,
    hint: 'Name one of these with `alt:` in the recipe, `--alternate` on the command line.',
  });
}
