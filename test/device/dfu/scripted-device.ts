// A USB device that answers from a list, in order, and says how much of the list was used.
import { parseHex } from '../../../src/base/bytes.ts';
import type { Clock } from '../../../src/base/clock.ts';
import type { DfuIdentity } from '../../../src/device/dfu/session/dfu-identity.ts';
import { DfuSession, type OpenDfuOptions } from '../../../src/device/dfu/session/dfu-session.ts';
import { parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';
import {
  type UsbBus,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../../../src/equipment/usb.ts';

/** Bytes that came in ('' for a status stage), or how the transfer failed. */
export type ScriptedAnswer = { readonly hex: string } | { readonly error: UsbErrorKind };

export interface ScriptedDevice extends UsbDevice {
  readonly usedCount: number;
}

const INFO: UsbDeviceInfo = {
  portPath: '1-1',
  connectionId: '1-1#1',
  vendorId: 0x2b04,
  productId: 0xd006,
  bcdDevice: 0x0250,
  manufacturer: 'Particle',
  serialNumber: '1f002b000a47343333303531',
  speed: 'full',
};

/** Throws when it is asked more often than it has answers: the host must not go on. */
export function scriptedDevice(answers: readonly ScriptedAnswer[]): ScriptedDevice {
  let usedCount = 0;
  const next = (request: string): Uint8Array => {
    const answer = answers[usedCount];
    if (!answer) throw new Error(`${request} was not expected any more`);
    usedCount += 1;
    if ('error' in answer) throw new UsbError({ kind: answer.error, portPath: INFO.portPath, request });
    return parseHex(answer.hex);
  };
  return {
    info: INFO,
    controlIn: async (setup) => next(`request ${setup.request}`),
    controlOut: async (setup) => void next(`request ${setup.request}`),
    claim: async () => undefined,
    selectAlternate: async () => undefined,
    reset: async () => undefined,
    close: async () => undefined,
    get usedCount() {
      return usedCount;
    },
  };
}

/** A session on a device that was opened and identified before the script begins. */
export function sessionOn(device: UsbDevice, clock: Clock, options: Partial<OpenDfuOptions> = {}): DfuSession {
  const bus: UsbBus = {
    list: async () => [device.info],
    watch: () => () => undefined,
    open: async () => device,
    close: async () => undefined,
  };
  const identity: DfuIdentity = {
    protocol: 'dfuse',
    canUpload: true,
    isManifestationTolerant: false,
    hasShortBlocks: false,
    quirks: {},
    appliedQuirks: [],
    remarks: [],
    interfaceNumber: 0,
    functional: { attributes: 0x0b, detachTimeoutMs: 255, transferSizeBytes: 4096, bcdDfu: 0x011a },
    transferSizeBytes: 4096,
    memories: [{ alternate: 0, name: '', map: parseMemoryMap('@Internal Flash   /0x08000000/03*016Ka,09*016Kg')! }],
  };
  return new DfuSession(bus, device, identity, { clock, signal: new AbortController().signal, ...options });
}
