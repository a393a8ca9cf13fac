// usbredir 0.7 as bytes, as far as a DFU device needs it: hello, connect, configuration, alternates, control transfers. Little-endian.
import { concatBytes, toDataView } from '../../../../src/base/bytes.ts';

const types = {
  hello: 0,
  deviceConnect: 1,
  deviceDisconnect: 2,
  reset: 3,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  getConfiguration: 7,
  configurationStatus: 8,
  setAlternate: 9,
  getAlternate: 10,
  alternateStatus: 11,
  cancel: 21,
  control: 100,
} as const;

/** usb_redir_status. */
export const redirStatus = { success: 0, stall: 4, timeout: 5, babble: 6 } as const;

/** What the emulated host asks of the device. */
export type RedirPacket =
  | { readonly type: 'hello' }
  | { readonly type: 'reset' }
  | { readonly type: 'set-configuration'; readonly id: number; readonly configuration: number }
  | { readonly type: 'get-configuration'; readonly id: number }
  | {
      readonly type: 'set-alternate';
      readonly id: number;
      readonly interfaceNumber: number;
      readonly alternate: number;
    }
  | { readonly type: 'get-alternate'; readonly id: number; readonly interfaceNumber: number }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'control'; readonly id: number; readonly setup: Uint8Array; readonly data: Uint8Array }
  | { readonly type: 'other' };

const HEADER_BYTES = 12;
const CONTROL_BYTES = 10;
const SLOTS = 32;
const NO_ENDPOINT = 0xff;
const FULL_SPEED = 1;

/** The packet at the start of the bytes, with its length; undefined while bytes are missing. */
export function decodePacket(
  bytes: Uint8Array,
): { readonly packet: RedirPacket; readonly lengthBytes: number } | undefined {
  // 0 type, 4 length, 8 id (32 bits: we do not offer the longer ones), then the body
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = toDataView(bytes);
  const lengthBytes = HEADER_BYTES + view.getUint32(4, true);
  if (bytes.length < lengthBytes) return undefined;
  const body = bytes.slice(HEADER_BYTES, lengthBytes);
  return { packet: decodeBody(view.getUint32(0, true), view.getUint32(8, true), body), lengthBytes };
}

function decodeBody(type: number, id: number, body: Uint8Array): RedirPacket {
  switch (type) {
    case types.hello:
      return { type: 'hello' };
    case types.reset:
      return { type: 'reset' };
    case types.setConfiguration:
      return { type: 'set-configuration', id, configuration: body[0]! };
    case types.getConfiguration:
      return { type: 'get-configuration', id };
    case types.setAlternate:
      return { type: 'set-alternate', id, interfaceNumber: body[0]!, alternate: body[1]! };
    case types.getAlternate:
      return { type: 'get-alternate', id, interfaceNumber: body[0]! };
    case types.cancel:
      return { type: 'cancel', id };
    case types.control: {
      // 0 endpoint, 1 request, 2 request type, 3 status, 4 value, 6 index, 8 length, 10 data
      const setup = Uint8Array.of(body[2]!, body[1]!, ...body.subarray(4, CONTROL_BYTES));
      return { type: 'control', id, setup, data: body.slice(CONTROL_BYTES) };
    }
    default:
      return { type: 'other' };
  }
}

/** Our greeting: a name, and no capabilities beyond the device's version at connecting. */
export function encodeHello(): Uint8Array {
  const body = new Uint8Array(64 + 4);
  body.set(new TextEncoder().encode('flashline virtual bench'));
  toDataView(body).setUint32(64, 1 << 1, true);
  return packet(types.hello, 0, body);
}

/** Endpoints, interfaces and the device itself, as the emulated host wants them before it enumerates. */
export function encodeConnect(deviceDescriptor: Uint8Array): Uint8Array {
  const endpoints = new Uint8Array(3 * SLOTS).fill(0);
  endpoints.fill(NO_ENDPOINT, 0, SLOTS);
  endpoints.set([0], 0);
  endpoints.set([0], SLOTS / 2);
  const interfaces = new Uint8Array(4 + 4 * SLOTS);
  toDataView(interfaces).setUint32(0, 1, true);
  interfaces.set([0xfe], 4 + SLOTS);
  interfaces.set([0x01], 4 + 2 * SLOTS);
  interfaces.set([0x02], 4 + 3 * SLOTS);
  const device = concatBytes(
    Uint8Array.of(FULL_SPEED),
    deviceDescriptor.subarray(4, 7),
    deviceDescriptor.subarray(8, 14),
  );
  return concatBytes(
    packet(types.endpointInfo, 0, endpoints),
    packet(types.interfaceInfo, 0, interfaces),
    packet(types.deviceConnect, 0, device),
  );
}

export function encodeDisconnect(): Uint8Array {
  return packet(types.deviceDisconnect, 0, new Uint8Array(0));
}

export function encodeConfigurationStatus(id: number, status: number, configuration: number): Uint8Array {
  return packet(types.configurationStatus, id, Uint8Array.of(status, configuration));
}

export function encodeAlternateStatus(
  id: number,
  status: number,
  interfaceNumber: number,
  alternate: number,
): Uint8Array {
  return packet(types.alternateStatus, id, Uint8Array.of(status, interfaceNumber, alternate));
}

/** The answer to a control transfer; `lengthBytes` is what was carried, `data` what an IN transfer brought. */
export function encodeControlAnswer(
  id: number,
  answer: {
    readonly setup: Uint8Array;
    readonly status: number;
    readonly lengthBytes: number;
    readonly data: Uint8Array;
  },
): Uint8Array {
  const { setup, status, lengthBytes, data } = answer;
  const head = Uint8Array.of(
    setup[0]! & 0x80,
    setup[1]!,
    setup[0]!,
    status,
    ...setup.subarray(2, 6),
    lengthBytes & 0xff,
    lengthBytes >> 8,
  );
  return packet(types.control, id, concatBytes(head, data));
}

function packet(type: number, id: number, body: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  const view = toDataView(header);
  view.setUint32(0, type, true);
  view.setUint32(4, body.length, true);
  view.setUint32(8, id, true);
  return concatBytes(header, body);
}
