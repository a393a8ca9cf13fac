// From a recipe file to a Recipe: everything that can be known before a unit is plugged in is checked here, all at once.
import { compilePattern } from '../../base/pattern/pattern.ts';
import type { ChallengeSet, LabelRule, ProductIdentity, Recipe, RecipeSignature } from '../recipe.ts';
import type { StepKind } from '../step.ts';
import { correctSectionNames } from '../yaml/correct-section-names.ts';
import { readInputFile } from '../yaml/input-file.ts';
import { createProblemsError, type Problem, sortProblems } from '../yaml/problems.ts';
import { readYamlBytes, readYamlFile, type YamlFile } from '../yaml/read-yaml-file.ts';
import { parseFilePart, readValueAt } from '../yaml/schema-problems.ts';
import type { YamlSource } from '../yaml/yaml-source.ts';
import { checkAcrossSections, type RecipeSections } from './cross-check.ts';
import type { ImageSource } from './image-source.ts';
import { findProductMemories, type ProductMemories } from './product-memories.ts';
import { readImages } from './read-images.ts';
import { readSteps } from './read-steps.ts';
import { challengeSchema, headerSchema, unitSchema, type WrittenHeader, type WrittenUnit } from './recipe-schema.ts';

/** What a recipe may use: the kinds of step, and where its images are found. */
export interface LoadRecipeOptions {
  readonly stepKinds: readonly StepKind[];
  /** `not-read`: the recipe is read without its images, to be looked at and never to be run. */
  readonly images: ImageSource | 'not-read';
}

