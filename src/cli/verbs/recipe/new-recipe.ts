// `flashline recipe new`: asks a device for its descriptors and writes a first recipe for it, which `check` passes.
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { computeSha256Hex } from '../../../base/digest.ts';
import { readFirmwareImage } from '../../../device/firmware/read-firmware-image.ts';
import { type DraftImage, renderRecipeDraft } from '../../../recipe/draft/render-recipe-draft.ts';
import { checkRecipeText } from '../../../recipe/load/load-recipe.ts';
import { createProblemsError } from '../../../recipe/yaml/problems.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { readImageFile } from '../../input/read-image-file.ts';
import { createArgumentError, parseWholeNumber } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import { sanitizeOutput } from '../../output/sanitize-output.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { type AskedDevice, identifyDevice } from './identify-device.ts';
import type { newRecipeVerb } from './recipe-verbs.ts';

type NewRecipeInput = VerbInput<typeof newRecipeVerb>;

export async function writeNewRecipe(cli: Cli, input: NewRecipeInput): Promise<void> {
  const { file } = input;
  if (existsSync(file)) throw createArgumentError(`${file} is there already`, 'name another file, or remove that one');
  const image = input.image === undefined ? null : readDraftImage(input.image, input);
  const asked = await identifyDevice({
    portPath: input.port ?? null,
    isDetached: input.detach === true,
    deviceName: input.device ?? null,
  });
  const text = renderRecipeDraft({ ...asked, image });
  const { problems } = checkRecipeText(file, text, buildLoadRecipeOptions('real'));
  if (problems.length > 0) throw createProblemsError('recipe/not-drafted', file, problems);
  replaceFileAtomically(file, text);
  cli.terminal.writeOut(sanitizeOutput(describeDevice(asked)));
  cli.terminal.writeOut(`${file} is written: change what stands there as YOUR-..., then flashline check ${file}\n`);
}

function readDraftImage(imageFile: string, { file, address, alt }: NewRecipeInput): DraftImage {
  const bytes = readImageFile(imageFile);
  const { targets } = readFirmwareImage(bytes, { fileName: basename(imageFile) });
  const beside = relative(dirname(resolve(file)), resolve(imageFile));
  return {
    file: beside.startsWith('..') || isAbsolute(beside) ? resolve(imageFile) : beside,
    sha256: computeSha256Hex(bytes),
    address: address === undefined ? null : parseWholeNumber(address),
    hasAddress: targets[0]!.segments[0]!.address !== null,
    alternate: alt === undefined ? null : parseWholeNumber(alt),
  };
}

/** What was found, for the person who asked. */
function describeDevice({ info, identity }: AskedDevice): string {
  const { protocol, memories, canUpload, appliedQuirks, remarks } = identity;
  const speaks = protocol === 'dfuse' ? 'DfuSe' : 'plain DFU';
  const proof = canUpload ? 'it can be read back' : 'it cannot be read back: what comes up afterwards is the proof';
  return [
    `${info.product ?? 'a device without a name'} at port ${info.portPath} speaks ${speaks}; ${proof}`,
    ...memories.map(({ alternate, name }) => `  alternate ${alternate}: ${name === '' ? '(no name)' : name}`),
    ...appliedQuirks.map(({ name, source }) => `  known habits: ${name} (${source})`),
    ...remarks.map((remark) => `  ${remark}`),
    '',
  ].join('\n');
}
