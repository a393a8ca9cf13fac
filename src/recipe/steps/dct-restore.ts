// Step dct-restore: puts the unit's keys and settings back over DFU after its read protection was removed.
import { z } from 'zod';
import { writeDctCopy } from '../../device/dfu/dct.ts';
import { failed } from '../failed.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { withUnitInDfu } from '../unit-in-dfu.ts';

/** Step kind `dct-restore`. */
export const dctRestore = defineStep({
  kind: 'dct-restore',
  summary: 'Put keys and settings back that were kept before the read protection was removed',
  schema: z.strictObject({}),
  defaultTimeoutMs: 60_000,
  run: (_parameters, context) => restore(context),
});

async function restore(context: StepContext): Promise<StepOutcome> {
  const { dctBackup } = context.unit;
  if (!dctBackup) {
    const text =
      dctBackup === undefined
        ? 'Nothing was erased that had to be put back.'
        : 'There is no copy of the keys: the unit makes itself new ones.';
    context.note({ kind: 'note', text });
    return { result: 'passed' };
  }
  await context.intend({ image: 'DCT', address: 0, sizeBytes: dctBackup.length });
  return withUnitInDfu(context, async (session) => {
    if (await writeDctCopy(session, dctBackup)) return { result: 'passed' };
    return failed('dfu/verify-mismatch', 'The keys that were put back read differently', [], { image: 'DCT' });
  });
}
