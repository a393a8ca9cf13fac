// The module list of a unit held to the recipe: every module valid by its own checks, and the versions that were flashed.
import { decodeModuleHeader, type ModuleHeader } from '../device/firmware/particle-module.ts';
import { invalidModules, moduleName } from '../device/serial/module-list.ts';
import type { ModuleListEvidence, UnitModule } from '../model/evidence.ts';
import { failed } from './failed.ts';
import type { RecipeImage } from './recipe.ts';
import type { StepContext, StepOutcome } from './step.ts';

/** Where a unit keeps the module that runs; the others are copies. */
const MAIN_STORE = 'm';

/**
 * Holds a module list to the recipe's images. Fails with `serial/module-invalid`, `serial/wrong-version`, or
 * `bootloader/stale` when the running system did not install the bootloader that was stored for it.
 */
export function judgeModules(context: Pick<StepContext, 'recipe' | 'unit'>, list: ModuleListEvidence): StepOutcome {
  const [invalid] = invalidModules(list).filter(({ module }) => module.store === MAIN_STORE);
  if (invalid) {
    const message = `The unit finds its ${moduleName(invalid.module)} not valid: ${invalid.failed.join(', ')}`;
    return failed('serial/module-invalid', message, [list]);
  }
  for (const image of context.recipe.images) {
    const header = decodeModuleHeader(image.bytes);
    const outcome = header ? judgeModule(image, header, { list, context }) : undefined;
    if (outcome) return outcome;
  }
  return { result: 'passed' };
}

function judgeModule(
  image: RecipeImage,
  header: ModuleHeader,
  { list, context }: { readonly list: ModuleListEvidence; readonly context: Pick<StepContext, 'unit'> },
): StepOutcome | undefined {
  if (header.platformId !== list.platformId) {
    return failed(
      'usb/wrong-device',
      `The unit is of platform ${list.platformId}, ${image.name} is for ${header.platformId}`,
      [list],
    );
  }
  const module = list.modules.find((one) => isModule(one, header));
  const versions = `has version ${module?.version}, ${image.name} is ${header.version}`;
  if (image.write === 'ota-slot') {
    if (!context.unit.bootloaderUpdatePending || (module?.version ?? 0) >= header.version) return undefined;
    return failed('bootloader/stale', `The unit did not install its bootloader: it ${versions}`, [list], {
      image: image.name,
    });
  }
  if (!module)
    return failed('serial/module-invalid', `The unit does not list ${image.name}`, [list], { image: image.name });
  if (module.version === header.version) return undefined;
  return failed('serial/wrong-version', `The unit's ${moduleName(module)} ${versions}`, [list], { image: image.name });
}

function isModule(module: UnitModule, header: ModuleHeader): boolean {
  return module.store === MAIN_STORE && module.function === header.function && module.index === String(header.index);
}
