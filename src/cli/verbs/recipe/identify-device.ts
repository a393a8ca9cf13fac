// Finds the one DFU device that is meant, on the machine's own buses or on a virtual bench, and asks what it is.
import { type Clock, createVirtualClock, systemClock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import { createBench } from '../../../bench/bench.ts';
import { createDfuDevice } from '../../../bench/dfu-device/dfu-device-board.ts';
import { dfuPersonalities } from '../../../bench/dfu-device/dfu-personality.ts';
import { isDfuError } from '../../../device/dfu/protocol/dfu-error.ts';
import { detachDevice } from '../../../device/dfu/session/detach-device.ts';
import { type DfuIdentity, readDfuIdentity, readDfuInterfaces } from '../../../device/dfu/session/dfu-identity.ts';
import { createNodeUsbBus } from '../../../equipment/drivers/usb/node-usb.ts';
import { isUsbError, type UsbBus, type UsbDeviceInfo } from '../../../equipment/usb.ts';
import { formatDeviceUsbId } from '../../../recipe/unit/device-at-port.ts';
import { readDeviceName } from '../../input/device-name.ts';

export interface IdentifyDeviceOptions {
  /** Null when there is only one. */
  readonly portPath: string | null;
  /** Running firmware is asked into DFU mode first. */
  readonly isDetached: boolean;
  /** A device of the virtual bench. */
  readonly deviceName: string | null;
}

export interface AskedDevice {
  readonly info: UsbDeviceInfo;
  readonly identity: DfuIdentity;
  /** What ran before it was asked into DFU mode. */
  readonly running: UsbDeviceInfo | null;
}

const SITE = { stage: 'open', command: 'OPEN' } as const;
const RETURN_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;
const VIRTUAL_PORT = '1-1';

/** Nothing is written to the device. Throws StationError `recipe/no-device`, `recipe/which-device`, or what opening it throws. */
export async function identifyDevice(options: IdentifyDeviceOptions): Promise<AskedDevice> {
  if (options.deviceName !== null) return askVirtualDevice(options.deviceName, options.isDetached);
  const usb = createNodeUsbBus(systemClock);
  try {
    return await askDeviceOn({ usb, clock: systemClock }, options.portPath, options.isDetached);
  } finally {
    await usb.close();
  }
}

async function askVirtualDevice(name: string, isDetached: boolean): Promise<AskedDevice> {
  const personality = dfuPersonalities[readDeviceName(name)];
  const clock = createVirtualClock();
  const bench = createBench({ clock, ports: [VIRTUAL_PORT] });
  const board = createDfuDevice({ personality, startsApplication: isDetached });
  if (isDetached) board.loadApplication();
  bench.plug(VIRTUAL_PORT, board);
  clock.runFreely();
  try {
    await awaitDevice({ usb: bench.usb, clock }, VIRTUAL_PORT, null);
    return await askDeviceOn({ usb: bench.usb, clock }, VIRTUAL_PORT, isDetached);
  } finally {
    clock.stop();
  }
}

interface AskDeps {
  readonly usb: UsbBus;
  readonly clock: Clock;
}

async function askDeviceOn(deps: AskDeps, portPath: string | null, isDetached: boolean): Promise<AskedDevice> {
  const found = await chooseDevice(deps, portPath);
  if (!isDetached) return { info: found, identity: await readIdentity(deps, found), running: null };
  await detachDevice(deps.usb, found, { clock: deps.clock, signal: new AbortController().signal });
  const info = await awaitDevice(deps, found.portPath, found.connectionId);
  return { info, identity: await readIdentity(deps, info), running: found };
}

async function readIdentity({ usb }: AskDeps, info: UsbDeviceInfo): Promise<DfuIdentity> {
  const device = await usb.open(info);
  try {
    return await readDfuIdentity(device, SITE);
  } finally {
    await device.close();
  }
}

/** The device at the port; else the only one that has a DFU interface. */
async function chooseDevice(deps: AskDeps, portPath: string | null): Promise<UsbDeviceInfo> {
  const present = await deps.usb.list();
  if (portPath !== null) {
    const there = present.find((info) => info.portPath === portPath);
    if (there) return there;
    throw createNoDeviceError(`nothing is plugged in at port ${portPath}`);
  }
  const able: UsbDeviceInfo[] = [];
  for (const info of present) if (await hasDfuInterface(deps, info)) able.push(info);
  if (able.length === 1) return able[0]!;
  if (able.length === 0) {
    throw createNoDeviceError(`none of the ${present.length} devices that are plugged in and may be opened speaks DFU`);
  }
  const list = able.map((info) => `${formatDeviceUsbId(info)} at ${info.portPath}`).join(', ');
  throw new StationError({
    code: 'recipe/which-device',
    message: `${able.length} devices speak DFU: ${list}`,
    hint: `say which one is meant: --port ${able[0]!.portPath}`,
  });
}

/** Who may not be opened, or answers nothing sensible, is not meant. */
async function hasDfuInterface({ usb }: AskDeps, info: UsbDeviceInfo): Promise<boolean> {
  try {
    const device = await usb.open(info);
    try {
      return (await readDfuInterfaces(device, SITE)).length > 0;
    } finally {
      await device.close();
    }
  } catch (error) {
    if (isUsbError(error) || isDfuError(error)) return false;
    throw error;
  }
}

async function awaitDevice(
  { usb, clock }: AskDeps,
  portPath: string,
  notConnection: string | null,
): Promise<UsbDeviceInfo> {
  const latestMs = clock.readMonotonicMs() + RETURN_LIMIT_MS;
  for (;;) {
    const here = (await usb.list()).find((info) => info.portPath === portPath && info.connectionId !== notConnection);
    if (here) return here;
    if (clock.readMonotonicMs() > latestMs) throw createNoDeviceError(`nothing came up at port ${portPath}`);
    await clock.sleep(LOOK_EVERY_MS);
  }
}

function createNoDeviceError(message: string): StationError {
  return new StationError({
    code: 'recipe/no-device',
    message,
    hint: 'plug the unit in, in DFU mode, and see it with flashline ports; flashline doctor says why it may not be opened',
  });
}
