// What retries do again: steps and groups that were done before, and kinds of step that only a retry names.

import type { RecipeStep } from '../recipe.ts';
import type { StepKind } from '../step.ts';
import { suggestKnownWord } from '../yaml/nearest-word.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { buildRecipeStep, type GroupDraft, type StepDraft } from './step-drafts.ts';

interface ReadRedoDeps {
  readonly source: YamlSource;
  readonly kinds: readonly StepKind[];
  readonly problems: Problem[];
  readonly groups: readonly GroupDraft[];
}

/** Checks what retries ask for; gives the steps that only a `redo` names, by a kind that needs no parameter. */
export function readRedo(
  reading: ReadRedoDeps,
  drafts: readonly StepDraft[],
  steps: readonly RecipeStep[],
): readonly RecipeStep[] {
  const { source, kinds, problems, groups } = reading;
  const order = [...steps.map(({ id }) => id)];
  const known = new Set([...order, ...groups.map(({ id }) => id)]);
  const bare = new Map(kinds.flatMap((kind) => buildBareStep(kind)));
  const recovery = new Map<string, RecipeStep>();
  for (const { path, redo, ownIds } of listRedoRequests(drafts, steps, groups)) {
    for (const [at, id] of redo.entries()) {
      const place = [...path, 'retry', 'redo', at];
      if (isLaterStep(order, id, ownIds)) {
        problems.push(source.createProblemAt(place, `"${id}" comes later: only what was done can be done again`));
      } else if (!known.has(id) && bare.has(id)) {
        recovery.set(id, bare.get(id)!);
      } else if (!known.has(id)) {
        const hint = suggestKnownWord(id, [...known, ...bare.keys()]);
        problems.push(source.createProblemAt(place, `no step or group is called "${id}"`, hint));
      }
    }
  }
  return [...recovery.values()];
}

interface RedoRequest {
  readonly path: YamlPath;
  readonly redo: readonly string[];
  /** The steps that are tried again. */
  readonly ownIds: readonly string[];
}

function listRedoRequests(
  drafts: readonly StepDraft[],
  steps: readonly RecipeStep[],
  groups: readonly GroupDraft[],
): readonly RedoRequest[] {
  return [
    ...drafts.map(({ path, fields }, at) => ({ path, redo: fields.retry?.redo ?? [], ownIds: [steps[at]!.id] })),
    ...groups.map(({ path, id, retry }) => ({
      path,
      redo: retry.redo,
      ownIds: steps.filter(({ group }) => group === id).map((step) => step.id),
    })),
  ];
}

function isLaterStep(order: readonly string[], id: string, ownIds: readonly string[]): boolean {
  return order.indexOf(id) > Math.max(...ownIds.map((own) => order.indexOf(own)));
}

/** A step that needs no parameter names no image. */
const NO_IMAGES: ReadonlyMap<string, number> = new Map();

function buildBareStep(kind: StepKind): readonly (readonly [string, RecipeStep])[] {
  const { success, data } = kind.schema.safeParse({});
  if (!success) return [];
  const fields = { id: undefined, title: undefined, timeout: undefined, retry: undefined };
  return [
    [kind.kind, buildRecipeStep({ kind, path: [], fields, parameters: data, group: null }, kind.kind, NO_IMAGES)],
  ];
}
