// Getting the unit into DFU mode, from whatever it is in when it arrives.
import { RESTING_BAUD, touch } from '../../device/serial/touch.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import type { StepContext } from '../step.ts';
import { type Arrival, awaitDevice, modeOf, notFound } from './device-at-port.ts';
import { awaitSerialPort, openSerialPort, portMissing } from './serial-port.ts';
import { identityOnBus, recognise } from './unit-identity.ts';

/** A serial port follows its USB device onto the system within this. */
const PORT_FOLLOWS_MS = 3_000;

/** The unit in DFU mode, or why it is not. `wasRunning`: it had to be asked. */
export type DfuEntry =
  | { readonly device: UsbDeviceInfo; readonly tookMs: number; readonly wasRunning: boolean }
  | { readonly device: undefined; readonly failure: Failure };

/** True for a device that can be spoken to over DFU, foreign bootloaders included. */
export function isInDfuMode(context: Pick<StepContext, 'recipe'>, device: UsbDeviceInfo): boolean {
  const mode = modeOf(context.recipe.unit, device);
  return mode === 'dfu' || mode === 'foreign-dfu';
}

/**
 * Waits for the unit and, when it is running, asks it into DFU mode by its serial port; one in DFU mode already is left
 * alone. Throws SerialError for a port that another program holds, or the signal's reason.
 */
export async function enterDfuMode(
  context: StepContext,
  { touchBaud, withinMs }: { readonly touchBaud: number | null; readonly withinMs: number },
): Promise<DfuEntry> {
  const startedMs = context.clock.monotonicMs();
  const isInDfu = (device: UsbDeviceInfo): boolean => isInDfuMode(context, device);
  const isUsable = (device: UsbDeviceInfo): boolean =>
    isInDfu(device) || (touchBaud !== null && modeOf(context.recipe.unit, device) === 'running');
  const first = recognised(context, 'The unit', await awaitDevice(context, isUsable, withinMs));
  if (!first.device) return first;
  const wasRunning = !isInDfu(first.device);
  const failure = wasRunning ? await askForDfu(context, touchBaud!) : null;
  if (failure) return { device: undefined, failure };
  const last = wasRunning
    ? recognised(context, 'The unit in DFU mode', await awaitDevice(context, isInDfu, withinMs))
    : first;
  if (!last.device) return last;
  context.learn({ connectionId: last.device.connectionId });
  return { device: last.device, wasRunning, tookMs: context.clock.monotonicMs() - startedMs };
}

async function askForDfu(context: StepContext, touchBaud: number): Promise<Failure | null> {
  const port = await awaitSerialPort(context, PORT_FOLLOWS_MS);
  if (!port) return portMissing(context, PORT_FOLLOWS_MS);
  context.progress('ask for DFU mode', 0, 1);
  await touch(await openSerialPort(context, port, RESTING_BAUD), { ...context, baud: touchBaud });
  context.progress('ask for DFU mode', 1, 1);
  return null;
}

/** The device that came, once its USB serial number was held to what is known of the unit. */
function recognised(
  context: StepContext,
  expected: string,
  arrival: Arrival,
): { readonly device: UsbDeviceInfo } | { readonly device: undefined; readonly failure: Failure } {
  if (!arrival.device) return { device: undefined, failure: notFound(context, expected, arrival) };
  const { failure } = recognise(context, identityOnBus(arrival.device), 'by its USB serial number');
  return failure ? { device: undefined, failure } : { device: arrival.device };
}
