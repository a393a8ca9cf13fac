// Step dfu-flash: writes images over DFU, reads each back, compares, and starts the unit.
import { z } from 'zod';
import { limitsSchema } from '../limits-schema.ts';
import { defineStep } from '../step.ts';
import { durationSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    images: z.array(z.string()).min(1).describe('Names of images, in the order in which they are written'),
    leave: z.boolean().default(true).describe('Start the unit after the last image'),
    'start within': durationSchema.prefault('15 s').describe('How long the unit may take to leave DFU mode and start'),
    'keep identical': z
      .boolean()
      .default(true)
      .describe('Do not erase what already holds the image, as its read-back shows'),
    limits: limitsSchema(['flash time', 'slowest sector erase', 'write rate', 'read-back time']),
  })
  .transform((given) => ({
    images: given.images,
    leave: given.leave,
    startWithinMs: given['start within'],
    keepIdentical: given['keep identical'],
    limits: given.limits,
  }));

/** Step kind `dfu-flash`. */
export const dfuFlash = defineStep({
  kind: 'dfu-flash',
  summary: 'Write images over DFU, read them back and compare',
  schema,
  shorthand: 'images',
  imagesUsed: ({ images }) => images,
  defaultTimeoutMs: 180_000,
  run: unwritten,
});
