// Asks running firmware to go to DFU mode, by its run-time DFU interface (DFU 1.1 §5.1).
import type { UsbBus, UsbDevice, UsbDeviceInfo } from '../../../equipment/usb.ts';
import { isUsbError } from '../../../equipment/usb.ts';
import type { DfuInterface } from '../protocol/descriptors.ts';
import { dfuAttributes } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { DfuTransfers, toDfuError } from '../protocol/dfu-transfers.ts';
import { readDfuInterfaces } from './dfu-identity.ts';
import type { OpenDfuOptions } from './dfu-session.ts';

/** wDetachTimeOut is at most this: a host resets at once, or the device leaves by itself. */
const MAX_DETACH_MS = 1000;

/**
 * Sends DETACH to the run-time interface, and a bus reset where the firmware does not leave by itself (bitWillDetach). What
 * comes up at the port afterwards is the proof. Throws DfuError (stage `open`; `not-dfuse` where there is no such
 * interface), or what opening a device throws.
 */
export async function detachDevice(bus: UsbBus, info: UsbDeviceInfo, options: OpenDfuOptions): Promise<void> {
  const site: DfuSite = { stage: 'open', command: 'DETACH' };
  options.signal.throwIfAborted();
  let device: UsbDevice | undefined;
  try {
    device = await bus.open(info);
    const runtime = (await readDfuInterfaces(device, site)).find(({ mode }) => mode === 'runtime');
    if (!runtime) {
      const message = 'the running firmware has no run-time DFU interface that could be asked to detach';
      throw new DfuError({ kind: 'not-dfuse', site, message });
    }
    await requestDetach(device, runtime, options);
  } catch (error) {
    throw toDfuError(error, site.command, site);
  } finally {
    await device?.close();
  }
}

/** Firmware that leaves within the request itself has done what it was asked. */
async function requestDetach(device: UsbDevice, runtime: DfuInterface, options: OpenDfuOptions): Promise<void> {
  const { interfaceNumber, functional } = runtime;
  await device.claim(interfaceNumber);
  const transfers = new DfuTransfers(device, interfaceNumber, options);
  const site: DfuSite = { stage: 'open', command: 'DETACH' };
  const timeoutMs = Math.min(functional?.detachTimeoutMs || MAX_DETACH_MS, MAX_DETACH_MS);
  try {
    await transfers.transferOut('DETACH', new Uint8Array(0), { value: timeoutMs, site });
  } catch (error) {
    if (!isDfuError(error, 'gone', 'silent')) throw error;
  }
  const leavesByItself = functional !== null && (functional.attributes & dfuAttributes.willDetach) !== 0;
  if (leavesByItself) return;
  await device.reset().catch((error) => {
    if (!isUsbError(error, 'gone')) throw error;
  });
}
