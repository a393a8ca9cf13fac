// Step dfu-flash: writes images over DFU, reads each back, compares, and starts the unit.
import { z } from 'zod';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import { failed } from '../failed-outcome.ts';
import { limitsSchema, type NamedLimits } from '../measure/limits-schema.ts';
import { measureOwn } from '../measure/step-measurements.ts';
import { imageNamed, type RecipeImage } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitPort, describeDevice, modeOf, usbEvidence } from '../unit/device-at-port.ts';
import { checkKeys, startUnit, withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { writeImage } from '../unit/write-image.ts';
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
    limits: limitsSchema(['flash time', 'slowest sector erase', 'write rate', 'read-back time', 'start time']),
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
  run: async (parameters, context) => {
    let left: UsbDeviceInfo | undefined;
    const deed = async (session: DfuSession): Promise<StepOutcome> => {
      const written = await writeAll(parameters, context, session);
      if (written.result !== 'passed' || !parameters.leave) return written;
      await startUnit(context, session, startAddress(parameters, context));
      left = session.info;
      return written;
    };
    const outcome = await withUnitInDfu(context, deed, parameters);
    return left && outcome.result === 'passed' ? awaitStart(parameters, context, left) : outcome;
  },
});

async function writeAll(parameters: Parameters, context: StepContext, session: DfuSession): Promise<StepOutcome> {
  const { fingerprint } = session;
  if (fingerprint.isForeign && !context.recipe.permits.includes('erase-foreign-bootloader')) {
    const message = `The bootloader is ${fingerprint.generation}: it is not to be erased over DFU`;
    return failed('bootloader/foreign', message, [session.identityEvidence()]);
  }
  const flashed: FlashImageEvidence[] = [];
  const startedMs = context.clock.monotonicMs();
  for (const name of parameters.images) {
    const report = await writeImage(context, session, imageNamed(context.recipe, name), parameters);
    if ('flash' in report) flashed.push(report.flash);
    if (report.failure) return { result: 'failed', failure: report.failure };
  }
  measureFlash(context, parameters.limits, { flashed, tookMs: context.clock.monotonicMs() - startedMs });
  const changed = canStillReadKeys(context, parameters) ? await checkKeys(context, session) : null;
  return changed ? { result: 'failed', failure: changed } : { result: 'passed' };
}

/** Times of what was really done; an image that was there already has none. */
function measureFlash(
  context: StepContext,
  limits: readonly NamedLimits[],
  { flashed, tookMs }: { readonly flashed: readonly FlashImageEvidence[]; readonly tookMs: number },
): void {
  const sum = (pick: (flash: FlashImageEvidence) => number): number =>
    flashed.reduce((total, one) => total + pick(one), 0);
  const eraseTimes = flashed.flatMap(({ sectors }) => sectors.flatMap(({ eraseMs }) => eraseMs ?? []));
  const programMs = sum(({ programMs }) => programMs);
  const writtenBytes = sum(({ skipped, sizeBytes }) => (skipped ? 0 : sizeBytes));
  measureOwn(context, limits, { name: 'flash time', unit: 'ms', value: tookMs });
  measureOwn(context, limits, { name: 'read-back time', unit: 'ms', value: sum(({ verifyMs }) => verifyMs) });
  if (eraseTimes.length > 0) {
    measureOwn(context, limits, { name: 'slowest sector erase', unit: 'ms', value: Math.max(...eraseTimes) });
  }
  if (programMs > 0) measureOwn(context, limits, { name: 'write rate', unit: 'kB/s', value: writtenBytes / programMs });
}

/** Bootloaders from 0.7.0 to 1.2.1 reach the DCT through the system parts, and hang when asked after those were rewritten (A6). */
const DCT_THROUGH_PARTS = { first: 101, last: 400 } as const;
const SYSTEM_PARTS = { start: 0x0802_0000, end: 0x080a_0000 } as const;

function canStillReadKeys({ recipe, unit }: StepContext, { images }: Parameters): boolean {
  const version = unit.bootloader?.moduleVersion ?? DCT_THROUGH_PARTS.first;
  if (version < DCT_THROUGH_PARTS.first || version > DCT_THROUGH_PARTS.last) return true;
  return !images.some((name) => touchesSystemParts(imageNamed(recipe, name)));
}

function touchesSystemParts({ address, alternate, bytes }: RecipeImage): boolean {
  return alternate === 0 && address < SYSTEM_PARTS.end && address + bytes.length > SYSTEM_PARTS.start;
}

/** ROM loaders jump to the address they are left with: the lowest image of the first memory. */
function startAddress({ images }: Parameters, { recipe }: StepContext): number | undefined {
  const starts = images.map((name) => imageNamed(recipe, name)).filter(({ alternate }) => alternate === 0);
  return starts.length === 0 ? undefined : Math.min(...starts.map(({ address }) => address));
}

/** What comes up at the port proves that the unit left: whatever its bootloader said of it may be untrue (A5). */
async function awaitStart(parameters: Parameters, context: StepContext, left: UsbDeviceInfo): Promise<StepOutcome> {
  const { startWithinMs, limits } = parameters;
  const startedMs = context.clock.monotonicMs();
  const hasLeft = (here: UsbDeviceInfo | undefined): boolean =>
    context.recipe.unit.serial === null
      ? here?.connectionId !== left.connectionId
      : here !== undefined && here.connectionId !== left.connectionId;
  const here = await awaitPort(context, hasLeft, startWithinMs);
  const verdict = judgeStart(context, left, here, startWithinMs);
  if (verdict) return verdict;
  measureOwn(context, limits, { name: 'start time', unit: 'ms', value: context.clock.monotonicMs() - startedMs });
  return { result: 'passed' };
}

function judgeStart(
  { recipe }: StepContext,
  left: UsbDeviceInfo,
  here: UsbDeviceInfo | undefined,
  withinMs: number,
): StepOutcome | undefined {
  const within = `within ${withinMs / 1000} s`;
  if (here?.connectionId === left.connectionId) {
    return failed('dfu/leave-failed', `The unit was told to start and is still in DFU mode ${within}`, [
      usbEvidence(here),
    ]);
  }
  if (recipe.unit.serial === null) return undefined;
  if (!here) return failed('dfu/leave-failed', `The unit left DFU mode and did not come back ${within}`);
  const mode = modeOf(recipe.unit, here);
  if (mode === 'running') return undefined;
  const evidence = [usbEvidence(here)];
  if (mode === 'other') return failed('usb/wrong-device', `${describeDevice(here)} came up after the flash`, evidence);
  return failed(
    'dfu/leave-failed',
    'The unit came back in DFU mode: it finds no valid system to start, or its button is held',
    evidence,
  );
}
