// Serial ports by the USB port they hang on: the kernel's own link from a tty to its device, which the serial library does not give.
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { SerialPortInfo } from '../serial.ts';

const SYSFS_TTY = '/sys/class/tty';
const DEVICE_FOLDER = '/dev';
/** The folder of a USB interface within the path of a tty's device: `1-4.1:1.0` hangs on port 1-4.1. */
const INTERFACE_FOLDER = /^(\d+-\d+(?:\.\d+)*):\d+\.\d+$/;

/** Every tty that belongs to a USB device and has its file. */
export function findUsbSerialPorts(sysfs = SYSFS_TTY, devices = DEVICE_FOLDER): readonly SerialPortInfo[] {
  return names(sysfs).flatMap((name) => {
    const portPath = usbPortOf(join(sysfs, name, 'device'));
    const device = join(devices, name);
    return portPath !== undefined && existsSync(device) ? [{ portPath, device }] : [];
  });
}

function usbPortOf(link: string): string | undefined {
  try {
    const folders = realpathSync(link).split('/');
    return folders.flatMap((folder) => INTERFACE_FOLDER.exec(folder)?.[1] ?? []).at(-1);
  } catch {
    return undefined;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
