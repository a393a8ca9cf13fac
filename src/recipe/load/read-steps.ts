// The lists of steps of a recipe: each step to its kind, its id and its retry, groups kept together, references checked.
import { z } from 'zod';
import { countImageBytes } from '../../device/firmware/firmware-image.ts';
import {
  listImagePieces,
  type Permit,
  type RecipeGroup,
  type RecipeImage,
  type RecipeStep,
  type WriteMode,
} from '../recipe.ts';
import type { StepKind, UnitValueName } from '../step.ts';
import { suggestKnownWord } from '../yaml/nearest-word.ts';
import type { Problem } from '../yaml/problems.ts';
import { isContainer, parseFilePart, readValueAt } from '../yaml/schema-problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { readRedo } from './read-redo.ts';
import { groupFields, stepFields } from './recipe-schema.ts';
import {
  assignStepIds,
  buildRecipeStep,
  buildRetryPolicy,
  type GroupDraft,
  type StepDraft,
  stepFieldsSchema,
} from './step-drafts.ts';

/** Steps of one list, a group included. */
const MAX_STEPS = 200;

/** An image that a step names, where, and in which ways that step can write it. */
export interface ImageUse {
  readonly name: string;
  readonly path: YamlPath;
  readonly kind: string;
  readonly writes: readonly WriteMode[] | undefined;
}

export interface StepLists {
  readonly setup: readonly RecipeStep[];
  readonly main: readonly RecipeStep[];
  readonly teardown: readonly RecipeStep[];
  readonly recovery: readonly RecipeStep[];
  readonly groups: readonly RecipeGroup[];
  /** False when a step could not be read or there are none: what they would use is not known then. */
  readonly isWhole: boolean;
  /** Names of images that steps use, and where. */
  readonly imageUses: readonly ImageUse[];
  /** Where steps stand that must be the last of `steps` and are not. */
  readonly misplacedLast: readonly YamlPath[];
  /** In the order in which they run: what each step asks for of the unit, what it may tell of it, and where it stands. */
  readonly valueUses: readonly {
    readonly asked: readonly UnitValueName[];
    readonly told: readonly UnitValueName[];
    readonly path: YamlPath;
  }[];
  /** Permissions that steps need, and where. */
  readonly permitUses: readonly { readonly permit: Permit; readonly path: YamlPath }[];
}

const groupSchema = z.strictObject({ ...groupFields, steps: z.unknown() });

/** What reading steps adds to, and what it needs to know of the recipe's images. */
export interface ReadStepsOptions {
  readonly problems: Problem[];
  /** Those that could be read: large ones give their steps more time. */
  readonly images: readonly RecipeImage[];
}

interface ReadStepsDeps {
  readonly source: YamlSource;
  readonly kinds: readonly StepKind[];
  readonly problems: Problem[];
  readonly groups: GroupDraft[];
}

/** Reads `setup`, `steps` and `teardown`; what is wrong with them is added to `problems`. */
export function readSteps(
  source: YamlSource,
  kinds: readonly StepKind[],
  { problems, images }: ReadStepsOptions,
): StepLists {
  const reading: ReadStepsDeps = { source, kinds, problems, groups: [] };
  const problemsBefore = problems.length;
  const setup = readStepList(reading, ['setup']);
  const main = readStepList(reading, ['steps']);
  const teardown = readStepList(reading, ['teardown']);
  const drafts = [...setup, ...main, ...teardown];
  const isRead = problems.length === problemsBefore;
  if (main.length === 0 && isRead && readValueAt(source.data, ['steps']) !== undefined) {
    problems.push(
      source.createProblemAt(
        ['steps'],
        'a recipe needs at least one step',
        'steps: is the list of what is done to a unit',
        'key',
      ),
    );
  }
  const ids = assignStepIds(reading, drafts);
  const imageBytes = new Map(
    images.map((image) => [image.name, countImageBytes({ segments: listImagePieces(image) })]),
  );
  const toSteps = (list: readonly StepDraft[]): readonly RecipeStep[] =>
    list.map((draft) => buildRecipeStep(draft, ids.get(draft)!, imageBytes));
  const steps = toSteps(drafts);
  return {
    setup: toSteps(setup),
    main: toSteps(main),
    teardown: toSteps(teardown),
    recovery: readRedo(reading, drafts, steps),
    groups: reading.groups.map(({ id, retry }) => ({
      id,
      retry,
      stepIds: steps.filter(({ group }) => group === id).map((step) => step.id),
    })),
    isWhole: isRead && main.length > 0,
    imageUses: drafts.flatMap(({ kind, parameters, path }) =>
      (kind.imagesUsed?.(parameters) ?? []).map((name) => ({
        name,
        path: source.findWordPath([...path, kind.kind], name),
        kind: kind.kind,
        writes: kind.writes,
      })),
    ),
    misplacedLast: drafts
      .filter((draft) => draft.kind.isLast && draft !== main.at(-1))
      .map(({ path, kind }) => [...path, kind.kind]),
    valueUses: drafts.map(({ kind, parameters, path }) => ({
      asked: kind.valuesAsked?.(parameters) ?? [],
      told: kind.valuesReported?.(parameters) ?? [],
      path: [...path, kind.kind],
    })),
    permitUses: drafts.flatMap(({ kind, parameters, path }) =>
      (kind.permitsUsed?.(parameters) ?? []).map((permit) => ({ permit, path: [...path, kind.kind] })),
    ),
  };
}

