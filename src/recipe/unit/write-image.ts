// One image of the recipe written to the unit: its intent announced, its progress shown, its evidence kept.
import { type FlashReport, flashImage } from '../../device/dfu/flash/flash-image.ts';
import { storeBootloaderInOtaSlot } from '../../device/dfu/photon/ota-slot.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { RecipeImage } from '../recipe.ts';
import type { StepContext } from '../step.ts';

/** What came of an image: the report of its flashing, or only the failure that kept it from beginning. */
export type ImageReport = FlashReport | { readonly failure: Failure };

/**
 * Writes an image the way the recipe says, to its address or (a bootloader) through the OTA slot, and proves it by
 * read-back. Throws the station's trouble or the signal's reason.
 */
export async function writeRecipeImage(
  context: StepContext,
  session: DfuSession,
  image: RecipeImage,
  { keepIdentical = true }: { readonly keepIdentical?: boolean } = {},
): Promise<ImageReport> {
  const { name, sha256, address, alternate, bytes } = image;
  const options = {
    keepIdentical,
    intend: context.recordWriteIntent,
    onProgress: (stage: string, done: number, total: number) => context.reportProgress(`${stage} ${name}`, done, total),
  };
  const report =
    image.write === 'ota-slot'
      ? await storeBootloaderInOtaSlot(session, image, options)
      : await flashImage(session, { name, sha256, alternate, segments: [{ address, bytes }] }, options);
  if ('flash' in report) context.addEvidence(report.flash);
  if ('readBack' in report && report.readBack) context.addEvidence(report.readBack);
  if (image.write === 'ota-slot' && !report.failure) context.updateUnit({ bootloaderUpdatePending: true });
  return report;
}
