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
import { decodeModuleHeader, MODULE_HEADER_BYTES, moduleFlags } from './particle/particle-module.ts';

/**
 * Every target with the address of each of its segments; with `alternate` that one target alone, of a file that names
 * alternate settings. A file without addresses goes to `address`, else where its Particle module header says; `address`
 * moves no file that has addresses. The header of a module that says so is not written. Throws StationError `firmware/no-address`, `firmware/no-target`.
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

/** True for a module that says its header is for the updater alone (radio stacks): the unit does not hold it. */
export function isHeaderDropped(bytes: Uint8Array): boolean {
  const header = decodeModuleHeader(bytes);
  return header !== undefined && header.offset === 0 && (header.flags & moduleFlags.dropHeader) !== 0;
}

function placeSegment({ address, bytes }: ImageSegment, wanted: number | undefined): FirmwareSegment {
  if (address !== null) return { address, bytes };
  const placed = wanted ?? decodeModuleHeader(bytes)?.startAddress;
  if (placed === undefined) throw createNoAddressError();
  return { address: placed, bytes: isHeaderDropped(bytes) ? bytes.subarray(MODULE_HEADER_BYTES) : bytes };
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
