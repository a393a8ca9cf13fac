// Descriptors and names as real devices send them: which DFU each speaks, and that one odd thing makes none unusable.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/base/bytes.ts';
import { isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import {
  type DfuIdentity,
  type DfuIdentityOptions,
  readDfuIdentity,
} from '../../../src/device/dfu/session/dfu-identity.ts';
import { type ControlSetup, type UsbDevice, UsbError } from '../../../src/equipment/usb.ts';

interface RealDevice {
  readonly device: string;
  readonly vidpid: string;
  readonly dfuse: boolean;
  /** `attr 11, detach 255, xfer 2048, bcd 11a, alts 4`: attributes in decimal, bcdDFUVersion in hexadecimal. */
  readonly functional: string;
}

const MAP = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg';
const SECOND_MAP = '@External Flash /0x90000000/64*64Kg';
const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/dfu-devices/real-devices.json', import.meta.url), 'utf8'),
) as { readonly descriptors: readonly RealDevice[] };

/** Those that name memory maps although they speak plain DFU, or no map although they are DfuSe, say so in their row. */
function nameOf(device: RealDevice): string {
  return device.dfuse || device.device.includes('with map names') ? MAP : 'image_0';
}

describe('the descriptors of real devices', () => {
  it.each(vectors.descriptors.map((device) => [device.device, device] as const))('%s', async (_, device) => {
    const [attributes, detach, transfer, bcd, alternates] =
      /attr (\d+), detach (\d+), xfer (\d+), bcd (\w+), alts (\d+)/.exec(device.functional)!.slice(1);
    const functional = [
      9,
      0x21,
      Number(attributes),
      ...u16(Number(detach)),
      ...u16(Number(transfer)),
      ...u16(Number.parseInt(bcd!, 16)),
    ];
    const [vendorId, productId] = device.vidpid.split(':').map((id) => Number.parseInt(id, 16)) as [number, number];
    const settings = Array.from({ length: Number(alternates) }, (_, at) => setting({ alternate: at, name: 4 + at }));
    const identity = await identify({
      vendorId,
      productId,
      parts: [...settings, functional],
      names: () => nameOf(device),
    });
    expect(identity).toMatchObject({
      protocol: device.dfuse ? 'dfuse' : 'dfu',
      transferSizeBytes: Number(transfer),
      canUpload: (Number(attributes) & 2) !== 0,
      isManifestationTolerant: (Number(attributes) & 4) !== 0,
    });
    expect(identity.memories).toHaveLength(Number(alternates));
  });
});