/** A recipe that was checked: it is there when there are no problems. */
export interface CheckedRecipe {
  readonly recipe: Recipe | undefined;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

/** Loads a recipe. Throws StationError `recipe/invalid` (kind `input`) that shows every problem of the file with its place. */
export function loadRecipe(file: string, surroundings: LoadRecipeOptions): Recipe {
  const { recipe, problems } = checkRecipe(file, surroundings);
  if (!recipe) throw createProblemsError('recipe/invalid', file, problems);
  return recipe;
}

/** Reads and checks a recipe file. Never throws: a file that cannot be read is a problem too. */
export function checkRecipe(file: string, surroundings: LoadRecipeOptions): CheckedRecipe {
  return checkYamlFile(file, readYamlFile(file, 'recipe', RECIPE_BEGINNING), surroundings);
}

/** Checks a recipe that is not in a file of its own; `file` is what problems call it. Never throws. */
export function checkRecipeText(file: string, text: string, surroundings: LoadRecipeOptions): CheckedRecipe {
  const bytes = new TextEncoder().encode(text);
  return checkYamlFile(file, readYamlBytes(file, bytes, { kind: 'recipe', beginning: RECIPE_BEGINNING }), surroundings);
}

const RECIPE_BEGINNING = '"flashline: 1" and "product: ..."';

function checkYamlFile(file: string, read: YamlFile, surroundings: LoadRecipeOptions): CheckedRecipe {
  if ('problems' in read) return { recipe: undefined, problems: read.problems };
  const { sha256 } = read;
  const source = correctSectionNames(read.source, Object.keys(headerSchema.shape));
  const problems: Problem[] = [];
  const sections = readSections(source, surroundings, problems);
  problems.push(...checkAcrossSections(source, sections));
  const { header, unit } = sections;
  if (problems.length > 0 || !header || !unit) return { recipe: undefined, problems: sortProblems(problems) };
  return { recipe: assembleRecipe({ ...sections, header, unit }, { file, sha256 }), problems: [] };
}

function readSections(
  source: YamlSource,
  { stepKinds, images }: LoadRecipeOptions,
  problems: Problem[],
): RecipeSections {
  const part = (key: string) => ({ path: [key], value: readValueAt(source.data, [key]) });
  const header = parseFilePart(headerSchema, source, { path: [], value: source.data }, problems);
  const unit = parseFilePart(unitSchema, source, part('unit'), problems);
  const product = resolveMemories(unit);
  const firmwareSet = readValueAt(source.data, ['firmware']);
  const readings = readImages({
    ...{ source, images, problems },
    firmwareSet: typeof firmwareSet === 'string' ? firmwareSet : undefined,
    hasOtaSlot: unit === undefined || product.hasOtaSlot,
    dfu: unit?.dfu.usb,
    dfuProtocol: unit?.dfu.protocol ?? 'dfuse',
    canReadBack: unit?.dfu['read back'] ?? true,
    cpu: unit?.cpu,
  });
  return {
    header,
    unit,
    product,
    images: readings,
    steps: readSteps(source, stepKinds, { problems, images: readings.images }),
    challenge: part('challenge').value === undefined ? null : readChallengeSet(source, problems),
  };
}

/** What the recipe says of the memories goes before what is known of the product. */
function resolveMemories(unit: WrittenUnit | undefined): ProductMemories {
  if (!unit) return { memories: new Map(), protectedBelow: 0, hasOtaSlot: true };
  const known = findProductMemories(unit.dfu.usb);
  const said = Object.entries(unit.dfu.memory ?? {}).map(([alternate, text]) => [Number(alternate), text] as const);
  return { ...known, memories: new Map([...known.memories, ...said]) };
}

function readChallengeSet(source: YamlSource, problems: Problem[]): ChallengeSet | null {
  const value = readValueAt(source.data, ['challenge']);
  const written = parseFilePart(challengeSchema, source, { path: ['challenge'], value }, problems);
  if (!written) return null;
  return {
    mustPass: written['must pass'],
    mustFail: new Map(Object.entries(written['must fail'])),
    everyMs: written.every,
  };
}

function assembleRecipe(
  sections: RecipeSections & { readonly header: WrittenHeader; readonly unit: WrittenUnit },
  { file, sha256 }: Pick<Recipe, 'file' | 'sha256'>,
): Recipe {
  const { header, unit, product, images, steps, challenge } = sections;
  return {
    ...{ file, sha256, challenge },
    product: header.product,
    part: header.part,
    name: header.recipe,
    revision: header.revision,
    unit: buildProductIdentity(unit, product),
    images: images.images,
    onFailure: header['on failure'] === 'run all' ? 'run-all' : 'stop',
    setup: steps.setup,
    main: steps.main,
    teardown: steps.teardown,
    recovery: steps.recovery,
    groups: steps.groups,
    after: header.after ?? null,
    permits: header.permits,
    purpose: header.purpose,
    signature: readRecipeSignature(file),
  };
}

function buildProductIdentity({ label, dfu, serial }: WrittenUnit, { memories }: ProductMemories): ProductIdentity {
  return {
    label: label ? buildLabelRule(label) : null,
    labelFrom: label?.from ?? 'unit',
    dfu: dfu.usb,
    dfuForeign: dfu.foreign,
    serial: serial?.usb ?? null,
    memories,
    dfuProtocol: dfu.protocol,
    dfuInterface: dfu.interface ?? null,
    canReadBack: dfu['read back'],
    flashWordBytes: dfu['flash word'] ?? null,
  };
}

/** A counted label is held to its format when no pattern is written. */
function buildLabelRule(label: NonNullable<WrittenUnit['label']>): LabelRule | null {
  const pattern =
    label.pattern ?? (label.format === undefined ? undefined : compilePattern(toLabelPattern(label.format)));
  if (!pattern) return null;
  return {
    pattern,
    checkDigit: label['check digit'] ?? null,
    barcode: label.barcode ?? null,
    format: label.format ?? null,
  };
}

function toLabelPattern(format: string): string {
  return format.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('#', '\\d');
}

const MAX_SIGNATURE_BYTES = 4096;

/** The detached signature beside the recipe; whether it is worth anything is for a station in production mode to say. */
function readRecipeSignature(file: string): RecipeSignature | null {
  const found = readInputFile(`${file}.sig`, MAX_SIGNATURE_BYTES);
  return 'bytes' in found ? { file: `${file}.sig`, text: Buffer.from(found.bytes).toString('utf8') } : null;
}
