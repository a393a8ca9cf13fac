// The kernel's virtual USB host controller (vhci-hcd): its ports by their place in the USB tree, and plugging a socket into one.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { StationError } from '../../base/station-error.ts';
import type { PortPath } from '../../equipment/usb.ts';
import { speedCodes } from './import-handshake.ts';

const PLATFORM = '/sys/devices/platform';
const FIRST_CONTROLLER = 'vhci_hcd.0';
const ROOT_HUB_SPEED = '480';
/** VDEV_ST_NULL in the kernel's status table: nothing is plugged in. */
const PORT_IS_FREE = '004';

/** One socket of a root hub that takes full- and high-speed devices. */
export interface VhciPort {
  /** As the kernel's `attach` file counts: over all controllers, high-speed before super-speed ports. */
  readonly number: number;
  readonly portPath: PortPath;
}

/** Every port of every controller for full- and high-speed devices; empty where the module is not loaded. */
export function listVhciPorts(platform = PLATFORM): readonly VhciPort[] {
  return listVhciControllers(platform).flatMap((controller, index) => {
    const root = readdirSync(join(platform, controller)).find((name) =>
      isHighSpeedRoot(join(platform, controller, name)),
    );
    const status = readStatusLines(platform, index).filter(({ hub }) => hub === 'hs');
    if (root === undefined) return [];
    const bus = root.slice('usb'.length);
    return status.map(({ number }, at) => ({ number, portPath: `${bus}-${at + 1}` }));
  });
}

/** True when the kernel has let go of whatever was plugged in there. */
export function isVhciPortFree(number: number, platform = PLATFORM): boolean {
  const indexes = listVhciControllers(platform).map((_, index) => index);
  return indexes.some((index) =>
    readStatusLines(platform, index).some((line) => line.number === number && line.state === PORT_IS_FREE),
  );
}

/** Throws StationError `bench/no-vhci` where the kernel has no such controller or this user may not use it. */
export function requireVhci(platform = PLATFORM): void {
  if (listVhciControllers(platform).length > 0) return;
  throw new StationError({
    code: 'bench/no-vhci',
    message: 'this kernel has no virtual USB host controller loaded',
    hint: 'Run `sudo modprobe vhci-hcd`, or serve over TCP (`--tcp 3240`) to a machine that has it.',
  });
}

/** A socket of which the kernel holds the other end. Its end is the device's departure, either way. */
export async function plugIntoVhci(
  port: VhciPort,
  speed: keyof typeof speedCodes,
  platform = PLATFORM,
): Promise<Socket> {
  const { ours, theirs } = await createSocketPair(`flashline-bench-${process.pid}-${port.number}`);
  theirs.pause();
  try {
    const deviceId = (1 << 16) | (port.number + 2);
    writeFileSync(
      join(platform, FIRST_CONTROLLER, 'attach'),
      `${port.number} ${getFileDescriptor(theirs)} ${deviceId} ${speedCodes[speed]}`,
    );
    return ours;
  } catch (cause) {
    ours.destroy();
    throw new StationError({
      code: 'bench/vhci-refused',
      message: `the kernel did not take a device at port ${port.portPath}`,
      hint: 'Run as root (`sudo`), and see that no other bench uses the port.',
      cause,
    });
  } finally {
    theirs.destroy();
  }
}

function listVhciControllers(platform: string): readonly string[] {
  try {
    return readdirSync(platform)
      .filter((name) => /^vhci_hcd\.\d+$/.test(name))
      .toSorted((left, right) => Number(left.slice(9)) - Number(right.slice(9)));
  } catch {
    return [];
  }
}

function isHighSpeedRoot(folder: string): boolean {
  return /\/usb\d+$/.test(folder) && readFileSync(join(folder, 'speed'), 'utf8').trim() === ROOT_HUB_SPEED;
}

/** `hub port sta spd dev sockfd local_busid` of the controller with that index; all of them are files of the first. */
function readStatusLines(platform: string, index: number): readonly { hub: string; number: number; state: string }[] {
  const file = join(platform, FIRST_CONTROLLER, index === 0 ? 'status' : `status.${index}`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [hub = '', number = '', state = ''] = line.trim().split(/\s+/);
      return { hub, number: Number(number), state };
    });
}

/** Two connected sockets of this process; the name is one of Linux's abstract ones and leaves no file. */
async function createSocketPair(name: string): Promise<{ readonly ours: Socket; readonly theirs: Socket }> {
  const server: Server = createServer();
  const path = `\0${name}`;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  try {
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const theirs = await new Promise<Socket>((resolve, reject) => {
      const socket = connect(path, () => resolve(socket)).once('error', reject);
    });
    return { ours: await accepted, theirs };
  } finally {
    server.close();
  }
}

/** Node has no public way to the file descriptor of a socket. */
function getFileDescriptor(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}
