// `flashline init`: a folder with station, recipe, firmware and README, which `check` passes and `run` runs.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { computeSha256Hex } from '../../../base/digest.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { readFirmwareImage } from '../../../device/firmware/read-firmware-image.ts';
import { formatRecipeName, renderRecipeDraft } from '../../../recipe/draft/render-recipe-draft.ts';
import { checkRecipeText } from '../../../recipe/load/load-recipe.ts';
import { createProblemsError } from '../../../recipe/yaml/problems.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { readImageFile } from '../../input/read-image-file.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import { identifyDevice } from '../recipe/identify-device.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { initVerb } from './init-verb.ts';
import { GIT_IGNORE, renderReadme, renderStationFile } from './project-files.ts';
import { type ProjectPlan, readProjectPlan } from './read-project-plan.ts';

const EXAMPLE_IMAGE_BYTES = 4096;

export async function makeProject(cli: Cli, input: VerbInput<typeof initVerb>): Promise<void> {
  const plan = await readProjectPlan(cli, input);
  const recipe = formatRecipeName(plan.product);
  const image = plan.imageFile === null ? createExampleImage() : readImageFile(plan.imageFile);
  const imageName = plan.imageFile === null ? 'example.bin' : basename(plan.imageFile);
  const imageFile = join('firmware', imageName);
  const station = nameStation(plan.folder);
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [imageFile, image],
    [join('recipes', `${recipe}.yaml`), await draftRecipe(plan, recipe, { name: imageName, bytes: image })],
    ['station.yaml', renderStationFile(station, plan)],
    [
      'README.md',
      renderReadme({ product: plan.product, recipe, station, imageFile, isImageExample: plan.imageFile === null }),
    ],
    ['.gitignore', GIT_IGNORE],
  ];
  const present = files.filter(([name]) => existsSync(join(plan.folder, name))).map(([name]) => name);
  if (present.length > 0)
    throw createArgumentError(
      `${present.join(', ')} in ${resolve(plan.folder)}: there already, and nothing was written`,
      'name another folder, or move them away',
    );
  for (const [name, content] of files) writeProjectFile(plan.folder, name, content);
  const enter = resolve(plan.folder) === resolve('.') ? '' : `  cd ${plan.folder}\n`;
  cli.terminal.writeOut(
    `${resolve(plan.folder)}: ${files.map(([name]) => name).join(', ')}\nNext:\n${enter}` +
      `  flashline check recipes/${recipe}.yaml\n  flashline run --recipe ${recipe} --batch TRY\n`,
  );
}

/** The recipe's text; it is known to have no problem before anything is written. */
async function draftRecipe(
  { device, product, part }: ProjectPlan,
  recipe: string,
  image: { readonly name: string; readonly bytes: Uint8Array },
): Promise<string> {
  const asked = await identifyDevice({ portPath: null, isDetached: false, deviceName: device });
  const { targets } = readFirmwareImage(image.bytes, { fileName: image.name });
  const hasAddress = targets[0]!.segments[0]!.address !== null;
  const draft = { sha256: computeSha256Hex(image.bytes), address: null, hasAddress, alternate: null };
  const text = renderRecipeDraft({ ...asked, product, part, image: { ...draft, file: `../firmware/${image.name}` } });
  const options = buildLoadRecipeOptions('virtual');
  const images = { find: () => ({ bytes: image.bytes }) };
  const { problems } = checkRecipeText(`recipes/${recipe}.yaml`, text, { ...options, images });
  if (problems.length > 0) throw createProblemsError('recipe/not-drafted', `${recipe}.yaml`, problems);
  return text;
}

/** A vector table of a Cortex-M, and a pattern that no blank flash has. */
function createExampleImage(): Uint8Array {
  const image = Uint8Array.from({ length: EXAMPLE_IMAGE_BYTES }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
  const view = new DataView(image.buffer);
  view.setUint32(0, EXAMPLE_STACK, true);
  view.setUint32(4, EXAMPLE_RESET, true);
  return image;
}

/** RAM and flash of the commonest microcontrollers begin there. */
const EXAMPLE_STACK = 0x2000_4000;
const EXAMPLE_RESET = 0x0800_0101;

/** The folder's name, as far as a station may be called so. */
function nameStation(folder: string): string {
  const words = basename(resolve(folder))
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['station'];
  return words.join('-');
}

function writeProjectFile(folder: string, name: string, content: string | Uint8Array): void {
  const file = join(folder, name);
  makeFolder(dirname(file), { code: 'cli/unwritten', hint: 'Name a folder that you may write to.' });
  replaceFileAtomically(file, content);
}
