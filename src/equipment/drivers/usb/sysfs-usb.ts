// The USB tree as Linux keeps it under /sys/bus/usb/devices: identity as it was read at enumeration, without asking the device again.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PortPath, UsbDeviceInfo } from '../../usb.ts';

export const SYSFS_USB = '/sys/bus/usb/devices';

const HUB_CLASS = 9;
/** A device's folder: bus, then the chain of ports. Interfaces (`1-4:1.0`) and root hubs (`usb1`) are named otherwise. */
const DEVICE_NAME = /^\d+-\d+(\.\d+)*$/;
const ROOT_NAME = /^usb\d+$/;

/** A node of the tree: a device, a hub or a root hub. */
export interface UsbNode {
  readonly info: UsbDeviceInfo;
  readonly isHub: boolean;
  /** Ports of a hub; 0 for others. */
  readonly portCount: number;
  /** bDeviceProtocol; of a high-speed hub: 1 one translator for all its ports, 2 one for each (USB 2.0 §11.23.1). */
  readonly protocol: number;
  /** Number that the kernel gave this enumeration on its bus. */
  readonly deviceNumber: number;
  readonly busNumber: number;
  /** The kernel's driver of each interface that has one: `cdc_acm`, or `usbfs` when a program holds it. */
  readonly drivers: readonly { readonly interfaceNumber: number; readonly driver: string }[];
}

/** True where the kernel has USB at all; containers and servers may not. */
export function hasSysfsUsb(root = SYSFS_USB): boolean {
  return existsSync(root);
}

/**
 * A look at the devices that are configured, hubs left out. What it knows of an enumeration it does not read again: with
 * 64 fixtures that look several times a second, only the device numbers are read.
 */
export function createUsbDeviceReader(root = SYSFS_USB): () => readonly UsbDeviceInfo[] {
  const known = new Map<string, { readonly deviceNumber: number; readonly info: UsbDeviceInfo | null }>();
  const look = (name: string): UsbDeviceInfo | null => {
    const folder = join(root, name);
    const deviceNumber = readNumber(folder, 'devnum');
    if (deviceNumber === undefined) return null;
    const before = known.get(name);
    if (before?.deviceNumber === deviceNumber) return before.info;
    const isHub = readNumber(folder, 'bDeviceClass', 16) === HUB_CLASS;
    const info = isHub ? null : readInfo(folder, name);
    if (isHub || info) known.set(name, { deviceNumber, info: info ?? null });
    return info ?? null;
  };
  return () => {
    const present = listMatchingNames(root, DEVICE_NAME);
    for (const name of known.keys()) if (!present.includes(name)) known.delete(name);
    return present.flatMap((name) => look(name) ?? []);
  };
}

/** Everything on the buses: root hubs first (as `1-0`), then hubs and devices by place. */
export function readUsbTree(root = SYSFS_USB): readonly UsbNode[] {
  const roots = listMatchingNames(root, ROOT_NAME).flatMap(
    (name) => readNode(join(root, name), `${name.slice(3)}-0`) ?? [],
  );
  const devices = listMatchingNames(root, DEVICE_NAME).flatMap((name) => readNode(join(root, name), name) ?? []);
  return [...roots, ...devices].toSorted((left, right) => comparePortPaths(left.info.portPath, right.info.portPath));
}

/** The kernel's driver that has the interface, if one has. */
export function findInterfaceDriver(portPath: PortPath, interfaceNumber: number, root = SYSFS_USB): string | undefined {
  const configuration = readText(join(root, portPath), 'bConfigurationValue');
  if (!configuration) return undefined;
  return readLinkName(join(root, `${portPath}:${configuration}.${interfaceNumber}`, 'driver'));
}

/** Bus and device number of an enumeration, out of its connection id. */
export function parseDeviceNumber({ connectionId }: UsbDeviceInfo): number {
  return Number(connectionId.slice(connectionId.indexOf('#') + 1));
}

/** Orders port paths as people count: 1-2 before 1-10. */
export function comparePortPaths(left: PortPath, right: PortPath): number {
  const [a, b] = [left, right].map((path) => path.split(/[-.]/).map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

function readNode(folder: string, portPath: PortPath): UsbNode | undefined {
  const info = readInfo(folder, portPath);
  const deviceNumber = readNumber(folder, 'devnum');
  const busNumber = readNumber(folder, 'busnum');
  if (!info || deviceNumber === undefined || busNumber === undefined) return undefined;
  return {
    info,
    isHub: readNumber(folder, 'bDeviceClass', 16) === HUB_CLASS,
    portCount: readNumber(folder, 'maxchild') ?? 0,
    protocol: readNumber(folder, 'bDeviceProtocol', 16) ?? 0,
    deviceNumber,
    busNumber,
    drivers: readDrivers(folder),
  };
}

function readDrivers(folder: string): UsbNode['drivers'] {
  return listMatchingNames(folder, /^\d+-[\d.]+:\d+\.\d+$/).flatMap((name) => {
    const driver = readLinkName(join(folder, name, 'driver'));
    return driver ? [{ interfaceNumber: Number(name.split('.').at(-1)), driver }] : [];
  });
}

/** Undefined while the device is not configured, or when it left under our hands. */
function readInfo(folder: string, portPath: PortPath): UsbDeviceInfo | undefined {
  const deviceNumber = readNumber(folder, 'devnum');
  const vendorId = readNumber(folder, 'idVendor', 16);
  const productId = readNumber(folder, 'idProduct', 16);
  const bcdDevice = readNumber(folder, 'bcdDevice', 16);
  if (deviceNumber === undefined || vendorId === undefined || productId === undefined || bcdDevice === undefined) {
    return undefined;
  }
  if (!readText(folder, 'bConfigurationValue')) return undefined;
  const text = (key: 'manufacturer' | 'product' | 'serialNumber', file: string) => {
    const value = readText(folder, file);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    portPath,
    connectionId: `${portPath}#${deviceNumber}`,
    vendorId,
    productId,
    bcdDevice,
    ...text('manufacturer', 'manufacturer'),
    ...text('product', 'product'),
    ...text('serialNumber', 'serial'),
    speed: parseUsbSpeed(readText(folder, 'speed')),
  };
}

/** In Mbit/s, as the kernel writes it. */
function parseUsbSpeed(text: string | undefined): UsbDeviceInfo['speed'] {
  const megabits = Number(text);
  if (megabits === 1.5) return 'low';
  if (megabits === 12) return 'full';
  if (megabits === 480) return 'high';
  return megabits >= 5000 ? 'super' : 'unknown';
}

function listMatchingNames(folder: string, pattern: RegExp): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}

function readNumber(folder: string, file: string, base = 10): number | undefined {
  const value = Number.parseInt(readText(folder, file) ?? '', base);
  return Number.isNaN(value) ? undefined : value;
}

function readText(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8').replace(/\n$/, '');
  } catch {
    return undefined;
  }
}

function readLinkName(link: string): string | undefined {
  try {
    return basename(readlinkSync(link));
  } catch {
    return undefined;
  }
}
