// The module list of a unit held to the recipe: every module valid by its own checks, and the versions that were flashed.
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { findInvalidModules, formatModuleName } from '../../device/serial/module-list.ts';
import type { ModuleListEvidence, UnitModule } from '../../domain/run/evidence.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { findFirstPiece, type RecipeImage } from '../recipe.ts';
import type { StepContext, StepOutcome } from '../step.ts';

/** Where a unit keeps the module that runs; the others are copies. */
const MAIN_STORE = 'm';

/**
 * Holds a module list to the recipe's images. Fails with `bootloader/stale` when the running system did not install the
 * bootloader that was stored for it (first: what does not fit because of it is its consequence), `serial/module-invalid`
 * or `serial/wrong-version`.
 */
export function judgeModules(
  { recipe, unit }: Pick<StepContext, 'recipe' | 'unit'>,
  list: ModuleListEvidence,
): StepOutcome {
  const parts = recipe.images.flatMap((image): readonly ExpectedPart[] => {
    const header = decodeModuleHeader(findFirstPiece(image).bytes);
    return header ? [{ image, header, found: list.modules.find((module) => isSameModule(module, header)) }] : [];
  });
  const judgements = [
    ...parts.map((part) => judgePlatform(part, list)),
    ...(unit.bootloaderUpdatePending ? parts.map((part) => judgeInstallation(part, list)) : []),
    judgeValidity(list),
    ...parts.map((part) => judgeVersion(part, list)),
  ];
  return judgements.find((outcome) => outcome !== undefined) ?? { result: 'passed' };
}

/** A module that the recipe writes, and what the unit lists in its place. */
interface ExpectedPart {
  readonly image: RecipeImage;
  readonly header: ModuleHeader;
  readonly found: UnitModule | undefined;
}

function judgePlatform({ image, header }: ExpectedPart, list: ModuleListEvidence): StepOutcome | undefined {
  if (header.platformId === list.platformId) return undefined;
  const message = `The unit is of platform ${list.platformId}, ${image.name} is for ${header.platformId}`;
  return createFailedOutcome('usb/wrong-device', message, [list]);
}

function judgeInstallation({ image, header, found }: ExpectedPart, list: ModuleListEvidence): StepOutcome | undefined {
  if (image.write !== 'ota-slot' || (found?.version ?? 0) >= header.version) return undefined;
  const message = `The unit did not install its bootloader: it has version ${found?.version}, ${image.name} is ${header.version}`;
  return createFailedOutcome('bootloader/stale', message, [list], { image: image.name });
}

function judgeValidity(list: ModuleListEvidence): StepOutcome | undefined {
  const invalid = findInvalidModules(list).find(({ module }) => module.store === MAIN_STORE);
  if (!invalid) return undefined;
  const message = `The unit finds its ${formatModuleName(invalid.module)} not valid: ${invalid.failed.join(', ')}`;
  return createFailedOutcome('serial/module-invalid', message, [list]);
}

function judgeVersion({ image, header, found }: ExpectedPart, list: ModuleListEvidence): StepOutcome | undefined {
  if (image.write === 'ota-slot' || found?.version === header.version) return undefined;
  const site = { image: image.name };
  if (!found) return createFailedOutcome('serial/module-invalid', `The unit does not list ${image.name}`, [list], site);
  const message = `The unit's ${formatModuleName(found)} has version ${found.version}, ${image.name} is ${header.version}`;
  return createFailedOutcome('serial/wrong-version', message, [list], site);
}

function isSameModule(module: UnitModule, header: ModuleHeader): boolean {
  return module.store === MAIN_STORE && module.function === header.function && module.index === String(header.index);
}
