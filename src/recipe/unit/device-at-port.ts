// What is plugged in at the fixture's port now, and waiting until it is something else: by port path, never by serial number.
import { hex16 } from '../../base/bytes.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { UsbBus, UsbBusEvent, UsbDeviceInfo } from '../../equipment/usb.ts';
import type { ProductIdentity, UsbId } from '../recipe.ts';
import type { StepContext } from '../step.ts';

/** How a device at the port relates to the recipe's product. */
export type DeviceMode = 'dfu' | 'foreign-dfu' | 'running' | 'other';

/** Tells by its USB id what a device is to the product. */
export function modeOf(product: ProductIdentity, device: UsbDeviceInfo): DeviceMode {
  if (isUsbId(device, product.dfu)) return 'dfu';
  if (product.serial && isUsbId(device, product.serial)) return 'running';
  return product.dfuForeign.some((id) => isUsbId(device, id)) ? 'foreign-dfu' : 'other';
}

export function isUsbId(device: UsbDeviceInfo, { vendorId, productId }: UsbId): boolean {
  return device.vendorId === vendorId && device.productId === productId;
}

/** What waiting needs of a step's context. */
export type PortWait = Pick<StepContext, 'fixture' | 'clock' | 'signal'>;

/** How a wait ended. `lastSeen` is what stood at the port instead, if anything did. */
export interface Arrival {
  readonly device: UsbDeviceInfo | undefined;
  readonly lastSeen: UsbDeviceInfo | undefined;
  readonly tookMs: number;
}

/**
 * Waits until a device that `accepts` takes stands at the fixture's port, now or by a new enumeration. Only that port
 * counts: when the time is over there is no device, whatever is plugged in elsewhere. Throws the signal's reason.
 */
export async function awaitDevice(
  wait: PortWait,
  accepts: (device: UsbDeviceInfo) => boolean,
  withinMs: number,
): Promise<Arrival> {
  const startedMs = wait.clock.monotonicMs();
  const here = await awaitPort(wait, (device) => device !== undefined && accepts(device), withinMs);
  const device = here && accepts(here) ? here : undefined;
  return { device, lastSeen: here, tookMs: wait.clock.monotonicMs() - startedMs };
}

/** Waits until the port is as wanted, or the time is over; gives what stands there then. Throws the signal's reason. */
export async function awaitPort(
  { fixture, clock, signal }: PortWait,
  isWanted: (here: UsbDeviceInfo | undefined) => boolean,
  withinMs: number,
): Promise<UsbDeviceInfo | undefined> {
  const change = new AbortController();
  const stopWatching = fixture.usb.watch((event) => {
    const device = event.type === 'attached' ? event.device : undefined;
    if (portPathOf(event) === fixture.portPath && isWanted(device)) change.abort();
  });
  try {
    const here = await atPort(fixture.usb, fixture.portPath);
    if (isWanted(here)) return here;
    await clock.sleep(withinMs, AbortSignal.any([signal, change.signal])).catch(() => undefined);
    signal.throwIfAborted();
    return await atPort(fixture.usb, fixture.portPath);
  } finally {
    stopWatching();
  }
}

/** The failure of a unit that did not appear as it should, with what stood there instead. */
export function notFound(wait: Pick<StepContext, 'fixture' | 'recipe'>, expected: string, arrival: Arrival): Failure {
  const { lastSeen } = arrival;
  const where = `port ${wait.fixture.portPath}`;
  const after = `${(arrival.tookMs / 1000).toFixed(1)} s`;
  if (!lastSeen) {
    const message = `${expected} did not appear at ${where} within ${after}; nothing is there`;
    return { code: 'usb/not-found', message, site: {}, evidence: [{ kind: 'note', text: message }] };
  }
  const isProduct = modeOf(wait.recipe.unit, lastSeen) !== 'other';
  return {
    code: isProduct ? 'usb/not-found' : 'usb/wrong-device',
    message: `${expected} did not appear at ${where} within ${after}; ${describeDevice(lastSeen)} is there`,
    site: {},
    evidence: [usbEvidence(lastSeen)],
  };
}

/** A device as people read it: `2b04:d006`. */
export function describeDevice({ vendorId, productId }: UsbId): string {
  return `${hex16(vendorId)}:${hex16(productId)}`;
}

/** How a device enumerated, as evidence. */
export function usbEvidence(device: UsbDeviceInfo): Evidence {
  const { portPath, vendorId, productId, bcdDevice, manufacturer, product, serialNumber } = device;
  return {
    kind: 'usb-identity',
    ...{ portPath, vendorId, productId, bcdDevice },
    ...(manufacturer !== undefined && { manufacturer }),
    ...(product !== undefined && { product }),
    ...(serialNumber !== undefined && { serialNumber }),
  };
}

function portPathOf(event: UsbBusEvent): string {
  return event.type === 'attached' ? event.device.portPath : event.portPath;
}

/** What stands at the port now. */
export async function atPort(usb: UsbBus, portPath: string): Promise<UsbDeviceInfo | undefined> {
  return (await usb.list()).find((device) => device.portPath === portPath);
}
