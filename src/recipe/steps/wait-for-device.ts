// Step wait-for-device: waits until the unit shows itself at the fixture's port as the recipe expects.
import { z } from 'zod';
import { StationError } from '../../base/station-error.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { createLimitsSchema } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import type { Recipe, UsbId } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import {
  awaitDevice,
  buildUsbEvidence,
  createDeviceNotFoundFailure,
  formatDeviceUsbId,
  hasUsbId,
} from '../unit/device-at-port.ts';
import { durationSchema, usbIdSchema } from '../yaml/quantity-schemas.ts';

const schema = z
  .strictObject({
    usb: z
      .union([z.enum(['dfu', 'serial']), usbIdSchema], { error: 'write dfu, serial, or a USB id: 2b04:d006' })
      .describe('dfu or serial as the recipe names them for the product, or a USB id'),
    version: z
      .string()
      .regex(/^\d{1,2}\.\d{2}$/, { error: "write it as lsusb prints bcdDevice, in quotes: '1.42'" })
      .optional()
      .describe("bcdDevice that the device must show, as lsusb prints it: '1.42'; proves which firmware runs"),
    within: durationSchema.prefault('10 s').describe('How long it may take'),
    limits: createLimitsSchema(['time to appear']),
  })
  .transform((given) => ({
    usb: given.usb,
    version: given.version ?? null,
    withinMs: given.within,
    limits: given.limits,
  }));

/** Step kind `wait-for-device`. */
export const waitForDevice = defineStep({
  kind: 'wait-for-device',
  summary: 'Wait until the unit appears on USB',
  schema,
  shorthand: 'usb',
  defaultTimeoutMs: 60_000,
  run: awaitExpectedDevice,
});

async function awaitExpectedDevice(parameters: z.output<typeof schema>, context: StepContext): Promise<StepOutcome> {
  const id = resolveUsbId(parameters.usb, context.recipe);
  const arrival = await awaitDevice(context, (device) => hasUsbId(device, id), parameters.withinMs);
  if (!arrival.device)
    return { result: 'failed', failure: createDeviceNotFoundFailure(context, formatDeviceUsbId(id), arrival) };
  context.addEvidence(buildUsbEvidence(arrival.device));
  const version = formatBcdVersion(arrival.device.bcdDevice);
  if (parameters.version !== null && version !== parameters.version) {
    const message = `The device shows version ${version}, not ${parameters.version}`;
    return createFailedOutcome('serial/wrong-version', message, [buildUsbEvidence(arrival.device)]);
  }
  recordStepMeasurement(context, parameters.limits, { name: 'time to appear', unit: 'ms', value: arrival.tookMs });
  return { result: 'passed' };
}

/** As lsusb prints it: 0x0142 is 1.42. */
function formatBcdVersion(bcdDevice: number): string {
  const digits = bcdDevice.toString(16).padStart(4, '0');
  return `${Number(digits.slice(0, 2))}.${digits.slice(2)}`;
}

function resolveUsbId(usb: 'dfu' | 'serial' | UsbId, { file, unit }: Recipe): UsbId {
  if (usb === 'dfu') return unit.dfu;
  if (usb !== 'serial') return usb;
  if (unit.serial) return unit.serial;
  throw new StationError({
    code: 'recipe/no-serial-id',
    message: `${file} waits for the serial device but does not say what USB id it has`,
    hint: 'add serial to the unit in the recipe, such as: serial: { usb: 2b04:c006 }',
  });
}
