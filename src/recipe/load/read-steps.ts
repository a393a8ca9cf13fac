// The lists of steps of a recipe: each step to its kind, its id and its retry, groups kept together, references checked.
import { z } from 'zod';
import type { Permit, RecipeGroup, RecipeStep, WriteMode } from '../recipe.ts';
import type { StepKind } from '../step.ts';
import { suggestion } from '../yaml/nearest-word.ts';
import type { Problem } from '../yaml/problems.ts';
import { isContainer, readPart, valueAt } from '../yaml/schema-problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { readRedo } from './read-redo.ts';
import { groupFields, stepFields } from './recipe-schema.ts';
import { type Draft, fieldsSchema, type Group, giveIds, retryOf, stepOf } from './step-drafts.ts';

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
  /** Permissions that steps need, and where. */
  readonly permitUses: readonly { readonly permit: Permit; readonly path: YamlPath }[];
}

const groupSchema = z.strictObject({ ...groupFields, steps: z.unknown() });

interface Reading {
  readonly source: YamlSource;
  readonly kinds: readonly StepKind[];
  readonly problems: Problem[];
  readonly groups: Group[];
}

/** Reads `setup`, `steps` and `teardown`; what is wrong with them is added to `problems`. */
export function readSteps(source: YamlSource, kinds: readonly StepKind[], problems: Problem[]): StepLists {
  const reading: Reading = { source, kinds, problems, groups: [] };
  const problemsBefore = problems.length;
  const setup = readList(reading, ['setup']);
  const main = readList(reading, ['steps']);
  const teardown = readList(reading, ['teardown']);
  const drafts = [...setup, ...main, ...teardown];
  const isRead = problems.length === problemsBefore;
  if (main.length === 0 && isRead && valueAt(source.data, ['steps']) !== undefined) {
    problems.push(
      source.problemAt(
        ['steps'],
        'a recipe needs at least one step',
        'steps: is the list of what is done to a unit',
        'key',
      ),
    );
  }
  const ids = giveIds(reading, drafts);
  const toSteps = (list: readonly Draft[]): readonly RecipeStep[] =>
    list.map((draft) => stepOf(draft, ids.get(draft)!));
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
        path: source.pathOfWord([...path, kind.kind], name),
        kind: kind.kind,
        writes: kind.writes,
      })),
    ),
    misplacedLast: drafts
      .filter((draft) => draft.kind.isLast && draft !== main.at(-1))
      .map(({ path, kind }) => [...path, kind.kind]),
    permitUses: drafts.flatMap(({ kind, parameters, path }) =>
      (kind.permitsUsed?.(parameters) ?? []).map((permit) => ({ permit, path: [...path, kind.kind] })),
    ),
  };
}

function readList(reading: Reading, path: YamlPath, group: string | null = null): readonly Draft[] {
  const { source, problems } = reading;
  const list = valueAt(source.data, path);
  if (list === undefined || (list === null && group === null)) return [];
  if (!Array.isArray(list)) {
    problems.push(source.problemAt(path, 'a list of steps is expected here', 'begin each step with "- "'));
    return [];
  }
  if (list.length > MAX_STEPS)
    problems.push(source.problemAt(path, `a list has at most ${MAX_STEPS} steps`, null, 'key'));
  return list.slice(0, MAX_STEPS).flatMap((entry, at) => readEntry(reading, { path: [...path, at], entry, group }));
}

interface Entry {
  readonly path: YamlPath;
  readonly entry: unknown;
  readonly group: string | null;
}

function readEntry(reading: Reading, { path, entry, group }: Entry): readonly Draft[] {
  const { source, problems } = reading;
  if (typeof entry === 'string') return readStep(reading, { path, entry: { [entry]: null }, group });
  if (!isContainer(entry) || Array.isArray(entry)) {
    problems.push(
      source.problemAt(path, 'a step is expected here', `the kinds of step are ${kindNames(reading).join(', ')}`),
    );
    return [];
  }
  if (!('group' in entry)) return readStep(reading, { path, entry, group });
  if (group !== null)
    problems.push(source.problemAt([...path, 'group'], 'a group cannot hold another group', null, 'key'));
  return group === null ? readGroup(reading, path, entry) : [];
}

function readGroup(reading: Reading, path: YamlPath, entry: object): readonly Draft[] {
  const { source, problems, groups } = reading;
  const read = readPart(groupSchema, source, { path, value: entry }, problems);
  const id = read?.group ?? `group at ${path.join('.')}`;
  if (read) groups.push({ path, id, retry: retryOf(read.retry)! });
  const inside = readList(reading, [...path, 'steps'], id);
  if (!('steps' in entry)) problems.push(source.problemAt([...path, 'group'], 'a group needs steps', null, 'key'));
  return inside;
}

function readStep(reading: Reading, { path, entry, group }: Entry & { readonly entry: object }): readonly Draft[] {
  const { source, kinds, problems } = reading;
  const named = kinds.filter(({ kind }) => kind in entry);
  const kind = named[0];
  if (!kind || named.length > 1) {
    problems.push(kind ? twoKinds(source, path, named) : noKind(reading, path, entry));
    return [];
  }
  const { [kind.kind]: written, ...rest } = entry as Record<string, unknown>;
  const fields = readPart(fieldsSchema, source, { path, value: rest }, problems);
  if (fields?.timeout === 0)
    problems.push(source.problemAt([...path, 'timeout'], 'a timeout of nothing lets no step end'));
  const parameters = readPart(kind.schema, source, parametersPart(kind, [...path, kind.kind], written), problems);
  return fields && parameters !== undefined ? [{ kind, path, fields, parameters, group }] : [];
}

/** A bare value stands for the kind's main parameter; nothing at all for every default. */
function parametersPart({ shorthand }: StepKind, path: YamlPath, written: unknown) {
  if (written === null || written === undefined) return { path, value: {} };
  if (shorthand === undefined || (isContainer(written) && !Array.isArray(written))) return { path, value: written };
  return { path, value: { [shorthand]: written }, shorthand };
}

function twoKinds(source: YamlSource, path: YamlPath, named: readonly StepKind[]): Problem {
  const names = named.map(({ kind }) => kind);
  return source.problemAt(
    [...path, names[1]!],
    `one step, one kind: this one is ${names.join(' and ')}`,
    'begin another step with "- "',
    'key',
  );
}

function noKind(reading: Reading, path: YamlPath, entry: object): Problem {
  const strange = Object.keys(entry).find((key) => !(key in stepFields));
  const known = kindNames(reading);
  if (strange === undefined)
    return reading.source.problemAt(
      path,
      'this step does not say what is done',
      `the kinds of step are ${known.join(', ')}`,
    );
  const isBare = reading.source.writtenAt(path) !== undefined;
  const at = isBare ? path : [...path, strange];
  return reading.source.problemAt(
    at,
    `unknown kind of step "${strange}"`,
    suggestion(strange, [...known, 'group']),
    isBare ? 'value' : 'key',
  );
}

function kindNames({ kinds }: Reading): readonly string[] {
  return kinds.map(({ kind }) => kind);
}
