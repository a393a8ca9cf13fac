// Step wait-for-device: waits until the unit shows itself at the fixture's port as the recipe expects.
import { z } from 'zod';
import { limitsSchema } from '../limits-schema.ts';
import { defineStep } from '../step.ts';
import { durationSchema, usbIdSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    usb: z
      .union([z.enum(['dfu', 'serial']), usbIdSchema], { error: 'write dfu, serial, or a USB id: 2b04:d006' })
      .describe('dfu or serial as the recipe names them for the product, or a USB id'),
    within: durationSchema.prefault('10 s').describe('How long it may take'),
    limits: limitsSchema(['time to appear']),
  })
  .transform((given) => ({ usb: given.usb, withinMs: given.within, limits: given.limits }));

/** Step kind `wait-for-device`. */
export const waitForDevice = defineStep({
  kind: 'wait-for-device',
  summary: 'Wait until the unit appears on USB',
  schema,
  shorthand: 'usb',
  defaultTimeoutMs: 60_000,
  run: unwritten,
});
