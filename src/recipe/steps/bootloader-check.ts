// Step bootloader-check: tells by descriptors and by its own bytes which bootloader the unit has, and what may be done with it.
import { z } from 'zod';
import { defineStep } from '../step.ts';
import { quotedTextSchema } from '../units.ts';
import { unwritten } from './unwritten.ts';

const schema = z
  .strictObject({
    'at least': quotedTextSchema
      .regex(/^\d{1,5}$/, { error: "a bootloader version is a whole number in quotes: '1006'" })
      .describe("The oldest module version that is current, in quotes: '1006'"),
    'when stale': z
      .string()
      .regex(/^(fail|update from \S+)$/, { error: 'write fail, or update from <image>' })
      .default('fail')
      .describe('fail, or update from <image>: the image is stored in the OTA slot and the running system installs it'),
    'when foreign': z
      .enum(['rework', 'continue'])
      .default('rework')
      .describe(
        'rework: stop before anything is erased; continue: only for recipes that permit erase-foreign-bootloader',
      ),
  })
  .transform((given) => ({
    atLeast: Number(given['at least']),
    updateFrom: /^update from (\S+)$/.exec(given['when stale'])?.[1] ?? null,
    whenForeign: given['when foreign'],
  }));

/** Step kind `bootloader-check`. */
export const bootloaderCheck = defineStep({
  kind: 'bootloader-check',
  summary: 'Recognise the bootloader, and update or refuse one that is too old',
  schema,
  imagesUsed: ({ updateFrom }) => (updateFrom === null ? [] : [updateFrom]),
  permitsUsed: ({ whenForeign }) => (whenForeign === 'continue' ? ['erase-foreign-bootloader'] : []),
  defaultTimeoutMs: 120_000,
  run: unwritten,
});
