// Step swd-flash: writes images by the debug probe: unprotects, erases, writes, compares, and protects again.
import { z } from 'zod';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { FlashDone } from '../../equipment/debug-probe.ts';
import { locateStm32f2Sector } from '../../equipment/stm32f2-sectors.ts';
import { createLimitsSchema, type NamedLimits } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { findRecipeImage, type RecipeImage } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { buildProbeOptions, convertProbeFailure, examineUnitByProbe, requireDebugProbe } from '../unit/debug-probe.ts';

const LAST_SECTOR = 11;

const schema = z
  .strictObject({
    images: z
      .array(z.string())
      .min(1)
      .describe('Names of images with write: swd, in the order in which they are written'),
    protect: z
      .array(z.int().min(0).max(LAST_SECTOR))
      .optional()
      .describe('Exactly these sectors are write-protected afterwards: [0]; as they were when left out'),
    limits: createLimitsSchema(['probe flash time', 'slowest probe erase']),
  })
  .transform((given) => ({ images: given.images, protect: given.protect, limits: given.limits }));

type Parameters = z.output<typeof schema>;

/** Step kind `swd-flash`. */
export const swdFlash = defineStep({
  kind: 'swd-flash',
  summary: 'Write images by the debug probe, compare, and set the write protection',
  schema,
  usesProbe: true,
  shorthand: 'images',
  imagesUsed: ({ images }) => images,
  writes: ['swd', 'dfu'],
  defaultTimeoutMs: 300_000,
  run: async (parameters, context) => {
    const examined = await examineUnitByProbe(context);
    if ('outcome' in examined) return examined.outcome;
    for (const name of parameters.images) {
      const outcome = await flashRecipeImage(parameters, context, findRecipeImage(context.recipe, name));
      if (outcome.result !== 'passed') return outcome;
    }
    // Another bootloader may run now: nothing that was learnt of the old one holds.
    context.updateUnit({ bootloader: null, connectionId: null });
    return { result: 'passed' };
  },
});

async function flashRecipeImage(
  parameters: Parameters,
  context: StepContext,
  image: RecipeImage,
): Promise<StepOutcome> {
  const { name, address, bytes } = image;
  const { protect } = parameters;
  await context.recordWriteIntent({ image: name, address, sizeBytes: bytes.length });
  const done = await requireDebugProbe(context).flash(
    { address, bytes, ...(protect && { protectAfterwards: protect }) },
    buildProbeOptions(context, name),
  );
  if (!done.ok) return { result: 'failed', failure: convertProbeFailure(done, name) };
  context.addEvidence(done.evidence);
  context.addEvidence(buildFlashEvidence(image, done.value));
  recordFlashTimes(context, parameters.limits, done.value);
  return { result: 'passed' };
}

function recordFlashTimes(
  context: StepContext,
  limits: readonly NamedLimits[],
  { durationMs, eraseMs }: FlashDone,
): void {
  recordStepMeasurement(context, limits, { name: 'probe flash time', unit: 'ms', value: durationMs });
  recordStepMeasurement(context, limits, { name: 'slowest probe erase', unit: 'ms', value: eraseMs });
}

/** The same evidence as of a flash over DFU, so that maps and reports need not know the way. */
function buildFlashEvidence(
  image: RecipeImage,
  { sectors, eraseMs, writeMs, verifyMs }: FlashDone,
): FlashImageEvidence {
  return {
    kind: 'flash-image',
    image: image.name,
    sha256: image.sha256,
    address: image.address,
    sizeBytes: image.bytes.length,
    alternate: image.alternate,
    skipped: false,
    eraseMs,
    programMs: writeMs,
    verifyMs,
    transferCount: 0,
    blockCount: 1,
    sectors: sectors.map((sector) => ({ sector, ...locateStm32f2Sector(sector), fate: 'verified' })),
  };
}
