// What the machine is like that a station runs on: asked once, told as data; nothing is changed.
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { PortPath } from '../usb.ts';
import { findUsbSerialPorts } from './serial/sysfs-serial-ports.ts';
import { hasSysfsUsb, readUsbTree, type UsbNode } from './usb/sysfs-usb.ts';

/** Programs are asked for their version and nothing else. */
const PROGRAM_LIMIT_MS = 5000;

export interface MachineFacts {
  readonly nodeVersion: string;
  readonly platform: string;
  readonly userName: string;
  readonly isRoot: boolean;
  readonly groups: readonly string[];
  readonly hasUsb: boolean;
  readonly isUdevRunning: boolean;
  /** Texts of all udev rules, joined. */
  readonly udevRules: string;
  readonly isModemManagerRunning: boolean;
  readonly usb: readonly UsbNode[];
  /** Device files of units that this user cannot open for writing. */
  readonly closedDevices: readonly { readonly portPath: PortPath; readonly file: string }[];
  /** Serial ports that other programs have open. */
  readonly heldPorts: readonly { readonly device: string; readonly holder: string }[];
  readonly freeBytes: number;
  /** Null when nobody could tell. */
  readonly isClockSynchronized: boolean | null;
  /** First line of its version; null when it is not installed. */
  readonly openocd: string | null;
}

/** Looks at the machine; `folder` is where records are kept. */
export async function readMachineFacts(folder: string): Promise<MachineFacts> {
  const usb = readUsbTree();
  const [groups, openocd, synchronized] = await Promise.all([
    readProgramOutput('id', ['-Gn']),
    readProgramOutput('openocd', ['--version']),
    readProgramOutput('timedatectl', ['show', '--property=NTPSynchronized', '--value']),
  ]);
  const space = statfsSync(existsSync(folder) ? folder : '.');
  return {
    nodeVersion: process.versions.node,
    platform: process.platform,
    userName: userInfo().username,
    isRoot: userInfo().uid === 0,
    groups: groups?.trim().split(/\s+/) ?? [],
    hasUsb: hasSysfsUsb(),
    isUdevRunning: existsSync('/run/udev/control'),
    udevRules: globSync(['/etc/udev/rules.d/*.rules', '/lib/udev/rules.d/*.rules']).map(readTextOrEmpty).join('\n'),
    isModemManagerRunning: listProcessNames().includes('ModemManager'),
    usb,
    closedDevices: usb.flatMap((node) => findClosedDevice(node) ?? []),
    heldPorts: findHeldPorts(findUsbSerialPorts().map(({ device }) => device)),
    freeBytes: space.bavail * space.bsize,
    isClockSynchronized: synchronized === null ? null : synchronized.trim() === 'yes',
    openocd: openocd?.split('\n')[0] ?? null,
  };
}

function findClosedDevice({
  info,
  isHub,
  busNumber,
  deviceNumber,
}: UsbNode): MachineFacts['closedDevices'][number] | null {
  const name = (value: number): string => String(value).padStart(3, '0');
  const file = `/dev/bus/usb/${name(busNumber)}/${name(deviceNumber)}`;
  if (isHub) return null;
  try {
    accessSync(file, constants.W_OK);
    return null;
  } catch {
    return { portPath: info.portPath, file };
  }
}

/** By the open files of all processes that may be looked at, our own left out. */
function findHeldPorts(devices: readonly string[]): MachineFacts['heldPorts'] {
  if (devices.length === 0) return [];
  return globSync('/proc/[0-9]*/fd/*').flatMap((link) => {
    const device = readLinkOrEmpty(link);
    const pid = link.split('/')[2]!;
    if (!devices.includes(device) || pid === String(process.pid)) return [];
    return [{ device, holder: `${readTextOrEmpty(`/proc/${pid}/comm`).trim()} (process ${pid})` }];
  });
}

function listProcessNames(): readonly string[] {
  return globSync('/proc/[0-9]*/comm').map((file) => readTextOrEmpty(file).trim());
}

function readTextOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readLinkOrEmpty(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** Null when the program is not there or fails. Some print their version on standard error. */
function readProgramOutput(program: string, words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...words], { timeout: PROGRAM_LIMIT_MS }, (error, stdout, stderr) =>
      resolve(error ? null : stdout || stderr),
    );
  });
}
