// USB descriptors of a DFU device, decoded without trusting a single length in them.
import { toDataView, toHex } from '../../../base/bytes.ts';
import { DFU_INTERFACE } from './dfu-constants.ts';

/** The part of the device descriptor that a station looks at. */
export interface DeviceDescriptor {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  /** bMaxPacketSize0: what one packet of a control transfer holds. */
  readonly maxPacketBytes: number;
}

/** The DFU functional descriptor (DFU 1.1 §4.1.3). */
export interface DfuFunctional {
  readonly attributes: number;
  readonly detachTimeoutMs: number;
  readonly transferSizeBytes: number;
  readonly bcdDfu: number;
}

/** A DFU interface of a configuration: its number, its alternate settings with the index of their name, its abilities. */
export interface DfuInterface {
  readonly interfaceNumber: number;
  /** `runtime`: the firmware runs and can be asked to detach (DFU 1.1 §4.1); `dfu`: images are taken (§4.2). */
  readonly mode: 'runtime' | 'dfu';
  readonly alternates: readonly { readonly alternate: number; readonly nameIndex: number }[];
  /** Null when the interface has none. */
  readonly functional: DfuFunctional | null;
}

// Device descriptor, 18 B (USB 2.0 §9.6.1):
//   0 length | 1 type = 1 | 7 bMaxPacketSize0 | 8 idVendor u16 | 10 idProduct u16 | 12 bcdDevice u16
export const DEVICE_DESCRIPTOR_BYTES = 18;
const TYPE_DEVICE = 1;
// Configuration, 9 B (§9.6.3): 0 length | 1 type = 2 | 2 wTotalLength u16; the rest follows it.
export const CONFIGURATION_HEADER_BYTES = 9;
const TYPE_CONFIGURATION = 2;
// Interface, 9 B (§9.6.5): 2 number | 3 alternate | 5 class | 6 subclass | 7 protocol | 8 iInterface
const TYPE_INTERFACE = 4;
const INTERFACE_BYTES = 9;
// DFU functional, 9 B: 0 length | 1 type = 0x21 | 2 attributes | 3 detach timeout u16 | 5 transfer size u16 | 7 bcdDFU u16
// DFU 1.0 devices send 7 B, without bcdDFU. HID has the same type number for a descriptor of its own.
const TYPE_DFU_FUNCTIONAL = 0x21;
const DFU_FUNCTIONAL_BYTES = 9;
const DFU_1_0_FUNCTIONAL_BYTES = 7;
const BCD_DFU_1_0 = 0x0100;
/** A configuration longer than this is not read further; a DFU device with eight memories has 90 bytes. */
const MAX_CONFIGURATION_BYTES = 4096;
const MAX_ALTERNATES = 64;

/** Undefined when it is not a whole device descriptor. */
export function decodeDeviceDescriptor(bytes: Uint8Array): DeviceDescriptor | undefined {
  if (bytes.length < DEVICE_DESCRIPTOR_BYTES || bytes[0]! < DEVICE_DESCRIPTOR_BYTES || bytes[1] !== TYPE_DEVICE) return;
  const view = toDataView(bytes);
  return {
    vendorId: view.getUint16(8, true),
    productId: view.getUint16(10, true),
    bcdDevice: view.getUint16(12, true),
    maxPacketBytes: view.getUint8(7),
  };
}

/** How long the whole configuration says it is, at most MAX_CONFIGURATION_BYTES; undefined when it is not a configuration. */
export function decodeConfigurationLength(header: Uint8Array): number | undefined {
  if (header.length < CONFIGURATION_HEADER_BYTES || header[1] !== TYPE_CONFIGURATION) return undefined;
  const lengthBytes = toDataView(header).getUint16(2, true);
  return lengthBytes < CONFIGURATION_HEADER_BYTES ? undefined : Math.min(lengthBytes, MAX_CONFIGURATION_BYTES);
}

