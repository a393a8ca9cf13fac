// USB descriptors of a DFU device, decoded without trusting a single length in them.
import { toDataView } from '../../../base/bytes.ts';
import { DFU_INTERFACE } from './dfu-constants.ts';

/** The part of the device descriptor that a station looks at. */
export interface DeviceDescriptor {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
}

/** The DFU functional descriptor (DFU 1.1 §4.1.3). */
export interface DfuFunctional {
  readonly attributes: number;
  readonly detachTimeoutMs: number;
  readonly transferSizeBytes: number;
  readonly bcdDfu: number;
}

/** The DFU interface of a configuration: its number, its alternate settings with the index of their name, its abilities. */
export interface DfuInterface {
  readonly interfaceNumber: number;
  readonly alternates: readonly { readonly alternate: number; readonly nameIndex: number }[];
  readonly functional: DfuFunctional;
}

// Device descriptor, 18 B (USB 2.0 §9.6.1): 0 length | 1 type = 1 | 8 idVendor u16 | 10 idProduct u16 | 12 bcdDevice u16
export const DEVICE_DESCRIPTOR_BYTES = 18;
const TYPE_DEVICE = 1;
// Configuration, 9 B (§9.6.3): 0 length | 1 type = 2 | 2 wTotalLength u16; the rest follows it.
export const CONFIGURATION_HEADER_BYTES = 9;
const TYPE_CONFIGURATION = 2;
// Interface, 9 B (§9.6.5): 2 number | 3 alternate | 5 class | 6 subclass | 7 protocol | 8 iInterface
const TYPE_INTERFACE = 4;
const INTERFACE_BYTES = 9;
// DFU functional, 9 B: 0 length | 1 type = 0x21 | 2 attributes | 3 detach timeout u16 | 5 transfer size u16 | 7 bcdDFU u16
const TYPE_DFU_FUNCTIONAL = 0x21;
const DFU_FUNCTIONAL_BYTES = 9;
/** A configuration longer than this is not read further; a DFU device with eight memories has 90 bytes. */
const MAX_CONFIGURATION_BYTES = 1024;
const MAX_ALTERNATES = 32;

/** Undefined when it is not a whole device descriptor. */
export function decodeDeviceDescriptor(bytes: Uint8Array): DeviceDescriptor | undefined {
  if (bytes.length < DEVICE_DESCRIPTOR_BYTES || bytes[0]! < DEVICE_DESCRIPTOR_BYTES || bytes[1] !== TYPE_DEVICE) return;
  const view = toDataView(bytes);
  return {
    vendorId: view.getUint16(8, true),
    productId: view.getUint16(10, true),
    bcdDevice: view.getUint16(12, true),
  };
}

/** How long the whole configuration says it is, at most MAX_CONFIGURATION_BYTES; undefined when it is not a configuration. */
export function decodeConfigurationLength(header: Uint8Array): number | undefined {
  if (header.length < CONFIGURATION_HEADER_BYTES || header[1] !== TYPE_CONFIGURATION) return undefined;
  const lengthBytes = toDataView(header).getUint16(2, true);
  return lengthBytes < CONFIGURATION_HEADER_BYTES ? undefined : Math.min(lengthBytes, MAX_CONFIGURATION_BYTES);
}

/** The first interface in DFU mode with a functional descriptor; undefined when there is none. */
export function decodeDfuInterface(configuration: Uint8Array): DfuInterface | undefined {
  const parts = splitDescriptors(configuration);
  const settings = parts.filter(isDfuSetting).slice(0, MAX_ALTERNATES);
  const functional = parts.find((part) => part[1] === TYPE_DFU_FUNCTIONAL && part.length >= DFU_FUNCTIONAL_BYTES);
  const first = settings[0];
  if (!first || !functional) return undefined;
  const view = toDataView(functional);
  return {
    interfaceNumber: first[2]!,
    alternates: settings
      .filter((setting) => setting[2] === first[2])
      .map((setting) => ({ alternate: setting[3]!, nameIndex: setting[8]! })),
    functional: {
      attributes: view.getUint8(2),
      detachTimeoutMs: view.getUint16(3, true),
      transferSizeBytes: view.getUint16(5, true),
      bcdDfu: view.getUint16(7, true),
    },
  };
}

/** Made once: making one takes longer than all the strings of a device. */
const utf16 = new TextDecoder('utf-16le');

/** Text of a string descriptor (USB 2.0 §9.6.7), cut where the bytes end; undefined when it is no string descriptor. */
export function decodeStringDescriptor(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2 || bytes[1] !== 3) return undefined;
  const end = Math.min(bytes[0]!, bytes.length) & ~1;
  return utf16.decode(bytes.subarray(2, Math.max(2, end)));
}

/** The descriptors of a configuration one by one; stops at the first whose length cannot be true. */
function splitDescriptors(configuration: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= configuration.length) {
    const lengthBytes = configuration[at]!;
    if (lengthBytes < 2 || at + lengthBytes > configuration.length) break;
    parts.push(configuration.subarray(at, at + lengthBytes));
    at += lengthBytes;
  }
  return parts;
}

function isDfuSetting(part: Uint8Array): boolean {
  return (
    part.length >= INTERFACE_BYTES &&
    part[1] === TYPE_INTERFACE &&
    part[5] === DFU_INTERFACE.class &&
    part[6] === DFU_INTERFACE.subclass &&
    part[7] === DFU_INTERFACE.protocol
  );
}
