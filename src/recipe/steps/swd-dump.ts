// Step swd-dump: reads flash by the debug probe and compares it with an image, or keeps its hash.
import { z } from 'zod';
import { toHex } from '../../base/bytes.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import type { FirmwareSegment } from '../../device/firmware/firmware-image.ts';
import type { ReadBackEvidence } from '../../domain/run/evidence.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { findRecipeImage, listImagePieces } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { buildProbeOptions, convertProbeFailure, examineUnitByProbe, requireDebugProbe } from '../unit/debug-probe.ts';

/** Bytes quoted where image and flash part ways. */
const QUOTED_BYTES = 16;

const schema = z
  .strictObject({
    image: z.string().optional().describe('The image that must be there, to the byte'),
    address: z.int().min(0).max(0xffff_ffff).optional().describe('Where to read, when no image is named: 0x08000000'),
    'size bytes': z.int().min(1).max(1_048_576).optional().describe('How much to read, when no image is named'),
  })
  .superRefine(({ image, address, 'size bytes': sizeBytes }, context) => {
    const namesImage = image !== undefined;
    if (namesImage === (address !== undefined) || namesImage === (sizeBytes !== undefined)) {
      context.addIssue({ code: 'custom', message: 'name either an image, or an address with its size in bytes' });
    }
  })
  .transform((given) => ({ image: given.image, address: given.address ?? 0, sizeBytes: given['size bytes'] ?? 0 }));

type Parameters = z.output<typeof schema>;

/** Step kind `swd-dump`. */
export const swdDump = defineStep({
  kind: 'swd-dump',
  summary: 'Read flash by the debug probe, and compare it with an image',
  schema,
  usesProbe: true,
  valuesReported: () => ['device id'],
  shorthand: 'image',
  imagesUsed: ({ image }) => (image === undefined ? [] : [image]),
  defaultTimeoutMs: 180_000,
  run: async (parameters, context) => {
    const examined = await examineUnitByProbe(context);
    if ('outcome' in examined) return examined.outcome;
    return dumpFlash(parameters, context);
  },
});

/** Flash holds keys, so what was read is never kept, only its hash and where it differs from an image. */
async function dumpFlash({ image, ...region }: Parameters, context: StepContext): Promise<StepOutcome> {
  const wanted = image === undefined ? undefined : findRecipeImage(context.recipe, image);
  const pieces = wanted ? listImagePieces(wanted) : [];
  const places = wanted ? pieces.map(({ address, bytes }) => ({ address, sizeBytes: bytes.length })) : [region];
  const differences: ReadBackEvidence[] = [];
  for (const [at, place] of places.entries()) {
    const read = await requireDebugProbe(context).dump(place, buildProbeOptions(context));
    if (!read.ok) return { result: 'failed', failure: convertProbeFailure(read, image) };
    context.addEvidence(read.evidence);
    const evidence = compareFlashWithImage(read.value, place.address, pieces[at], image ?? '');
    context.addEvidence(evidence);
    if (evidence.differentByteCount > 0) differences.push(evidence);
  }
  if (differences.length === 0) return { result: 'passed' };
  const address = differences[0]!.firstDifferentAddress!;
  const count = differences.reduce((sum, { differentByteCount }) => sum + differentByteCount, 0);
  const message = `${count} bytes differ from ${image}`;
  return createFailedOutcome('swd/verify-mismatch', message, differences, { image: image!, address });
}

function compareFlashWithImage(
  read: Uint8Array,
  address: number,
  wanted: FirmwareSegment | undefined,
  image: string,
): ReadBackEvidence {
  const readSha256 = computeSha256Hex(read);
  const at = wanted ? read.findIndex((byte, index) => byte !== wanted.bytes[index]) : -1;
  if (!wanted || at < 0) return { kind: 'read-back', image, differentByteCount: 0, readSha256 };
  return {
    kind: 'read-back',
    image,
    firstDifferentAddress: address + at,
    differentByteCount: read.filter((byte, index) => byte !== wanted.bytes[index]).length,
    expectedHex: toHex(wanted.bytes.subarray(at, at + QUOTED_BYTES)),
    actualHex: toHex(read.subarray(at, at + QUOTED_BYTES)),
    readSha256,
  };
}
