// Getting the unit into DFU mode, from whatever it is in when it arrives.
import { isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import { detachDevice } from '../../device/dfu/session/detach-device.ts';
import { toDfuFailure } from '../../device/dfu/session/dfu-failure.ts';
import { RESTING_BAUD, touchSerialPort } from '../../device/serial/touch.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import type { StepContext } from '../step.ts';
import { awaitDevice, createDeviceNotFoundFailure, type DeviceWaitResult, detectDeviceMode } from './device-at-port.ts';
import { awaitSerialPort, createPortMissingFailure, openSerialPort } from './serial-port.ts';
import { readIdentityFromUsb, verifyUnitIdentity } from './unit-identity.ts';

/** A serial port follows its USB device onto the system within this. */
const PORT_FOLLOWS_MS = 3_000;

/** The unit in DFU mode, or why it is not. `wasRunning`: it had to be asked. */
export type DfuModeEntry =
  | { readonly device: UsbDeviceInfo; readonly tookMs: number; readonly wasRunning: boolean }
  | { readonly device: undefined; readonly failure: Failure };

/** True for a device that can be spoken to over DFU, foreign bootloaders included. */
export function isInDfuMode(context: Pick<StepContext, 'recipe'>, device: UsbDeviceInfo): boolean {
  const mode = detectDeviceMode(context.recipe.unit, device);
  return mode === 'dfu' || mode === 'foreign-dfu';
}

/**
 * Waits for the unit and, when it is running, asks it into DFU mode by its serial port; one in DFU mode already is left
 * alone. Throws SerialError for a port that another program holds, or the signal's reason.
 */
export async function enterDfuMode(
  context: StepContext,
  {
    touchBaud,
    detaches = false,
    withinMs,
  }: { readonly touchBaud: number | null; readonly detaches?: boolean; readonly withinMs: number },
): Promise<DfuModeEntry> {
  const startedMs = context.clock.readMonotonicMs();
  const isInDfu = (device: UsbDeviceInfo): boolean => isInDfuMode(context, device);
  const isUsable = (device: UsbDeviceInfo): boolean =>
    isInDfu(device) ||
    (detaches && device.vendorId === context.recipe.unit.dfu.vendorId) ||
    (touchBaud !== null && detectDeviceMode(context.recipe.unit, device) === 'running');
  const first = verifyArrivedDevice(context, 'The unit', await awaitDevice(context, isUsable, withinMs));
  if (!first.device) return first;
  const wasRunning = !isInDfu(first.device);
  const failure = wasRunning ? await requestDfuMode(context, first.device, touchBaud) : null;
  if (failure) return { device: undefined, failure };
  const last = wasRunning
    ? verifyArrivedDevice(context, 'The unit in DFU mode', await awaitDevice(context, isInDfu, withinMs))
    : first;
  if (!last.device) return last;
  context.updateUnit({ connectionId: last.device.connectionId });
  return { device: last.device, wasRunning, tookMs: context.clock.readMonotonicMs() - startedMs };
}

async function requestDfuMode(
  context: StepContext,
  running: UsbDeviceInfo,
  touchBaud: number | null,
): Promise<Failure | null> {
  if (touchBaud === null) return requestDetach(context, running);
  const port = await awaitSerialPort(context, PORT_FOLLOWS_MS);
  if (!port) return createPortMissingFailure(context, PORT_FOLLOWS_MS);
  context.reportProgress('ask for DFU mode', 0, 1);
  await touchSerialPort(await openSerialPort(context, port, RESTING_BAUD), { ...context, baud: touchBaud });
  context.reportProgress('ask for DFU mode', 1, 1);
  return null;
}

/** By the firmware's run-time DFU interface (DFU 1.1 §5.1). */
async function requestDetach(context: StepContext, running: UsbDeviceInfo): Promise<Failure | null> {
  context.reportProgress('ask for DFU mode', 0, 1);
  try {
    await detachDevice(context.fixture.usb, running, context);
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return toDfuFailure(error);
  }
  context.reportProgress('ask for DFU mode', 1, 1);
  return null;
}

/** The device that came, once its USB serial number was held to what is known of the unit. */
function verifyArrivedDevice(
  context: StepContext,
  expected: string,
  arrival: DeviceWaitResult,
): { readonly device: UsbDeviceInfo } | { readonly device: undefined; readonly failure: Failure } {
  if (!arrival.device) return { device: undefined, failure: createDeviceNotFoundFailure(context, expected, arrival) };
  const { failure } = verifyUnitIdentity(context, readIdentityFromUsb(arrival.device), 'by its USB serial number');
  return failure ? { device: undefined, failure } : { device: arrival.device };
}
