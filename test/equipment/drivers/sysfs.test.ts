// Linux's USB tree and tty links, as files in a temporary folder.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { createHubPowerSwitch, readHubSwitchingMode } from '../../../src/equipment/drivers/hub-power.ts';
import { findUsbSerialPorts } from '../../../src/equipment/drivers/serial/sysfs-serial-ports.ts';
import {
  comparePortPaths,
  createUsbDeviceReader,
  findInterfaceDriver,
  hasSysfsUsb,
  readUsbTree,
} from '../../../src/equipment/drivers/usb/sysfs-usb.ts';
import { type ControlSetup, type UsbBus, UsbError } from '../../../src/equipment/usb.ts';

const PHOTON = {
  idVendor: '2b04',
  idProduct: 'd006',
  bcdDevice: '0250',
  bDeviceClass: '00',
  bConfigurationValue: '1',
  busnum: '1',
  devnum: '17',
  speed: '12',
  manufacturer: 'Particle',
  product: 'Photon DFU Mode',
  serial: '00000000010C',
};
const HUB = { ...PHOTON, bDeviceClass: '09', devnum: '3', speed: '480', maxchild: '4', product: 'Hub' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-sysfs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the USB tree of Linux', () => {
  it('gives each device with its place, and its identity as it was read at enumeration', () => {
    device('1-4.3', PHOTON);
    device('1-4', HUB);
    device('usb1', { ...HUB, devnum: '1' });
    expect(createUsbDeviceReader(folder)()).toEqual([
      {
        portPath: '1-4.3',
        connectionId: '1-4.3#17',
        vendorId: 0x2b04,
        productId: 0xd006,
        bcdDevice: 0x0250,
        manufacturer: 'Particle',
        product: 'Photon DFU Mode',
        serialNumber: '00000000010C',
        speed: 'full',
      },
    ]);
    expect(readUsbTree(folder).map(({ info, isHub, portCount }) => [info.portPath, isHub, portCount])).toEqual([
      ['1-0', true, 4],
      ['1-4', true, 4],
      ['1-4.3', false, 0],
    ]);
  });

  it('leaves out a device that is not configured yet, and strings that it does not have', () => {
    const { manufacturer: _, product: __, serial: ___, ...silent } = PHOTON;
    device('1-1', { ...PHOTON, bConfigurationValue: '' });
    device('1-2', silent);
    expect(createUsbDeviceReader(folder)().map(({ portPath, serialNumber }) => [portPath, serialNumber])).toEqual([
      ['1-2', undefined],
    ]);
  });

  it('looks anew at a place whose device number changed, or that was empty meanwhile', () => {
    const look = createUsbDeviceReader(folder);
    const products = (): readonly (string | undefined)[] => look().map(({ product }) => product);
    device('1-4', PHOTON);
    expect(products()).toEqual(['Photon DFU Mode']);
    device('1-4', { ...PHOTON, devnum: '18', product: 'Photon' });
    expect(products()).toEqual(['Photon']);
    rmSync(join(folder, '1-4'), { recursive: true });
    expect(products()).toEqual([]);
    device('1-4', { ...PHOTON, devnum: '18', product: 'P1' });
    expect(products()).toEqual(['P1']);
  });

  it('knows the driver that holds an interface', () => {
    device('1-4', PHOTON);
    mkdirSync(join(folder, '1-4:1.0'));
    mkdirSync(join(folder, 'usbfs'));
    expect(findInterfaceDriver('1-4', 0, folder)).toBeUndefined();
    symlinkSync(join(folder, 'usbfs'), join(folder, '1-4:1.0', 'driver'));
    expect(findInterfaceDriver('1-4', 0, folder)).toBe('usbfs');
  });

  it('is empty on a machine without USB', () => {
    const nowhere = join(folder, 'nowhere');
    expect([hasSysfsUsb(nowhere), createUsbDeviceReader(nowhere)(), readUsbTree(nowhere)]).toEqual([false, [], []]);
  });

  it('orders places as people count', () => {
    expect(['1-10', '2-1', '1-2.4', '1-2'].toSorted(comparePortPaths)).toEqual(['1-2', '1-2.4', '1-10', '2-1']);
  });
});

describe('serial ports by USB port', () => {
  it('are found by the kernel’s link from the tty to its place, whatever hubs lie between', () => {
    tty('ttyACM0', 'devices/pci0000:00/usb1/1-4/1-4.3/1-4.3:1.0');
    tty('ttyUSB1', 'devices/pci0000:00/usb1/1-5/1-5:1.0/ttyUSB1');
    tty('ttyS0', 'devices/platform/serial8250');
    const dev = join(folder, 'dev');
    expect(findUsbSerialPorts(join(folder, 'tty'), dev)).toEqual([
      { portPath: '1-4.3', device: join(dev, 'ttyACM0') },
      { portPath: '1-5', device: join(dev, 'ttyUSB1') },
    ]);
  });

  it('are not given while their file is missing', () => {
    tty('ttyACM0', 'devices/usb1/1-4/1-4:1.0');
    rmSync(join(folder, 'dev', 'ttyACM0'));
    expect(findUsbSerialPorts(join(folder, 'tty'), join(folder, 'dev'))).toEqual([]);
  });
});

