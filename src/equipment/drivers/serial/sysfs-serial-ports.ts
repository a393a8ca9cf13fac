// Serial ports by the USB port they hang on: the kernel's own link from a tty to its place, which the serial library does not give.
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SerialPortInfo } from '../../serial.ts';

const SYSFS_TTY = '/sys/class/tty';
const DEVICE_FOLDER = '/dev';
/** Ports of devices, `ttyACM0`; the screens of the console are `tty0` to `tty63`. */
const PORT_NAME = /^tty[A-Z]/;
/** The folder of a USB interface within a tty's place: `1-4.1:1.0` hangs on port 1-4.1. */
const INTERFACE_FOLDER = /^(\d+-\d+(?:\.\d+)*):\d+\.\d+$/;

/**
 * Every tty that belongs to a USB device and has its file. Fixtures that wait for their port look twenty times a second, so
 * only one link is read for each.
 */
export function findUsbSerialPorts(sysfs = SYSFS_TTY, devices = DEVICE_FOLDER): readonly SerialPortInfo[] {
  return listFolderNames(sysfs).flatMap((name) => {
    const portPath = parseUsbPortPath(join(sysfs, name));
    const device = join(devices, name);
    return portPath !== undefined && existsSync(device) ? [{ portPath, device }] : [];
  });
}

function parseUsbPortPath(link: string): string | undefined {
  try {
    const folders = readlinkSync(link).split('/');
    return folders.flatMap((folder) => INTERFACE_FOLDER.exec(folder)?.[1] ?? []).at(-1);
  } catch {
    return undefined;
  }
}

function listFolderNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => PORT_NAME.test(name))
      .toSorted();
  } catch {
    return [];
  }
}
