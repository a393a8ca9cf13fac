// What no section of a recipe can tell by itself: references, permissions, layout, and whether the whole makes sense.
import { readMemoryMap } from '../../domain/memory/memory-map.ts';
import type { ChallengeSet } from '../recipe.ts';
import type { UnitValueName } from '../step.ts';
import { suggestKnownWord } from '../yaml/nearest-word.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlSource } from '../yaml/yaml-source.ts';
import { checkImageLayout } from './check-image-layout.ts';
import type { ProductMemories } from './product-memories.ts';
import type { ReadImages } from './read-images.ts';
import type { StepLists } from './read-steps.ts';
import type { WrittenHeader, WrittenUnit } from './recipe-schema.ts';

/** The sections of a recipe, each read by itself, so that trouble in one hides none in another. */
export interface RecipeSections {
  readonly header: WrittenHeader | undefined;
  readonly unit: WrittenUnit | undefined;
  readonly product: ProductMemories;
  readonly images: ReadImages;
  readonly steps: StepLists;
  readonly challenge: ChallengeSet | null;
}

/** Problems between sections, and of sections with what is known of the product. */
export function checkAcrossSections(
  source: YamlSource,
  { header, unit, product, images, steps, challenge }: RecipeSections,
): readonly Problem[] {
  return [
    ...(unit ? checkUnitSection(source, unit) : []),
    ...checkImageLayout(source, images.images, product),
    ...checkImageUses(source, images, steps),
    ...checkWriteModes(source, images, steps),
    ...(unit ? checkValueUses(source, unit, steps) : []),
    ...steps.misplacedLast.map((path) =>
      source.createProblemAt(
        path,
        'nothing may be done to a unit after this step',
        'make it the last of "steps"',
        'key',
      ),
    ),
    ...(header ? checkPermits(source, header, steps) : []),
    ...(challenge ? checkChallengeSet(source, challenge, unit) : []),
  ];
}

const BARCODE_GROUPS = ['label', 'part', 'revision', 'batch'];

function checkUnitSection(source: YamlSource, { label, dfu }: WrittenUnit): readonly Problem[] {
  const unsound = Object.entries(dfu.memory ?? {}).flatMap(([alternate, text]) => {
    const { problem } = readMemoryMap(text);
    return problem === null ? [] : [{ alternate, problem }];
  });
  const hint = 'write it as dfu-util -l prints it';
  return [
    ...unsound.map(({ alternate, problem }) =>
      source.createProblemAt(['unit', 'dfu', 'memory', alternate], `this is no memory map: ${problem}`, hint),
    ),
    ...(label ? checkLabelRule(source, label) : []),
  ];
}

function checkLabelRule(source: YamlSource, label: NonNullable<WrittenUnit['label']>): readonly Problem[] {
  const { from, pattern, format, barcode } = label;
  const first = format?.replaceAll('#', '0');
  const groups = barcode?.groupNames ?? ['label'];
  const strange = groups.find((group) => !BARCODE_GROUPS.includes(group));
  const findings: readonly (readonly [isWrong: boolean, key: string, message: string, hint: string | null])[] = [
    [from === 'scanner' && !pattern, 'pattern', 'a scanned label needs a pattern', "such as '^P\\d{9}$'"],
    [from === 'count' && format === undefined, 'format', 'a counted label needs a format', "such as 'P#########'"],
    [from !== 'count' && format !== undefined, 'format', 'only counted labels have a format', 'write from: count'],
    [
      first !== undefined && pattern?.isFullMatch(first) === false,
      'pattern',
      `a counted label such as ${first} does not fit`,
      null,
    ],
    [strange !== undefined, 'barcode', `unknown group "${strange}"`, suggestKnownWord(strange ?? '', BARCODE_GROUPS)],
    [
      !groups.includes('label'),
      'barcode',
      'the group "label" is missing',
      "write (?<label>...) round the label's part",
    ],
  ];
  return findings
    .filter(([isWrong]) => isWrong)
    .map(([, key, message, hint]) => source.createProblemAt(['unit', 'label', key], message, hint));
}

