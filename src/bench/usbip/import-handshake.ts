// USB/IP's handshake over TCP: which devices are exported, and the request to import one. All numbers are big-endian.
import { concatBytes, toDataView } from '../../base/bytes.ts';

/** What a client asks before a connection carries transfers. */
export type ImportRequest = { readonly type: 'list' } | { readonly type: 'attach'; readonly busId: string };

/** One device as `usbip list` shows it. */
export interface ExportedDevice {
  readonly busId: string;
  readonly busNumber: number;
  readonly deviceNumber: number;
  readonly speed: 'full' | 'high';
  /** USB 2.0 §9.6.1, 18 bytes. */
  readonly deviceDescriptor: Uint8Array;
  readonly configurationDescriptor: Uint8Array;
}

/** enum usb_device_speed of Linux. */
export const speedCodes = { full: 2, high: 3 } as const;

const VERSION = 0x0111;
const REQUEST_LIST = 0x8005;
const REQUEST_IMPORT = 0x8003;
const REPLY_LIST = 0x0005;
const REPLY_IMPORT = 0x0003;
const REQUEST_BYTES = 8;
const PATH_BYTES = 256;
const BUS_ID_BYTES = 32;
const INTERFACE_DESCRIPTOR = 4;

/** The request at the start of the bytes with its length, or undefined while bytes are missing. Throws RangeError. */
export function decodeImportRequest(
  bytes: Uint8Array,
): { readonly request: ImportRequest; readonly lengthBytes: number } | undefined {
  // 0 version, 2 code, 4 status; import: 8 bus id[32]
  if (bytes.length < REQUEST_BYTES) return undefined;
  const code = toDataView(bytes).getUint16(2);
  if (code === REQUEST_LIST) return { request: { type: 'list' }, lengthBytes: REQUEST_BYTES };
  if (code !== REQUEST_IMPORT) throw new RangeError(`not a USB/IP request: 0x${code.toString(16)}`);
  const end = REQUEST_BYTES + BUS_ID_BYTES;
  if (bytes.length < end) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(REQUEST_BYTES, end));
  const busId = text.slice(0, text.indexOf('\0') < 0 ? undefined : text.indexOf('\0'));
  return { request: { type: 'attach', busId }, lengthBytes: end };
}

/** The answer to `list`. */
export function encodeDeviceList(devices: readonly ExportedDevice[]): Uint8Array {
  const count = new Uint8Array(4);
  toDataView(count).setUint32(0, devices.length);
  return concatBytes(
    buildReplyHeader(REPLY_LIST, 0),
    count,
    ...devices.flatMap((device) => [buildDeviceRecord(device), buildInterfaceRecords(device)]),
  );
}

/** The answer to `attach`: the device, or a refusal when it is not there. */
export function encodeImportAnswer(device: ExportedDevice | undefined): Uint8Array {
  return device
    ? concatBytes(buildReplyHeader(REPLY_IMPORT, 0), buildDeviceRecord(device))
    : buildReplyHeader(REPLY_IMPORT, 1);
}

function buildReplyHeader(code: number, status: number): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = toDataView(bytes);
  view.setUint16(0, VERSION);
  view.setUint16(2, code);
  view.setUint32(4, status);
  return bytes;
}

/** 0 path[256], 256 bus id[32], 288 bus, 292 device, 296 speed, 300 vendor, 302 product, 304 bcdDevice, 306 class[3], 309 configuration, configurations, interfaces. */
function buildDeviceRecord(device: ExportedDevice): Uint8Array {
  const { deviceDescriptor, configurationDescriptor, busId } = device;
  const bytes = new Uint8Array(PATH_BYTES + BUS_ID_BYTES + 24);
  const view = toDataView(bytes);
  const descriptor = toDataView(deviceDescriptor);
  bytes.set(new TextEncoder().encode(`/flashline/bench/${busId}`).subarray(0, PATH_BYTES - 1), 0);
  bytes.set(new TextEncoder().encode(busId).subarray(0, BUS_ID_BYTES - 1), PATH_BYTES);
  view.setUint32(288, device.busNumber);
  view.setUint32(292, device.deviceNumber);
  view.setUint32(296, speedCodes[device.speed]);
  [8, 10, 12].forEach((at, index) => {
    view.setUint16(300 + 2 * index, descriptor.getUint16(at, true));
  });
  bytes.set(deviceDescriptor.subarray(4, 7), 306);
  bytes.set([configurationDescriptor[5]!, deviceDescriptor[17]!, configurationDescriptor[4]!], 309);
  return bytes;
}

/** Class, subclass, protocol and a zero for the first alternate of each interface. */
function buildInterfaceRecords({ configurationDescriptor: bytes }: ExportedDevice): Uint8Array {
  const records: number[] = [];
  for (let at = 0; at < bytes.length && bytes[at]! > 0; at += bytes[at]!) {
    if (bytes[at + 1] === INTERFACE_DESCRIPTOR && bytes[at + 3] === 0) {
      records.push(bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!, 0);
    }
  }
  return Uint8Array.from(records);
}
