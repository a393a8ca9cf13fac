// Step bootloader-check: tells by descriptors and by its own bytes which bootloader the unit has, and what may be done with it.
import { z } from 'zod';
import {
  type BootloaderReading,
  buildBootloaderEvidence,
  readBootloader,
} from '../../device/dfu/photon/read-bootloader.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import type { BootloaderEvidence } from '../../domain/run/evidence.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { findRecipeImage, type RecipeImage } from '../recipe.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { writeRecipeImage } from '../unit/write-image.ts';
import { quotedTextSchema } from '../yaml/quantity-schemas.ts';

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

type Parameters = z.output<typeof schema>;

/** Step kind `bootloader-check`. */
export const bootloaderCheck = defineStep({
  kind: 'bootloader-check',
  summary: 'Recognise the bootloader, and update or refuse one that is too old',
  schema,
  imagesUsed: ({ updateFrom }) => (updateFrom === null ? [] : [updateFrom]),
  permitsUsed: ({ whenForeign }) => (whenForeign === 'continue' ? ['erase-foreign-bootloader'] : []),
  defaultTimeoutMs: 120_000,
  run: (parameters, context) =>
    withUnitInDfu(context, async (session) => {
      const evidence = await examineBootloader(session, parameters.atLeast);
      context.addEvidence(evidence);
      const { generation, moduleVersion = null, standing } = evidence;
      context.updateUnit({ bootloader: { generation, moduleVersion, standing } });
      return judgeBootloaderCheck(evidence, { parameters, context, session });
    }),
});

/** A foreign bootloader is judged by its descriptors alone: nothing more is asked of it. */
async function examineBootloader(session: DfuSession, atLeast: number): Promise<BootloaderEvidence> {
  const { isForeign, moduleVersions } = session.fingerprint;
  const reading = isForeign || !moduleVersions ? NOT_READ : await readBootloader(session);
  return buildBootloaderEvidence(session.fingerprint, reading, atLeast);
}

const NOT_READ: BootloaderReading = { header: null, crcValid: null, releases: null };

interface BootloaderCheckDeps {
  readonly parameters: Parameters;
  readonly context: StepContext;
  readonly session: DfuSession;
}

async function judgeBootloaderCheck(evidence: BootloaderEvidence, check: BootloaderCheckDeps): Promise<StepOutcome> {
  const { parameters, context } = check;
  const version = evidence.moduleVersion === undefined ? evidence.generation : `version ${evidence.moduleVersion}`;
  switch (evidence.standing) {
    case 'current':
      return { result: 'passed' };
    case 'stale':
      if (parameters.updateFrom !== null) return updateBootloader(parameters.updateFrom, check);
      return createFailedOutcome(
        'bootloader/stale',
        `The bootloader is ${version}, the recipe asks for ${parameters.atLeast}`,
        [evidence],
      );
    case 'foreign':
      if (parameters.whenForeign === 'continue' && context.recipe.permits.includes('erase-foreign-bootloader')) {
        context.addEvidence({
          kind: 'note',
          text: `The recipe permits to go on with a foreign bootloader (${version}).`,
        });
        return { result: 'passed' };
      }
      return createFailedOutcome(
        'bootloader/foreign',
        `The bootloader is ${version}: it is not to be erased over DFU`,
        [evidence],
      );
    case 'corrupt':
      return createFailedOutcome(
        'bootloader/corrupt',
        `The bootloader in flash (${version}) does not match its own checksum`,
        [evidence],
      );
    case 'unknown':
      return createFailedOutcome('bootloader/unknown', `The bootloader could not be recognised (${version})`, [
        evidence,
      ]);
  }
}

/** Stores the new bootloader before any system part is written: afterwards its flag could no longer be set (A6). */
async function updateBootloader(imageName: string, { context, session }: BootloaderCheckDeps): Promise<StepOutcome> {
  const image: RecipeImage = { ...findRecipeImage(context.recipe, imageName), write: 'ota-slot' };
  const [report] = await writeRecipeImage(context, session, image);
  return report?.failure ? { result: 'failed', failure: report.failure } : { result: 'passed' };
}