describe('a hub as a power switch', () => {
  it('switches by the kernel’s file where there is one', async () => {
    const file = join(folder, '1-4:1.0', '1-4-port3', 'disable');
    device('1-4', HUB);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '0');
    const { power, sent } = hubWith({ status: 0x0000 });
    await power.turnOff();
    expect(sent).toEqual(['a3 0 0 3']);
    await power.turnOn();
    expect(sent).toEqual(['a3 0 0 3']);
  });

  it('has failed where the kernel’s file takes no order, which is another thing than not being allowed', async () => {
    device('1-4', HUB);
    mkdirSync(join(folder, '1-4:1.0', '1-4-port3', 'disable'), { recursive: true });
    await expect(hubWith({ status: 0 }).power.turnOn()).rejects.toMatchObject({ code: 'power/hub-failed' });
  });

  it('switches by the hub’s own requests where the kernel has no file', async () => {
    device('1-4', HUB);
    const { power, sent } = hubWith({ status: 0x0000 });
    await power.turnOff();
    await power.turnOn();
    expect(sent).toEqual(['23 1 8 3', 'a3 0 0 3', '23 3 8 3']);
  });

  it('is found out when it only claims to switch', async () => {
    device('1-4', HUB);
    await expect(hubWith({ status: 0x0103 }).power.turnOff()).rejects.toMatchObject({ code: 'power/not-switched' });
  });

  it.each([
    ['silent', 'another hub'],
    ['no-access', 'flashline udev'],
  ] as const)('that is %s is the trouble of the station, never a failure of the unit behind it', async (kind, hint) => {
    device('1-4', HUB);
    const { power } = hubWith({ status: 0, failure: new UsbError({ kind, portPath: '1-4', request: 'SET_FEATURE' }) });
    for (const order of [power.turnOff, power.turnOn]) {
      await expect(order()).rejects.toMatchObject({ code: 'power/hub-failed', hint: expect.stringContaining(hint) });
    }
  });

  it('has not switched when it does not tell what became of its port', async () => {
    device('1-4', HUB);
    await expect(hubWith({ status: null }).power.turnOff()).rejects.toMatchObject({ code: 'power/not-switched' });
  });

  it('is missed when it is not at its place', async () => {
    await expect(hubWith({ status: 0 }).power.turnOff()).rejects.toMatchObject({ code: 'power/no-hub' });
  });

  it.each([
    [0x00, 'all-ports-together'],
    [0x01, 'each-port'],
    [0x02, 'none'],
  ])('with characteristics %i says that it switches %s', async (characteristics, switching) => {
    device('1-4', HUB);
    const { usb } = hubWith({ status: 0, characteristics });
    expect(await readHubSwitchingMode({ hub: '1-4', usb, sysfs: folder })).toBe(switching);
  });
});

interface HubAnswers {
  /** Null: an answer without a byte in it. */
  readonly status: number | null;
  readonly characteristics?: number;
  readonly failure?: UsbError;
}

function hubWith({ status, characteristics = 1, failure }: HubAnswers) {
  const sent: string[] = [];
  const note = ({ requestType, request, value, index }: ControlSetup): void => {
    if (failure) throw failure;
    sent.push([requestType.toString(16), request, value, index].join(' '));
  };
  const clock = createVirtualClock();
  clock.runFreely();
  const usb = {
    open: async (info) => ({
      info,
      controlIn: async (setup: ControlSetup) => {
        note(setup);
        return setup.request === 6
          ? Uint8Array.of(9, 0x29, 4, characteristics, 0, 50, 0, 0, 0xff)
          : Uint8Array.of(...(status === null ? [] : [status & 0xff, status >> 8, 0, 0]));
      },
      controlOut: async (setup: ControlSetup) => note(setup),
      claim: async () => undefined,
      selectAlternate: async () => undefined,
      reset: async () => undefined,
      close: async () => undefined,
    }),
  } satisfies Pick<UsbBus, 'open'> as unknown as UsbBus;
  return { usb, sent, power: createHubPowerSwitch({ hub: '1-4', port: 3, usb, clock, sysfs: folder }) };
}

function device(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
}

/** As the kernel lays it out: the class holds a link to the tty's own folder, which lies below its device's. */
function tty(name: string, device: string): void {
  const place = join(device, 'tty', name);
  for (const path of [place, 'tty', 'dev']) mkdirSync(join(folder, path), { recursive: true });
  symlinkSync(join('..', place), join(folder, 'tty', name));
  symlinkSync(join('..', '..'), join(folder, place, 'device'));
  writeFileSync(join(folder, 'dev', name), '');
}
