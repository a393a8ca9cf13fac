// Step swd-flash: writes images by the debug probe: unprotects, erases, writes, compares, and protects again.
import { z } from 'zod';
import { formatHex32 } from '../../base/bytes.ts';
import { countImageBytes, type FirmwareSegment, joinSegments } from '../../device/firmware/firmware-image.ts';
import { findFirstUsedAddress, findSectorRests, joinRanges, toRanges } from '../../device/firmware/sector-rest.ts';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { FlashDone } from '../../equipment/debug-probe.ts';
import { locateStm32f2Sector, stm32f2SectorNumbers } from '../../equipment/stm32f2-sectors.ts';
import { createLimitsSchema, type NamedLimits } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { findRecipeImage, listImagePieces, type RecipeImage } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { buildProbeOptions, convertProbeFailure, examineUnitByProbe, requireDebugProbe } from '../unit/debug-probe.ts';

const LAST_SECTOR = 11;
const STM32F2_SECTORS = stm32f2SectorNumbers.map(locateStm32f2Sector);

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
  valuesReported: () => ['device id'],
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
  const { name } = image;
  const { protect } = parameters;
  const segments = joinSegments(listImagePieces(image));
  const around = await readAroundImage(context, image, segments);
  if ('failure' in around) return { result: 'failed', failure: around.failure };
  const sizeBytes = countImageBytes({ segments });
  await context.recordWriteIntent({ image: name, address: segments[0]!.address, sizeBytes });
  const done = await requireDebugProbe(context).flash(
    { segments: joinSegments([...segments, ...around.kept]), ...(protect && { protectAfterwards: protect }) },
    buildProbeOptions(context, name),
  );
  if (!done.ok) return { result: 'failed', failure: convertProbeFailure(done, name) };
  context.addEvidence(done.evidence);
  for (const { message } of image.notes) context.addEvidence({ kind: 'note', text: `${name}: ${message}` });
  context.addEvidence(buildFlashEvidence(image, segments, done.value));
  recordFlashTimes(context, parameters.limits, done.value);
  return { result: 'passed' };
}

/** What the sectors of the image hold around it, as far as the recipe lets none of it go. */
async function readAroundImage(
  context: StepContext,
  { name, restOfSector }: RecipeImage,
  segments: readonly FirmwareSegment[],
): Promise<{ readonly kept: readonly FirmwareSegment[] } | { readonly failure: Failure }> {
  const rests = restOfSector === 'erase' ? [] : findSectorRests(toRanges(segments), STM32F2_SECTORS);
  const found: FirmwareSegment[] = [];
  for (const rest of joinRanges(rests)) {
    const read = await requireDebugProbe(context).dump(rest, buildProbeOptions(context, name));
    if (!read.ok) return { failure: convertProbeFailure(read, name) };
    found.push({ address: rest.address, bytes: read.value });
  }
  if (restOfSector === 'keep') return { kept: found };
  const address = findFirstUsedAddress(found);
  if (address === undefined) return { kept: [] };
  const message = `Nothing was erased: the sector is not blank at ${formatHex32(address)}, outside of ${name}`;
  const evidence = { kind: 'note', text: message } as const;
  return { failure: { code: 'flash/not-blank', message, site: { image: name, address }, evidence: [evidence] } };
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
  { name, sha256, restOfSector, targets }: RecipeImage,
  segments: readonly FirmwareSegment[],
  { sectors, eraseMs, writeMs, verifyMs }: FlashDone,
): FlashImageEvidence {
  const rests = joinRanges(findSectorRests(toRanges(segments), STM32F2_SECTORS));
  return {
    kind: 'flash-image',
    image: name,
    sha256,
    address: segments[0]!.address,
    sizeBytes: countImageBytes({ segments }),
    alternate: targets[0]!.alternate,
    skipped: false,
    eraseMs,
    programMs: writeMs,
    verifyMs,
    transferCount: 0,
    blockCount: 1,
    sectors: sectors.map((sector) => ({ sector, ...locateStm32f2Sector(sector), fate: 'verified' })),
    pieces: toRanges(segments),
    ...(rests.length > 0 && restOfSector === 'keep' && { kept: rests }),
    ...(rests.length > 0 && restOfSector === 'erase' && { lost: rests }),
  };
}
