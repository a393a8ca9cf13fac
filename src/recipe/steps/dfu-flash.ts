// Step dfu-flash: writes images over DFU, reads each back, compares, and starts the unit.
import { z } from 'zod';
import { findSlowErase } from '../../device/dfu/flash/erase-times.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import { type FirmwareSegment, findSegmentEnd } from '../../device/firmware/firmware-image.ts';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { createLimitsSchema, type NamedLimits } from '../measure/limits-schema.ts';
import { recordStepMeasurement } from '../measure/step-measurements.ts';
import { findRecipeImage, type RecipeImage } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitPort, buildUsbEvidence, detectDeviceMode, formatDeviceUsbId, hasUsbId } from '../unit/device-at-port.ts';
import { checkUnitKeys, startUnit, withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { writeRecipeImage } from '../unit/write-image.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

const schema = z
  .strictObject({
    images: z.array(z.string()).min(1).describe('Names of images, in the order in which they are written'),
    leave: z.boolean().default(true).describe('Start the unit after the last image'),
    'start within': durationSchema.prefault('15 s').describe('How long the unit may take to leave DFU mode and start'),
    'keep identical': z
      .boolean()
      .default(true)
      .describe('Do not erase what already holds the image, as its read-back shows'),
    'poll early': z
      .boolean()
      .default(false)
      .describe(
        'Do not wait the poll time (50 ms a block up to 0.6.4) of bootloaders whose recorded answers prove that their work is over by then; all others are waited for in any case',
      ),
    limits: createLimitsSchema(['flash time', 'slowest sector erase', 'write rate', 'read-back time', 'start time']),
  })
  .transform((given) => ({
    images: given.images,
    leave: given.leave,
    startWithinMs: given['start within'],
    keepIdentical: given['keep identical'],
    pollEarly: given['poll early'],
    limits: given.limits,
  }));

type Parameters = z.output<typeof schema>;

/** Step kind `dfu-flash`. */
export const dfuFlash = defineStep({
  kind: 'dfu-flash',
  summary: 'Write images over DFU, read them back and compare',
  schema,
  shorthand: 'images',
  imagesUsed: ({ images }) => images,
  writes: ['dfu', 'ota-slot'],
  defaultTimeoutMs: 180_000,
  // Slow external flash: some 6 s to erase and 8 s to program a MiB, and it is read before and after at 1 MB/s and less.
  addedTimeoutMs: 20_000,
  run: async (parameters, context) => {
    let left: UsbDeviceInfo | undefined;
    const deed = async (session: DfuSession): Promise<StepOutcome> => {
      const written = await writeImages(parameters, context, session);
      if (written.result !== 'passed' || !parameters.leave) return written;
      await startUnit(context, session, findStartAddress(parameters, context));
      left = session.info;
      return written;
    };
    const outcome = await withUnitInDfu(context, deed, parameters);
    return left && outcome.result === 'passed' ? awaitUnitStart(parameters, context, left) : outcome;
  },
});

async function writeImages(parameters: Parameters, context: StepContext, session: DfuSession): Promise<StepOutcome> {
  const { fingerprint } = session;
  // A Core in a recipe for Cores is what it should be; a Photon with a bootloader of 2014, which has the same id, is not.
  const isProduct = fingerprint.generation === 'core' && hasUsbId(session.info, context.recipe.unit.dfu);
  if (fingerprint.isForeign && !isProduct && !context.recipe.permits.includes('erase-foreign-bootloader')) {
    const message = `The bootloader is ${fingerprint.generation}: it is not to be erased over DFU`;
    return createFailedOutcome('bootloader/foreign', message, [session.buildIdentityEvidence()]);
  }
  const flashed: FlashImageEvidence[] = [];
  const startedMs = context.clock.readMonotonicMs();
  for (const name of parameters.images) {
    for (const report of await writeRecipeImage(context, session, findRecipeImage(context.recipe, name), parameters)) {
      if ('flash' in report) flashed.push(report.flash);
      if (report.failure) return { result: 'failed', failure: report.failure };
    }
  }
  recordFlashMeasurements(context, parameters.limits, { flashed, tookMs: context.clock.readMonotonicMs() - startedMs });
  const changed = canStillReadKeys(context, parameters) ? await checkUnitKeys(context, session) : null;
  return changed ? { result: 'failed', failure: changed } : { result: 'passed' };
}

/** Times of what was really done; an image that was there already has none. */
function recordFlashMeasurements(
  context: StepContext,
  limits: readonly NamedLimits[],
  { flashed, tookMs }: { readonly flashed: readonly FlashImageEvidence[]; readonly tookMs: number },
): void {
  const sum = (pick: (flash: FlashImageEvidence) => number): number =>
    flashed.reduce((total, one) => total + pick(one), 0);
  const eraseTimes = flashed.flatMap(({ sectors }) => sectors.flatMap(({ eraseMs }) => eraseMs ?? []));
  const programMs = sum(({ programMs }) => programMs);
  const writtenBytes = sum(({ skipped, sizeBytes }) => (skipped ? 0 : sizeBytes));
  recordStepMeasurement(context, limits, { name: 'flash time', unit: 'ms', value: tookMs });
  recordStepMeasurement(context, limits, {
    name: 'read-back time',
    unit: 'ms',
    value: sum(({ verifyMs }) => verifyMs),
  });
  if (eraseTimes.length > 0) {
    recordStepMeasurement(context, limits, {
      name: 'slowest sector erase',
      unit: 'ms',
      value: Math.max(...eraseTimes),
    });
  }
  if (programMs > 0)
    recordStepMeasurement(context, limits, { name: 'write rate', unit: 'kB/s', value: writtenBytes / programMs });
  markSlowErase(context, flashed);
}

/** No erase is waited for longer than this, so that no unit fails by the time alone. */
const MAX_ERASE_MS = 12_000;

/** A sector far slower than its data sheet allows passes, and passes as marginal: recipes need not say so. */
function markSlowErase(context: StepContext, flashed: readonly FlashImageEvidence[]): void {
  const slow = findSlowErase(flashed.flatMap(({ sectors }) => sectors));
  if (!slow) return;
  const { sector, eraseMs, maxMs } = slow;
  const text = `Sector ${sector.sector} took ${eraseMs} ms to erase; by the data sheets flash of its size takes at most ${maxMs} ms`;
  context.addEvidence({ kind: 'note', text });
  const limits = { comparator: 'LE', low: MAX_ERASE_MS, marginalShare: 1 - maxMs / MAX_ERASE_MS } as const;
  context.measure({ name: 'erase beyond the data sheet', unit: 'ms', value: Math.min(eraseMs, MAX_ERASE_MS), limits });
}

/** Bootloaders from 0.7.0 to 1.2.1 reach the DCT through the system parts, and hang when asked after those were rewritten (A6). */
const DCT_THROUGH_PARTS = { first: 101, last: 400 } as const;
const SYSTEM_PARTS = { start: 0x0802_0000, end: 0x080a_0000 } as const;

function canStillReadKeys({ recipe, unit }: StepContext, { images }: Parameters): boolean {
  const version = unit.bootloader?.moduleVersion ?? DCT_THROUGH_PARTS.first;
  if (version < DCT_THROUGH_PARTS.first || version > DCT_THROUGH_PARTS.last) return true;
  return !images.some((name) => isInSystemParts(findRecipeImage(recipe, name)));
}

function isInSystemParts(image: RecipeImage): boolean {
  return listFlashPieces(image).some(
    (piece) => piece.address < SYSTEM_PARTS.end && findSegmentEnd(piece) > SYSTEM_PARTS.start,
  );
}

/** Pieces in the first memory, the flash that the unit starts from. */
function listFlashPieces({ targets }: RecipeImage): readonly FirmwareSegment[] {
  return targets.filter(({ alternate }) => alternate === 0).flatMap(({ segments }) => segments);
}

/** ROM loaders jump to the address they are left with: the lowest image of the first memory. */
function findStartAddress({ images }: Parameters, { recipe }: StepContext): number | undefined {
  const starts = images.flatMap((name) => listFlashPieces(findRecipeImage(recipe, name)));
  return starts.length === 0 ? undefined : Math.min(...starts.map(({ address }) => address));
}

/** What comes up at the port proves that the unit left: whatever its bootloader said of it may be untrue (A5). */
async function awaitUnitStart(parameters: Parameters, context: StepContext, left: UsbDeviceInfo): Promise<StepOutcome> {
  const { startWithinMs, limits } = parameters;
  const startedMs = context.clock.readMonotonicMs();
  const hasLeft = (here: UsbDeviceInfo | undefined): boolean =>
    context.recipe.unit.serial === null
      ? here?.connectionId !== left.connectionId
      : here !== undefined && here.connectionId !== left.connectionId;
  const here = await awaitPort(context, hasLeft, startWithinMs);
  const verdict = judgeUnitStart(context, left, here, startWithinMs);
  if (verdict) return verdict;
  recordStepMeasurement(context, limits, {
    name: 'start time',
    unit: 'ms',
    value: context.clock.readMonotonicMs() - startedMs,
  });
  return { result: 'passed' };
}

function judgeUnitStart(
  { recipe }: StepContext,
  left: UsbDeviceInfo,
  here: UsbDeviceInfo | undefined,
  withinMs: number,
): StepOutcome | undefined {
  const within = `within ${withinMs / 1000} s`;
  if (here?.connectionId === left.connectionId) {
    return createFailedOutcome('dfu/leave-failed', `The unit was told to start and is still in DFU mode ${within}`, [
      buildUsbEvidence(here),
    ]);
  }
  if (recipe.unit.serial === null) return undefined;
  if (!here) return createFailedOutcome('dfu/leave-failed', `The unit left DFU mode and did not come back ${within}`);
  const mode = detectDeviceMode(recipe.unit, here);
  if (mode === 'running') return undefined;
  const evidence = [buildUsbEvidence(here)];
  if (mode === 'other')
    return createFailedOutcome('usb/wrong-device', `${formatDeviceUsbId(here)} came up after the flash`, evidence);
  return createFailedOutcome(
    'dfu/leave-failed',
    'The unit came back in DFU mode: it finds no valid system to start, or its button is held',
    evidence,
  );
}
