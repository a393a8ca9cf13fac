// Getting the unit into DFU mode, from whatever it is in when it arrives.
import { RESTING_BAUD, touch } from '../device/serial/touch.ts';
import type { UsbDeviceInfo } from '../equipment/usb.ts';
import type { Failure } from '../model/failure.ts';
import { awaitDevice, modeOf, notFound } from './device-at-port.ts';
import { awaitSerialPort, openSerialPort, portMissing } from './serial-port.ts';
import type { StepContext } from './step.ts';

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
  const { unit } = context.recipe;
  const startedMs = context.clock.monotonicMs();
  const isUsable = (device: UsbDeviceInfo): boolean =>
    isInDfuMode(context, device) || (touchBaud !== null && modeOf(unit, device) === 'running');
  const first = await awaitDevice(context, isUsable, withinMs);
  if (!first.device) return { device: undefined, failure: notFound(context, 'The unit', first) };
  if (isInDfuMode(context, first.device)) return entered(first.device, false);
  const port = await awaitSerialPort(context, PORT_FOLLOWS_MS);
  if (!port) return { device: undefined, failure: portMissing(context, PORT_FOLLOWS_MS) };
  context.progress('ask for DFU mode', 0, 1);
  await touch(await openSerialPort(context, port, RESTING_BAUD), { ...context, baud: touchBaud! });
  const second = await awaitDevice(context, (device) => isInDfuMode(context, device), withinMs);
  if (!second.device) return { device: undefined, failure: notFound(context, 'The unit in DFU mode', second) };
  context.progress('ask for DFU mode', 1, 1);
  return entered(second.device, true);

  function entered(device: UsbDeviceInfo, wasRunning: boolean): DfuEntry {
    return { device, wasRunning, tookMs: context.clock.monotonicMs() - startedMs };
  }
}