function readStepList(reading: ReadStepsDeps, path: YamlPath, group: string | null = null): readonly StepDraft[] {
  const { source, problems } = reading;
  const list = readValueAt(source.data, path);
  if (list === undefined || (list === null && group === null)) return [];
  if (!Array.isArray(list)) {
    problems.push(source.createProblemAt(path, 'a list of steps is expected here', 'begin each step with "- "'));
    return [];
  }
  if (list.length > MAX_STEPS)
    problems.push(source.createProblemAt(path, `a list has at most ${MAX_STEPS} steps`, null, 'key'));
  return list.slice(0, MAX_STEPS).flatMap((entry, at) => readStepEntry(reading, { path: [...path, at], entry, group }));
}

interface StepEntry {
  readonly path: YamlPath;
  readonly entry: unknown;
  readonly group: string | null;
}

function readStepEntry(reading: ReadStepsDeps, { path, entry, group }: StepEntry): readonly StepDraft[] {
  const { source, problems } = reading;
  if (typeof entry === 'string') return readStep(reading, { path, entry: { [entry]: null }, group });
  if (!isContainer(entry) || Array.isArray(entry)) {
    problems.push(
      source.createProblemAt(
        path,
        'a step is expected here',
        `the kinds of step are ${listKindNames(reading).join(', ')}`,
      ),
    );
    return [];
  }
  if (!('group' in entry)) return readStep(reading, { path, entry, group });
  if (group !== null)
    problems.push(source.createProblemAt([...path, 'group'], 'a group cannot hold another group', null, 'key'));
  return group === null ? readStepGroup(reading, path, entry) : [];
}

function readStepGroup(reading: ReadStepsDeps, path: YamlPath, entry: object): readonly StepDraft[] {
  const { source, problems, groups } = reading;
  const read = parseFilePart(groupSchema, source, { path, value: entry }, problems);
  const id = read?.group ?? `group at ${path.join('.')}`;
  if (read) groups.push({ path, id, retry: buildRetryPolicy(read.retry)! });
  const inside = readStepList(reading, [...path, 'steps'], id);
  if (!('steps' in entry))
    problems.push(source.createProblemAt([...path, 'group'], 'a group needs steps', null, 'key'));
  return inside;
}

function readStep(
  reading: ReadStepsDeps,
  { path, entry, group }: StepEntry & { readonly entry: object },
): readonly StepDraft[] {
  const { source, kinds, problems } = reading;
  const named = kinds.filter(({ kind }) => kind in entry);
  const kind = named[0];
  if (!kind || named.length > 1) {
    problems.push(kind ? createTwoKindsProblem(source, path, named) : createUnknownKindProblem(reading, path, entry));
    return [];
  }
  const { [kind.kind]: written, ...rest } = entry as Record<string, unknown>;
  const fields = parseFilePart(stepFieldsSchema, source, { path, value: rest }, problems);
  if (fields?.timeout === 0)
    problems.push(source.createProblemAt([...path, 'timeout'], 'a timeout of nothing lets no step end'));
  const parameters = parseFilePart(
    kind.schema,
    source,
    buildParametersPart(kind, [...path, kind.kind], written),
    problems,
  );
  return fields && parameters !== undefined ? [{ kind, path, fields, parameters, group }] : [];
}

/** A bare value stands for the kind's main parameter; nothing at all for every default. */
function buildParametersPart({ shorthand }: StepKind, path: YamlPath, written: unknown) {
  if (written === null || written === undefined) return { path, value: {} };
  if (shorthand === undefined || (isContainer(written) && !Array.isArray(written))) return { path, value: written };
  return { path, value: { [shorthand]: written }, shorthand };
}

function createTwoKindsProblem(source: YamlSource, path: YamlPath, named: readonly StepKind[]): Problem {
  const names = named.map(({ kind }) => kind);
  return source.createProblemAt(
    [...path, names[1]!],
    `one step, one kind: this one is ${names.join(' and ')}`,
    'begin another step with "- "',
    'key',
  );
}

function createUnknownKindProblem(reading: ReadStepsDeps, path: YamlPath, entry: object): Problem {
  const strange = Object.keys(entry).find((key) => !(key in stepFields));
  const known = listKindNames(reading);
  if (strange === undefined)
    return reading.source.createProblemAt(
      path,
      'this step does not say what is done',
      `the kinds of step are ${known.join(', ')}`,
    );
  const isBare = reading.source.readWrittenText(path) !== undefined;
  const at = isBare ? path : [...path, strange];
  return reading.source.createProblemAt(
    at,
    `unknown kind of step "${strange}"`,
    suggestKnownWord(strange, [...known, 'group']),
    isBare ? 'value' : 'key',
  );
}

function listKindNames({ kinds }: ReadStepsDeps): readonly string[] {
  return kinds.map(({ kind }) => kind);
}