describe('one odd thing about a device', () => {
  const FUNCTIONAL = [9, 0x21, 0x0b, 255, 0, 0, 8, 0x1a, 1];

  it('does not matter when a name is refused, lies about its length or is no string', async () => {
    for (const odd of ['stalled', 'babble'] as const) {
      const identity = await identify({
        parts: [setting({ alternate: 0, name: 4 }), setting({ alternate: 1, name: 5 }), FUNCTIONAL],
        names: (index) => (index === 5 ? odd : MAP),
      });
      expect(identity.memories.map(({ map }) => map !== null)).toEqual([true, false]);
      expect(identity.remarks).toEqual(['the name of alternate 1 cannot be read']);
    }
  });

  it('does not matter when the first of several interfaces in DFU mode names no memory', async () => {
    const second = [9, 4, 1, 0, 0, 0xfe, 1, 2, 5];
    const identity = await identify({
      parts: [setting({ alternate: 0, name: 4 }), FUNCTIONAL, second, FUNCTIONAL],
      names: (index) => (index === 5 ? MAP : 'Settings'),
    });
    expect(identity).toMatchObject({ interfaceNumber: 1, protocol: 'dfuse', memories: [{ alternate: 0, name: MAP }] });
    expect(identity.remarks).toEqual(['interface 0 is in DFU mode too and is not used']);
  });

  it('with several interfaces in DFU mode is spoken to on the one that the recipe means', async () => {
    const second = [9, 4, 1, 0, 0, 0xfe, 1, 2, 5];
    const device = {
      parts: [setting({ alternate: 0, name: 4 }), FUNCTIONAL, second, FUNCTIONAL],
      names: (index: number) => (index === 5 ? SECOND_MAP : MAP),
    };
    expect(await identify(device)).toMatchObject({ interfaceNumber: 0, memories: [{ name: MAP }] });
    const identity = await identify(device, { interfaceNumber: 1 });
    expect(identity).toMatchObject({ interfaceNumber: 1, memories: [{ name: SECOND_MAP }] });
    expect(identity.remarks).toEqual(['interface 0 is in DFU mode too and is not used']);
    await expect(identify(device, { interfaceNumber: 2 })).rejects.toMatchObject({
      kind: 'not-dfuse',
      message: expect.stringContaining('no DFU interface of the number that is meant, it has 0, 1'),
    });
  });

  it('does not matter when names are missing or shared', async () => {
    const identity = await identify({
      parts: [
        setting({ alternate: 0, name: 4 }),
        setting({ alternate: 1, name: 4 }),
        setting({ alternate: 2, name: 0 }),
        FUNCTIONAL,
      ],
      names: () => MAP,
    });
    expect(identity.memories.map(({ name }) => name)).toEqual([MAP, MAP, '']);
    expect(identity.remarks).toEqual([]);
  });

  it('does not matter when another interface has a descriptor of the same type number', async () => {
    const hid = [9, 4, 1, 0, 1, 3, 0, 0, 0];
    const hidDescriptor = [9, 0x21, 0x11, 0x01, 0, 1, 0x22, 0x21, 0];
    const identity = await identify({
      parts: [hid, hidDescriptor, setting({ alternate: 0, name: 4 }), FUNCTIONAL],
      names: () => MAP,
    });
    expect(identity).toMatchObject({ protocol: 'dfuse', transferSizeBytes: 2048, interfaceNumber: 0 });
    const behind = await identify({
      parts: [setting({ alternate: 0, name: 4 }), hid, hidDescriptor],
      names: () => MAP,
    });
    expect(behind.remarks[0]).toContain('no DFU functional descriptor');
  });

  it('does not matter when the functional descriptor has seven bytes, or is missing', async () => {
    const short = await identify({
      parts: [setting({ alternate: 0, name: 4 }), [7, 0x21, 3, 0, 0, 0, 1]],
      names: () => 'Flash',
    });
    expect(short).toMatchObject({ protocol: 'dfu', transferSizeBytes: 256, functional: { bcdDfu: 0x0100 } });
    const none = await identify({ parts: [setting({ alternate: 0, name: 4 })], names: () => 'Flash' });
    expect(none).toMatchObject({ protocol: 'dfu', transferSizeBytes: 64, canUpload: false });
  });

  it('does not matter when the protocol number is 0, and a transfer size of nothing becomes one packet', async () => {
    const identity = await identify({
      parts: [setting({ alternate: 0, name: 4, protocol: 0 }), [9, 0x21, 0x0b, 255, 0, 0, 0, 0x1a, 1]],
      names: () => MAP,
    });
    expect(identity).toMatchObject({ protocol: 'dfuse', transferSizeBytes: 64 });
    expect(identity.remarks[0]).toContain('transfer size 0');
  });

  it('gives a GD32VF103 the map of its part number instead of its own', async () => {
    const own = '@Internal Flash  /0x8000000/512*002Kg';
    const serials = { '3CBJ': 128, '3C8J': 64, '\u4333\u4a42': 128 };
    for (const [serialNumber, pages] of Object.entries(serials)) {
      const identity = await identify({
        ...{ vendorId: 0x28e9, productId: 0x0189, serialNumber, names: () => own },
        parts: [setting({ alternate: 0, name: 5 }), FUNCTIONAL],
      });
      expect(identity.memories[0]!.map!.sectors).toHaveLength(pages);
      expect(identity.appliedQuirks.map(({ name }) => name)).toEqual(['GD32VF103 ROM loader']);
    }
  });

  it('is named when the device is none that takes an image', async () => {
    const runtime = identify({ parts: [setting({ alternate: 0, name: 4, protocol: 1 }), FUNCTIONAL], names: () => '' });
    await expect(runtime).rejects.toThrow('it is in run-time mode');
    const nameless = identify({ parts: [setting({ alternate: 2, name: 4 }), FUNCTIONAL], names: () => 'UNKNOWN' });
    await expect(nameless).rejects.toThrow(`alternate 2's name is "UNKNOWN"`);
    await expect(nameless).rejects.toSatisfy((error) => isDfuError(error, 'not-dfuse'));
  });
});

function setting({ alternate, name, protocol = 2 }: { alternate: number; name: number; protocol?: number }): number[] {
  return [9, 4, 0, alternate, 0, 0xfe, 1, protocol, name];
}

function u16(value: number): readonly number[] {
  return [value & 0xff, value >> 8];
}

/** Identity of a device with this configuration; a name is its text, or how asking for it fails. */
function identify(
  device: {
    readonly vendorId?: number;
    readonly productId?: number;
    readonly serialNumber?: string;
    readonly parts: readonly (readonly number[])[];
    readonly names: (index: number) => string;
  },
  options: DfuIdentityOptions = {},
): Promise<DfuIdentity> {
  const { vendorId = 0x0483, productId = 0xdf11, serialNumber = '123', parts, names } = device;
  const body = concatBytes(...parts.map((part) => Uint8Array.from(part)));
  const configuration = concatBytes(Uint8Array.of(9, 2, ...u16(9 + body.length), 1, 1, 0, 0xc0, 50), body);
  const descriptor = Uint8Array.of(18, 1, 0, 2, 0, 0, 0, 64, ...u16(vendorId), ...u16(productId), 0, 2, 1, 2, 3, 1);
  const info = {
    portPath: '1-1',
    connectionId: '1',
    bcdDevice: 0x0200,
    speed: 'full',
    vendorId,
    productId,
    serialNumber,
  } as const;
  const answer = (setup: ControlSetup): Uint8Array => {
    const [type, index] = [setup.value >> 8, setup.value & 0xff];
    if (type === 1) return descriptor;
    if (type === 2) return configuration;
    const name = index === 0 ? 'stalled' : names(index);
    if (name === 'stalled' || name === 'babble')
      throw new UsbError({ kind: name, portPath: info.portPath, request: 'GET_DESCRIPTOR' });
    const text = Buffer.from(name, 'utf16le');
    return Uint8Array.of(text.length + 2, 3, ...text);
  };
  const usb: UsbDevice = {
    info,
    controlIn: async (setup, lengthBytes) => answer(setup).subarray(0, lengthBytes),
    controlOut: async () => undefined,
    claim: async () => undefined,
    selectAlternate: async () => undefined,
    reset: async () => undefined,
    close: async () => undefined,
  };
  return readDfuIdentity(usb, { stage: 'open', command: 'OPEN' }, options);
}