/** The DFU interfaces of a configuration in their order, those in run-time mode too; empty when there is none. */
export function decodeDfuInterfaces(configuration: Uint8Array): readonly DfuInterface[] {
  const found: DfuInterface[] = [];
  let isInDfuInterface = false;
  for (const part of splitDescriptors(configuration)) {
    if (part[1] === TYPE_INTERFACE) {
      isInDfuInterface = isDfuSetting(part);
      if (isInDfuInterface) addSetting(found, part);
    } else if (isInDfuInterface && part[1] === TYPE_DFU_FUNCTIONAL) {
      addFunctional(found, part);
    }
  }
  return found;
}

/** `03/00/00` of each interface, for a message that says what a device has instead of DFU. */
export function listInterfaceClasses(configuration: Uint8Array): readonly string[] {
  const settings = splitDescriptors(configuration).filter(
    (part) => part[1] === TYPE_INTERFACE && part.length >= INTERFACE_BYTES,
  );
  return [
    ...new Set(
      settings.map(
        (part) => `${toHex(part.subarray(5, 6))}/${toHex(part.subarray(6, 7))}/${toHex(part.subarray(7, 8))}`,
      ),
    ),
  ];
}

function addSetting(found: DfuInterface[], setting: Uint8Array): void {
  const interfaceNumber = setting[2]!;
  const added = { alternate: setting[3]!, nameIndex: setting[8]! };
  const at = found.findIndex((one) => one.interfaceNumber === interfaceNumber);
  if (at < 0) {
    const mode = setting[7] === DFU_INTERFACE.runtimeProtocol ? 'runtime' : 'dfu';
    found.push({ interfaceNumber, mode, alternates: [added], functional: null });
    return;
  }
  const known = found[at]!;
  if (known.alternates.length < MAX_ALTERNATES) found[at] = { ...known, alternates: [...known.alternates, added] };
}

/** The first functional descriptor behind the settings of an interface is its own. */
function addFunctional(found: DfuInterface[], part: Uint8Array): void {
  const known = found.at(-1)!;
  const functional = decodeDfuFunctional(part);
  if (functional && known.functional === null) found[found.length - 1] = { ...known, functional };
}

function decodeDfuFunctional(part: Uint8Array): DfuFunctional | undefined {
  if (part.length < DFU_1_0_FUNCTIONAL_BYTES) return undefined;
  const view = toDataView(part);
  return {
    attributes: view.getUint8(2),
    detachTimeoutMs: view.getUint16(3, true),
    transferSizeBytes: view.getUint16(5, true),
    bcdDfu: part.length < DFU_FUNCTIONAL_BYTES ? BCD_DFU_1_0 : view.getUint16(7, true),
  };
}

/** Made once: making one takes longer than all the strings of a device. */
const utf16 = new TextDecoder('utf-16le');

/** The first language of string descriptor 0 (USB 2.0 §9.6.7); undefined when it names none. */
export function decodeFirstLanguage(bytes: Uint8Array): number | undefined {
  return bytes.length >= 4 && bytes[1] === 3 ? toDataView(bytes).getUint16(2, true) : undefined;
}

/**
 * Text of a string descriptor (USB 2.0 §9.6.7), cut where the bytes or the text end (a NUL); undefined when it is no
 * string descriptor.
 */
export function decodeStringDescriptor(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2 || bytes[1] !== 3) return undefined;
  const end = Math.min(bytes[0]!, bytes.length) & ~1;
  return utf16.decode(bytes.subarray(2, Math.max(2, end))).replace(/\0.*$/s, '');
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

/** Protocol 0 stands for DFU mode too: some bootloaders name none. */
function isDfuSetting(part: Uint8Array): boolean {
  return (
    part.length >= INTERFACE_BYTES &&
    part[5] === DFU_INTERFACE.class &&
    part[6] === DFU_INTERFACE.subclass &&
    DFU_PROTOCOLS.includes(part[7]!)
  );
}

const DFU_PROTOCOLS: readonly number[] = [0, DFU_INTERFACE.runtimeProtocol, DFU_INTERFACE.protocol];
