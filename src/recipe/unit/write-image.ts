// One image of the recipe written to the unit: its intent announced, its progress shown, its evidence kept.
import { StationError } from '../../base/station-error.ts';
import { type DownloadReport, downloadFirmware } from '../../device/dfu/flash/download-firmware.ts';
import { type FlashOptions, flashImage, requireMemoryFor } from '../../device/dfu/flash/flash-image.ts';
import type { FlashReport } from '../../device/dfu/flash/flash-journal.ts';
import { storeBootloaderInOtaSlot } from '../../device/dfu/photon/ota-slot.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { FirmwareSegment } from '../../device/firmware/firmware-image.ts';
import type { Failure } from '../../domain/run/failure.ts';
import { listImagePieces, type RecipeImage } from '../recipe.ts';
import type { StepContext } from '../step.ts';

/** What came of an image: the report of its flashing, or only the failure that kept it from beginning. */
export type ImageReport = FlashReport | DownloadReport | { readonly failure: Failure };

/**
 * Writes an image the way the recipe says, each target to its memory in the order of the file, or (a bootloader) through
 * the OTA slot, and proves it by read-back. One report a target, up to the first that failed. Throws DfuError
 * `memory-map`, the station's trouble or the signal's reason.
 */
export async function writeRecipeImage(
  context: StepContext,
  session: DfuSession,
  image: RecipeImage,
  { keepIdentical = true }: { readonly keepIdentical?: boolean } = {},
): Promise<readonly ImageReport[]> {
  const { name, sha256 } = image;
  const options = {
    keepIdentical,
    restOfSector: image.restOfSector,
    wordBytes: context.recipe.unit.flashWordBytes,
    intend: context.recordWriteIntent,
    onProgress: (stage: string, done: number, total: number) => context.reportProgress(`${stage} ${name}`, done, total),
  };
  for (const { message } of image.notes) context.addEvidence({ kind: 'note', text: `${name}: ${message}` });
  if (image.write === 'ota-slot') {
    const report = await storeBootloaderInOtaSlot(
      session,
      { name, sha256, bytes: findOnlyPiece(image).bytes },
      options,
    );
    addFlashEvidence(context, report);
    if (!report.failure) context.updateUnit({ bootloaderUpdatePending: true });
    return [report];
  }
  return writeTargets(context, session, image, options);
}

/** A memory that does not take its part of the image is told before the first of them is erased. */
async function writeTargets(
  context: StepContext,
  session: DfuSession,
  { name, sha256, targets }: Pick<RecipeImage, 'name' | 'sha256' | 'targets'>,
  options: FlashOptions,
): Promise<readonly ImageReport[]> {
  const { protocol } = session.identity;
  if (protocol !== context.recipe.unit.dfuProtocol) return [{ failure: buildProtocolFailure(context, session) }];
  if (protocol === 'dfu') return downloadTargets(context, session, { name, sha256, targets }, options);
  const inputs = targets.map((target) => ({ name, sha256, ...target }));
  if (inputs.length > 1) for (const input of inputs) requireMemoryFor(session, input);
  const reports: FlashReport[] = [];
  for (const input of inputs) {
    const report = await flashImage(session, input, options);
    addFlashEvidence(context, report);
    reports.push(report);
    if (report.failure) break;
  }
  return reports;
}

/** Plain DFU: the device takes each target and says how it goes on; one that left takes no second. */
async function downloadTargets(
  context: StepContext,
  session: DfuSession,
  { name, sha256, targets }: Pick<RecipeImage, 'name' | 'sha256' | 'targets'>,
  options: FlashOptions,
): Promise<readonly ImageReport[]> {
  const reports: ImageReport[] = [];
  for (const { alternate, segments } of targets) {
    const report = await downloadFirmware(session, { name, sha256, alternate, bytes: segments[0]!.bytes }, options);
    addFlashEvidence(context, report);
    reports.push(report);
    if (report.failure || report.manifestation !== 'stays') break;
  }
  return reports;
}

function buildProtocolFailure({ recipe }: StepContext, session: DfuSession): Failure {
  const { protocol, functional, memories } = session.identity;
  const names = memories.map(({ alternate, name }) => `alternate ${alternate}'s name is ${JSON.stringify(name)}`);
  const bcd = functional.bcdDfu.toString(16).padStart(4, '0');
  const message = `the device speaks ${protocol === 'dfu' ? 'plain DFU' : 'DfuSe'} (bcdDFUVersion ${bcd}; ${names.join(', ')}), and the recipe says unit: dfu: protocol: ${recipe.unit.dfuProtocol}`;
  return { code: 'dfu/not-dfuse', message, site: {}, evidence: [session.buildIdentityEvidence()] };
}

function addFlashEvidence(context: StepContext, report: ImageReport): void {
  if ('flash' in report) context.addEvidence(report.flash);
  if ('readBack' in report && report.readBack) context.addEvidence(report.readBack);
  else if ('flash' in report && !report.failure) {
    const text = `${report.flash.image} cannot be read back from this device: what comes up when it starts is the proof`;
    context.addEvidence({ kind: 'note', text });
  }
}

/** The check of a recipe finds an image that is not in one piece; one that gets here is none of a recipe that was checked. */
function findOnlyPiece(image: RecipeImage): FirmwareSegment {
  const [piece, ...others] = listImagePieces(image);
  if (piece && others.length === 0) return piece;
  throw new StationError({
    code: 'recipe/several-pieces',
    message: `${image.name} is in ${others.length + 1} pieces, and a bootloader is stored in one`,
    hint: 'name the raw binary of the bootloader',
  });
}
