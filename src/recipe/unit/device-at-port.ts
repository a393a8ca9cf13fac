// What is plugged in at the fixture's port now, and waiting until it is something else: by port path, never by serial number.
import { formatHex16 } from '../../base/bytes.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { UsbBus, UsbBusEvent, UsbDeviceInfo } from '../../equipment/usb.ts';
import type { ProductIdentity, UsbId } from '../recipe.ts';
import type { StepContext } from '../step.ts';

/** How a device at the port relates to the recipe's product. */
export type DeviceMode = 'dfu' | 'foreign-dfu' | 'running' | 'other';

/** Tells by its USB id what a device is to the product. */
export function detectDeviceMode(product: ProductIdentity, device: UsbDeviceInfo): DeviceMode {
  if (hasUsbId(device, product.dfu)) return 'dfu';
  if (product.serial && hasUsbId(device, product.serial)) return 'running';
  return product.dfuForeign.some((id) => hasUsbId(device, id)) ? 'foreign-dfu' : 'other';
}

export function hasUsbId(device: UsbDeviceInfo, { vendorId, productId }: UsbId): boolean {
  return device.vendorId === vendorId && device.productId === productId;
}

/** What waiting needs of a step's context. */
export type PortWaitDeps = Pick<StepContext, 'fixture' | 'clock' | 'signal'>;

/** How a wait ended. `lastSeen` is what stood at the port instead, if anything did. */
export interface DeviceWaitResult {
  readonly device: UsbDeviceInfo | undefined;
  readonly lastSeen: UsbDeviceInfo | undefined;
  readonly tookMs: number;
}

/**
 * Waits until a device that `accepts` takes stands at the fixture's port, now or by a new enumeration. Only that port
 * counts: when the time is over there is no device, whatever is plugged in elsewhere. Throws the signal's reason.
 */
export async function awaitDevice(
  wait: PortWaitDeps,
  accepts: (device: UsbDeviceInfo) => boolean,
  withinMs: number,
): Promise<DeviceWaitResult> {
  const startedMs = wait.clock.readMonotonicMs();
  const here = await awaitPort(wait, (device) => device !== undefined && accepts(device), withinMs);
  const device = here && accepts(here) ? here : undefined;
  return { device, lastSeen: here, tookMs: wait.clock.readMonotonicMs() - startedMs };
}

/** Waits until the port is as wanted, or the time is over; gives what stands there then. Throws the signal's reason. */
export async function awaitPort(
  { fixture, clock, signal }: PortWaitDeps,
  isWanted: (here: UsbDeviceInfo | undefined) => boolean,
  withinMs: number,
): Promise<UsbDeviceInfo | undefined> {
  const change = new AbortController();
  const stopWatching = fixture.usb.watch((event) => {
    const device = event.type === 'attached' ? event.device : undefined;
    if (readPortPath(event) === fixture.portPath && isWanted(device)) change.abort();
  });
  try {
    const here = await findDeviceAtPort(fixture.usb, fixture.portPath);
    if (isWanted(here)) return here;
    await clock.sleep(withinMs, AbortSignal.any([signal, change.signal])).catch(() => undefined);
    signal.throwIfAborted();
    return await findDeviceAtPort(fixture.usb, fixture.portPath);
  } finally {
    stopWatching();
  }
}

/** The failure of a unit that did not appear as it should, with what stood there instead. */
export function createDeviceNotFoundFailure(
  wait: Pick<StepContext, 'fixture' | 'recipe'>,
  expected: string,
  arrival: DeviceWaitResult,
): Failure {
  const { lastSeen } = arrival;
  const where = `port ${wait.fixture.portPath}`;
  const after = `${(arrival.tookMs / 1000).toFixed(1)} s`;
  if (!lastSeen) {
    const message = `${expected} did not appear at ${where} within ${after}; nothing is there`;
    return { code: 'usb/not-found', message, site: {}, evidence: [{ kind: 'note', text: message }] };
  }
  const isProduct = detectDeviceMode(wait.recipe.unit, lastSeen) !== 'other';
  return {
    code: isProduct ? 'usb/not-found' : 'usb/wrong-device',
    message: `${expected} did not appear at ${where} within ${after}; ${formatDeviceUsbId(lastSeen)} is there`,
    site: {},
    evidence: [buildUsbEvidence(lastSeen)],
  };
}

/** A device as people read it: `2b04:d006`. */
export function formatDeviceUsbId({ vendorId, productId }: UsbId): string {
  return `${formatHex16(vendorId)}:${formatHex16(productId)}`;
}

/** How a device enumerated, as evidence. */
export function buildUsbEvidence(device: UsbDeviceInfo): Evidence {
  const { portPath, vendorId, productId, bcdDevice, manufacturer, product, serialNumber } = device;
  return {
    kind: 'usb-identity',
    ...{ portPath, vendorId, productId, bcdDevice },
    ...(manufacturer !== undefined && { manufacturer }),
    ...(product !== undefined && { product }),
    ...(serialNumber !== undefined && { serialNumber }),
  };
}

function readPortPath(event: UsbBusEvent): string {
  return event.type === 'attached' ? event.device.portPath : event.portPath;
}

/** What stands at the port now. */
export async function findDeviceAtPort(usb: UsbBus, portPath: string): Promise<UsbDeviceInfo | undefined> {
  return (await usb.list()).find((device) => device.portPath === portPath);
}
