// One unit at one port of the guest: waited for, brought into DFU mode, flashed, all through the real drivers.
import { systemClock } from '../../../../src/base/clock.ts';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { flashImage } from '../../../../src/device/dfu/flash/flash-image.ts';
import type { FlashReport } from '../../../../src/device/dfu/flash/flash-journal.ts';
import { detachDevice } from '../../../../src/device/dfu/session/detach-device.ts';
import { type DfuSession, openDfuSession } from '../../../../src/device/dfu/session/dfu-session.ts';
import { touchSerialPort } from '../../../../src/device/serial/touch.ts';
import { createNodeSerialPorts } from '../../../../src/equipment/drivers/serial/node-serialport.ts';
import { createNodeUsbBus } from '../../../../src/equipment/drivers/usb/node-usb.ts';
import type { SerialPortInfo } from '../../../../src/equipment/serial.ts';
import type { PortPath, UsbDeviceInfo } from '../../../../src/equipment/usb.ts';

/** A guest takes its devices one after another, on an emulated and perhaps busy processor. */
const ARRIVAL_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 40;

export const USER_PART = 0x080a_0000;

export const clock = systemClock;
export const usb = createNodeUsbBus(clock);
export const serial = createNodeSerialPorts(clock);
const signal = new AbortController().signal;

/** The device at the port as soon as one is there in DFU mode. */
export async function dfuAt(port: PortPath): Promise<UsbDeviceInfo> {
  return deviceAt(port, ({ productId }) => productId === 0xd006 || productId === 0x607f);
}

/** The device at the port as soon as one is there that is wanted. */
export async function deviceAt(
  port: PortPath,
  isWanted: (device: UsbDeviceInfo) => boolean = () => true,
): Promise<UsbDeviceInfo> {
  const isIt = (device: UsbDeviceInfo): boolean => device.portPath === port && isWanted(device);
  return found(`a wanted device at ${port}`, async () => (await usb.list()).find(isIt));
}

/** The serial port at the place as soon as it is there. */
export function serialAt(port: PortPath): Promise<SerialPortInfo> {
  return found(`a serial port at ${port}`, () => serial.find(port));
}

/** Asks the running unit for DFU mode by the speed of its serial port. */
export async function touchIntoDfu(port: PortPath): Promise<UsbDeviceInfo> {
  const connection = await serial.open(await serialAt(port), { baud: 9600 });
  await touchSerialPort(connection, { clock, signal, baud: 14_400 });
  return dfuAt(port);
}

/** A DFU session with the Photon at the port, closed after the deed. */
export async function withDfu<Result>(port: PortPath, deed: (session: DfuSession) => Promise<Result>): Promise<Result> {
  return withSession(await dfuAt(port), deed);
}

/** A DFU session with that device, closed after the deed. */
export async function withSession<Result>(
  device: UsbDeviceInfo,
  deed: (session: DfuSession) => Promise<Result>,
): Promise<Result> {
  const session = await openDfuSession(usb, device, { clock, signal });
  try {
    return await deed(session);
  } finally {
    await session.close();
  }
}

/** Asks running firmware into DFU mode by its run-time interface. */
export function detach(device: UsbDeviceInfo): Promise<void> {
  return detachDevice(usb, device, { clock, signal });
}

/** Flashes the bytes at the address and verifies them. */
export function flash(port: PortPath, bytes: Uint8Array, address = USER_PART): Promise<FlashReport> {
  const image = { name: 'image', sha256: computeSha256Hex(bytes), alternate: 0, segments: [{ address, bytes }] };
  return withDfu(port, (session) => flashImage(session, image));
}

/** Bytes of which no two images of different seeds share a run. */
export function imageBytes(sizeBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, at) => ((at * 31) ^ (at >> 8) ^ (seed * 57)) & 0xff);
}

async function found<Thing>(what: string, look: () => Promise<Thing | undefined>): Promise<Thing> {
  const latestMs = clock.readMonotonicMs() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const thing = await look();
    if (thing !== undefined) return thing;
    if (clock.readMonotonicMs() > latestMs) throw new Error(`waited in vain for ${what}`);
    await clock.sleep(LOOK_EVERY_MS);
  }
}
