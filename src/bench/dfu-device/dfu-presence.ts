// How a virtual DFU device shows itself: descriptors in DFU mode, and those of its application with a run-time interface.
import { concatBytes } from '../../base/bytes.ts';
import { buildDeviceDescriptor } from '../board/usb-descriptors.ts';
import type { BusPresence } from '../board/virtual-board.ts';
import type { DfuPersonality } from './dfu-personality.ts';

const FIRST_NAME = 4;
const CLASS = { dfu: 0xfe, subclass: 1, runtime: 1, dfuMode: 2 } as const;
/** What a host may take between DETACH and the bus reset. */
const DETACH_TIMEOUT_MS = 1000;

/** In DFU mode: one interface, an alternate setting for each name. */
export function buildLoaderPresence(personality: DfuPersonality): BusPresence {
  const { alternateNames } = personality;
  const settings = alternateNames.map((_, alternate) => buildSetting(alternate, CLASS.dfuMode, FIRST_NAME + alternate));
  return buildPresence(personality, {
    productId: personality.productId,
    bcdDevice: personality.bcdDevice,
    settings,
    names: alternateNames,
    kind: 'dfu',
  });
}

/** The application: one interface in run-time mode; its version is bcdDevice. */
export function buildApplicationPresence(personality: DfuPersonality, bcdDevice: number): BusPresence {
  const productId = (personality.productId + 1) & 0xffff;
  const settings = [buildSetting(0, CLASS.runtime, 0)];
  return buildPresence(personality, { productId, bcdDevice, settings, names: [], kind: 'other' });
}

function buildPresence(
  personality: DfuPersonality,
  shown: {
    readonly productId: number;
    readonly bcdDevice: number;
    readonly settings: readonly Uint8Array[];
    readonly names: readonly string[];
    readonly kind: BusPresence['kind'];
  },
): BusPresence {
  const { vendorId, serial, name } = personality;
  const { productId, bcdDevice, settings, names, kind } = shown;
  const parts = [...settings, buildFunctional(personality)];
  const totalBytes = 9 + parts.reduce((sum, part) => sum + part.length, 0);
  return {
    kind,
    speed: 'full',
    deviceDescriptor: buildDeviceDescriptor({ vendorId, productId, bcdDevice }),
    configurationDescriptor: concatBytes(
      Uint8Array.of(9, 2, totalBytes & 0xff, totalBytes >> 8, 1, 1, 0, 0xc0, 50),
      ...parts,
    ),
    strings: new Map([
      [1, name],
      [2, `${name} DFU`],
      [3, serial],
      ...names.map((text, at): [number, string] => [FIRST_NAME + at, text]),
    ]),
  };
}

function buildSetting(alternate: number, protocol: number, nameIndex: number): Uint8Array {
  return Uint8Array.of(9, 4, 0, alternate, 0, CLASS.dfu, CLASS.subclass, protocol, nameIndex);
}

function buildFunctional(personality: DfuPersonality): Uint8Array {
  const { attributes, transferSizeBytes, bcdDfu, detachTimeoutMs = DETACH_TIMEOUT_MS } = personality;
  const u16 = (value: number): readonly number[] => [value & 0xff, value >> 8];
  return Uint8Array.of(9, 0x21, attributes, ...u16(detachTimeoutMs), ...u16(transferSizeBytes), ...u16(bcdDfu));
}
