// One port of a USB hub as a power switch: by the kernel's own switch where it has one, by the hub's class requests where not.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDataView } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { PowerSwitch } from '../power-switch.ts';
import { type ControlSetup, isUsbError, type PortPath, type UsbBus, type UsbDevice } from '../usb.ts';
import { readUsbTree, SYSFS_USB } from './usb/sysfs-usb.ts';

/** What a hub says of its power switching (USB 2.0 §11.23.2.1, wHubCharacteristics bits 0 and 1). */
export type HubSwitchingMode = 'each-port' | 'all-ports-together' | 'none';

/** A hub reports a departure within its next status poll. */
const SETTLE_MS = 300;
const OPTIONS = { timeoutMs: 1000 };
/** What a file says that this user may not write. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);
const PORT_POWER = 8;
const CONNECTED = 0x0001;
const GET_HUB_DESCRIPTOR: ControlSetup = { requestType: 0xa0, request: 6, value: 0x2900, index: 0 };
const GET_PORT_STATUS: ControlSetup = { requestType: 0xa3, request: 0, value: 0, index: 0 };
const SET_FEATURE: ControlSetup = { requestType: 0x23, request: 3, value: PORT_POWER, index: 0 };
const CLEAR_FEATURE: ControlSetup = { requestType: 0x23, request: 1, value: PORT_POWER, index: 0 };

export interface HubPortOptions {
  readonly hub: PortPath;
  readonly port: number;
  readonly usb: UsbBus;
  readonly clock: Clock;
  /** For tests. */
  readonly sysfs?: string;
}

/** Both directions throw StationError `power/no-hub`, `power/not-allowed`, `power/hub-failed`, `power/not-switched`. */
export function createHubPowerSwitch(options: HubPortOptions): PowerSwitch {
  return {
    name: `hub ${options.hub} port ${options.port}`,
    turnOff: async () => {
      await switchPort(options, false);
      await options.clock.sleep(SETTLE_MS);
      if (await isStillConnected(options)) throw createNotSwitchedError(options);
    },
    turnOn: () => switchPort(options, true),
  };
}

/** What the hub at that place says of itself. Cheap hubs say `each-port` and switch nothing. Throws StationError `power/no-hub`, `power/hub-failed`. */
export async function readHubSwitchingMode(options: Omit<HubPortOptions, 'port' | 'clock'>): Promise<HubSwitchingMode> {
  const descriptor = await withHub(options, (hub) => hub.controlIn(GET_HUB_DESCRIPTOR, 9, OPTIONS));
  const mode = descriptor.length >= 5 ? toDataView(descriptor).getUint16(3, true) & 3 : 2;
  return mode === 0 ? 'all-ports-together' : mode === 1 ? 'each-port' : 'none';
}

async function switchPort(options: HubPortOptions, on: boolean): Promise<void> {
  const file = buildKernelSwitchPath(options);
  if (existsSync(file)) {
    writeKernelSwitch(options, file, on);
    return;
  }
  const setup = on ? SET_FEATURE : CLEAR_FEATURE;
  await withHub(options, (hub) => hub.controlOut({ ...setup, index: options.port }, new Uint8Array(0), OPTIONS));
}

/** Since Linux 6.0; the kernel then also leaves the port off when it looks after its hubs. */
function buildKernelSwitchPath({ hub, port, sysfs = SYSFS_USB }: HubPortOptions): string {
  return join(sysfs, `${hub}:1.0`, `${hub}-port${port}`, 'disable');
}

function writeKernelSwitch({ hub, port }: HubPortOptions, file: string, on: boolean): void {
  try {
    writeFileSync(file, on ? '0' : '1');
  } catch (cause) {
    if (!FORBIDDEN.has(String((cause as NodeJS.ErrnoException).code))) throw createHubFailedError(hub, cause as Error);
    throw new StationError({
      code: 'power/not-allowed',
      message: `port ${port} of hub ${hub} may not be switched by this user`,
      hint: 'Install the rules that `flashline udev` prints, then plug the hub in again.',
      cause,
    });
  }
}

async function isStillConnected(options: HubPortOptions): Promise<boolean> {
  const status = await withHub(options, (hub) =>
    hub.controlIn({ ...GET_PORT_STATUS, index: options.port }, 4, OPTIONS),
  );
  // Bit 0 of wPortStatus; a hub that does not tell has not proved anything.
  return ((status[0] ?? CONNECTED) & CONNECTED) !== 0;
}

async function withHub<Result>(
  { hub, usb, sysfs }: { readonly hub: PortPath; readonly usb: UsbBus; readonly sysfs?: string },
  run: (device: UsbDevice) => Promise<Result>,
): Promise<Result> {
  const node = readUsbTree(sysfs).find(({ info, isHub }) => isHub && info.portPath === hub);
  if (!node) {
    throw new StationError({
      code: 'power/no-hub',
      message: `there is no hub at ${hub}`,
      hint: 'Plug the hub in where the station file says, or correct the station file; `flashline ports` shows the tree.',
    });
  }
  try {
    const device = await usb.open(node.info);
    return await run(device).finally(() => device.close());
  } catch (error) {
    throw isUsbError(error) ? createHubFailedError(hub, error) : error;
  }
}

/** The hub is part of the station: what goes wrong with it is no failure of the unit behind it. */
function createHubFailedError(hub: PortPath, cause: Error): StationError {
  return new StationError({
    code: 'power/hub-failed',
    message: `hub ${hub} did not take an order: ${cause.message}`,
    hint: isUsbError(cause, 'no-access')
      ? 'Install the rules that `flashline udev` prints, then plug the hub in again.'
      : 'Plug the hub out and in again; if that does not help, use another hub.',
    cause,
  });
}

function createNotSwitchedError({ hub, port }: HubPortOptions): StationError {
  return new StationError({
    code: 'power/not-switched',
    message: `hub ${hub} took the order to switch port ${port} off, but its unit is still connected`,
    hint: 'This hub only claims to switch its ports: write `power: operator` for this fixture, or use another hub.',
  });
}