function checkImageUses(
  source: YamlSource,
  { names }: ReadImages,
  { imageUses, isWhole }: StepLists,
): readonly Problem[] {
  const unknown = imageUses
    .filter(({ name }) => !names.includes(name))
    .map(({ name, path }) =>
      source.createProblemAt(path, `there is no image "${name}"`, suggestKnownWord(name, names)),
    );
  const used = new Set(imageUses.map(({ name }) => name));
  // With an unknown name or an unread step about, an unused image is most likely the one that was meant.
  const unused = unknown.length > 0 || !isWhole ? [] : names.filter((name) => !used.has(name));
  return [
    ...unknown,
    ...unused.map((name) =>
      source.createProblemAt(
        ['images', name],
        `no step uses the image "${name}"`,
        'name it in a step, or delete it',
        'key',
      ),
    ),
  ];
}

/** ST's ROM loader, whose USB serial number is no device id. */
const ST_ROM_LOADER = { vendorId: 0x0483, productId: 0xdf11 };

/** A value that no step before can tell would be missed only when a unit is in the fixture. */
function checkValueUses(
  source: YamlSource,
  { label, dfu, serial }: WrittenUnit,
  { valueUses }: StepLists,
): readonly Problem[] {
  const isRomLoader = dfu.usb.vendorId === ST_ROM_LOADER.vendorId && dfu.usb.productId === ST_ROM_LOADER.productId;
  const told = new Set<UnitValueName>(['port path']);
  if (label?.from !== 'none') told.add('label');
  if (!isRomLoader || serial) told.add('device id');
  return valueUses.flatMap((step) => {
    const missing = step.asked.filter((value) => !told.has(value));
    for (const value of step.told) told.add(value);
    return missing.map((value) =>
      source.createProblemAt(
        step.path,
        `nothing tells the ${value} of a unit before this step`,
        value === 'label' ? 'units of this recipe have no label' : 'put a step before it that asks the unit for it',
        { word: `{${value}}` },
      ),
    );
  });
}

/** A bootloader for the probe is nothing for DFU, and an image in the OTA slot nothing for the probe. */
function checkWriteModes(source: YamlSource, { images }: ReadImages, { imageUses }: StepLists): readonly Problem[] {
  return imageUses.flatMap(({ name, path, kind, writes }) => {
    const image = images.find((one) => one.name === name);
    if (!image || !writes || writes.includes(image.write)) return [];
    const hint = `it says write: ${image.write}; ${kind} takes ${writes.join(' or ')}`;
    return [source.createProblemAt(path, `${kind} cannot write the image "${name}"`, hint)];
  });
}

function checkPermits(
  source: YamlSource,
  { permits, purpose }: WrittenHeader,
  { permitUses }: StepLists,
): readonly Problem[] {
  const missing = permitUses
    .filter(({ permit }) => !permits.includes(permit))
    .map(({ permit, path }) =>
      source.createProblemAt(path, `this needs the permission ${permit}`, `write permits: [${permit}]`, 'key'),
    );
  if (purpose === 'engineering' || !permits.includes('erase-foreign-bootloader')) return missing;
  const at = source.findWordPath(['permits'], 'erase-foreign-bootloader');
  return [
    ...missing,
    source.createProblemAt(at, 'only a recipe for engineers may give this permission', 'write purpose: engineering'),
  ];
}

function checkChallengeSet(
  source: YamlSource,
  { mustPass, mustFail }: ChallengeSet,
  unit: WrittenUnit | undefined,
): readonly Problem[] {
  const twice = mustPass
    .filter((label) => mustFail.has(label))
    .map((label) =>
      source.createProblemAt(['challenge', 'must fail', label], `${label} cannot both pass and fail`, null, 'key'),
    );
  if (mustFail.size > 0) return twice;
  const hint = 'a station that fails nothing proves nothing';
  return [
    ...twice,
    source.createProblemAt(
      ['challenge', 'must fail'],
      unit ? 'at least one known-bad unit is needed' : 'a known-bad unit is needed',
      hint,
      'key',
    ),
  ];
}
