// Reads a firmware file of any known format: what it is follows from its bytes, never from its name.

import { createFirmwareError } from './firmware-error.ts';
import { type FirmwareImage, type ImageFormat, joinSegments } from './firmware-image.ts';
import { decodeDfuSuffix, hasDfuSuffix } from './formats/dfu-suffix.ts';
import { type DfuseFile, decodeDfuseFile, isDfuseFile } from './formats/dfuse-file.ts';
import { decodeElf, isElf } from './formats/elf-file.ts';
import { decodeIntelHex, isIntelHex } from './formats/intel-hex.ts';
import { decodeModuleHeader } from './particle/particle-module.ts';

export interface ReadFirmwareImageOptions {
  /** Where a file that names no address goes; without it the Particle module header decides. */
  readonly address?: number;
  /** Which target of a DfuSe file with several. */
  readonly alternate?: number;
}

/** What the bytes are: each format has a mark of its own, and what has none is a raw binary. */
export function detectImageFormat(file: Uint8Array): ImageFormat {
  if (isDfuseFile(file)) return 'dfuse';
  if (isElf(file)) return 'elf';
  if (isIntelHex(file)) return 'intel-hex';
  return hasDfuSuffix(file) ? 'dfu' : 'binary';
}

/**
 * The image of a file. Throws StationError (kind `input`): `firmware/empty`, `firmware/truncated`, `firmware/checksum`,
 * `firmware/format`, `firmware/overlap`, `firmware/no-address`, `firmware/several-targets`.
 */
export function readFirmwareImage(file: Uint8Array, options: ReadFirmwareImageOptions = {}): FirmwareImage {
  const format = detectImageFormat(file);
  const nowhere = { alternate: null, usbTarget: null };
  switch (format) {
    case 'elf':
      return { format, segments: decodeElf(file), ...nowhere };
    case 'intel-hex':
      return { format, segments: decodeIntelHex(file), ...nowhere };
    case 'dfuse':
      return buildDfuseImage(decodeDfuseFile(file), options.alternate);
    case 'dfu': {
      const { suffix, payload } = decodeDfuSuffix(file);
      return { format, segments: placeBinary(payload, options.address), alternate: null, usbTarget: suffix };
    }
    case 'binary':
      return { format, segments: placeBinary(file, options.address), ...nowhere };
  }
}

function placeBinary(bytes: Uint8Array, address: number | undefined): FirmwareImage['segments'] {
  const startAddress = address ?? decodeModuleHeader(bytes)?.startAddress;
  if (startAddress === undefined && bytes.length > 0) throw createNoAddressError();
  return joinSegments([{ address: startAddress ?? 0, bytes }]);
}

function buildDfuseImage(file: DfuseFile, alternate: number | undefined): FirmwareImage {
  const targets = alternate === undefined ? file.targets : file.targets.filter((one) => one.alternate === alternate);
  const names = [...new Set(file.targets.map((target) => target.alternate))];
  if (new Set(targets.map((target) => target.alternate)).size > 1) throw createSeveralTargetsError(names);
  if (targets.length === 0 && names.length > 0) throw createSeveralTargetsError(names);
  return {
    format: 'dfuse',
    segments: joinSegments(targets.flatMap((target) => target.elements)),
    alternate: targets[0]?.alternate ?? null,
    usbTarget: file.suffix,
  };
}

function createNoAddressError(): Error {
  return createFirmwareError({
    code: 'firmware/no-address',
    message: 'the file does not say where it goes in flash',
    hint: 'Give its address: `address: 0x08020000` in the recipe, `--address` on the command line.',
  });
}

function createSeveralTargetsError(alternates: readonly number[]): Error {
  return createFirmwareError({
    code: 'firmware/several-targets',
    message: `the DfuSe file has contents for alternate settings ${alternates.join(', ')}`,
    hint: 'Say which one is meant with `alternate:`.',
  });
}
