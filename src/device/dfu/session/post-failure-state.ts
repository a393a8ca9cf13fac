// Looks whether a device is still at its port after a failure: the same one, back again, or gone.
import type { Clock } from '../../../base/clock.ts';
import type { UsbErrorEvidence } from '../../../domain/run/evidence.ts';
import type { UsbBus, UsbDeviceInfo } from '../../../equipment/usb.ts';

export type PostFailureState = NonNullable<UsbErrorEvidence['afterwards']>;

/** A board that reset itself is back on the bus well within this. */
const REAPPEAR_LIMIT_MS = 3_000;
/** A host notices a departure some 40 ms late; what is still listed then is there. */
const SETTLE_MS = 200;

/**
 * Waits until something is at the port, at most 3 s; a device that never left is believed after 200 ms. Heeds the
 * signal by answering at once with what is there.
 */
export async function observePostFailureState(
  bus: UsbBus,
  device: UsbDeviceInfo,
  environment: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<PostFailureState> {
  await pause(environment, SETTLE_MS);
  const now = await readStateAtPort(bus, device);
  if (now !== 'absent') return now;
  await waitForArrival(bus, device.portPath, environment);
  return readStateAtPort(bus, device);
}

async function readStateAtPort(bus: UsbBus, device: UsbDeviceInfo): Promise<PostFailureState> {
  const found = (await bus.list()).find((one) => one.portPath === device.portPath);
  if (!found) return 'absent';
  return found.connectionId === device.connectionId ? 'same-connection' : 're-enumerated';
}

function waitForArrival(
  bus: UsbBus,
  portPath: string,
  environment: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const arrived = new AbortController();
  const stopWatching = bus.watch((event) => {
    if (event.type === 'attached' && event.device.portPath === portPath) arrived.abort();
  });
  const signal = AbortSignal.any([environment.signal, arrived.signal]);
  return pause({ clock: environment.clock, signal }, REAPPEAR_LIMIT_MS).finally(stopWatching);
}

/** Sleeps; an abort only ends it early. */
async function pause(environment: { readonly clock: Clock; readonly signal: AbortSignal }, ms: number): Promise<void> {
  await environment.clock.sleep(ms, environment.signal).catch(() => undefined);
}
