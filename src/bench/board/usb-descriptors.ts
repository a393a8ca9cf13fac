// Descriptors as devices build them: device, DFU configuration, and Microsoft's extension that makes Windows load WINUSB.
import { concatBytes } from '../../base/bytes.ts';

/** The device descriptor of USB 2.0 §9.6.1: 18 bytes; strings 1, 2 and 3 are maker, product and serial. */
export function buildDeviceDescriptor(device: {
  readonly deviceClass?: readonly [number, number, number];
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
}): Uint8Array {
  const [deviceClass, subClass, protocol] = device.deviceClass ?? [0, 0, 0];
  return Uint8Array.of(
    18,
    1,
    ...toUint16Bytes(0x0200),
    deviceClass,
    subClass,
    protocol,
    64,
    ...toUint16Bytes(device.vendorId),
    ...toUint16Bytes(device.productId),
    ...toUint16Bytes(device.bcdDevice),
    1,
    2,
    3,
    1,
  );
}

/** The functional descriptor of DFU 1.1a: CanDnload, CanUpload, WillDetach, not manifestation tolerant; 9 bytes. */
export function buildDfuFunctionalDescriptor(transferSizeBytes: number): Uint8Array {
  return Uint8Array.of(
    9,
    0x21,
    0x0b,
    ...toUint16Bytes(0x00ff),
    ...toUint16Bytes(transferSizeBytes),
    ...toUint16Bytes(0x011a),
  );
}

/** One DFU interface with `alternates` alternate settings, each named by a string from `firstString` on. */
export function buildDfuConfigurationDescriptor(options: {
  readonly alternates: number;
  readonly firstString: number;
  readonly configurationString: number;
  readonly transferSizeBytes: number;
}): Uint8Array {
  const { alternates, firstString, configurationString, transferSizeBytes } = options;
  const totalLength = 9 + 9 * alternates + 9;
  return concatBytes(
    Uint8Array.of(9, 2, ...toUint16Bytes(totalLength), 1, 1, configurationString, 0xc0, 0x32),
    ...Array.from({ length: alternates }, (_, alternate) =>
      Uint8Array.of(9, 4, 0, alternate, 0, 0xfe, 0x01, 0x02, firstString + alternate),
    ),
    buildDfuFunctionalDescriptor(transferSizeBytes),
  );
}

/** A serial port as CDC ACM (CDC 1.1 §5.2): control interface 0 with its functional descriptors, data interface 1; 67 bytes. */
export function buildCdcConfigurationDescriptor(): Uint8Array {
  return concatBytes(
    Uint8Array.of(9, 2, ...toUint16Bytes(67), 2, 1, 0, 0xc0, 0x32),
    Uint8Array.of(9, 4, 0, 0, 1, 0x02, 0x02, 0x01, 0),
    Uint8Array.of(5, 0x24, 0x00, ...toUint16Bytes(0x0110), 5, 0x24, 0x01, 0, 1, 4, 0x24, 0x02, 2, 5, 0x24, 0x06, 0, 1),
    Uint8Array.of(7, 5, 0x82, 3, ...toUint16Bytes(8), 255),
    Uint8Array.of(9, 4, 1, 0, 2, 0x0a, 0, 0, 0),
    Uint8Array.of(7, 5, 0x01, 2, ...toUint16Bytes(64), 0, 7, 5, 0x81, 2, ...toUint16Bytes(64), 0),
  );
}

/** Index of the string that tells Windows to ask on, and the request by which it asks. */
export const MICROSOFT_STRING = 0xee;

/** Microsoft OS 1.0 string descriptor, 18 bytes: `MSFT100` and the request number. */
export const microsoftString = 'MSFT100\u00ee';

/** Extended compat id: interface 0 wants WINUSB. 40 bytes. */
export const extendedCompatId: Uint8Array = concatBytes(
  Uint8Array.of(...toUint32Bytes(40), ...toUint16Bytes(0x0100), ...toUint16Bytes(4), 1, 0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(0, 1),
  toPaddedAscii('WINUSB', 8),
  new Uint8Array(14),
);

/** Extended properties: the interface GUIDs. 146 bytes. */
export function buildExtendedProperties(guid: string): Uint8Array {
  const name = toUtf16Bytes('DeviceInterfaceGUIDs\0');
  const value = toUtf16Bytes(`${guid}\0\0`);
  const multiString = 7;
  const section = concatBytes(
    Uint8Array.of(...toUint32Bytes(multiString), ...toUint16Bytes(name.length)),
    name,
    Uint8Array.of(...toUint32Bytes(value.length)),
    value,
  );
  const sectionLength = 4 + section.length;
  return concatBytes(
    Uint8Array.of(
      ...toUint32Bytes(10 + sectionLength),
      ...toUint16Bytes(0x0100),
      ...toUint16Bytes(5),
      ...toUint16Bytes(1),
      ...toUint32Bytes(sectionLength),
    ),
    section,
  );
}

function toUint16Bytes(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff];
}

function toUint32Bytes(value: number): readonly number[] {
  return [...toUint16Bytes(value), ...toUint16Bytes(value >>> 16)];
}

function toPaddedAscii(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(text, 'latin1'));
  return bytes;
}

function toUtf16Bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le');
}
