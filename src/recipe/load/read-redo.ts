// What retries do again: steps and groups that were done before, and kinds of step that only a retry names.

import type { RecipeStep } from '../recipe.ts';
import type { StepKind } from '../step.ts';
import { suggestion } from '../yaml/nearest-word.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { type Draft, type Group, stepOf } from './step-drafts.ts';

interface RedoReading {
  readonly source: YamlSource;
  readonly kinds: readonly StepKind[];
  readonly problems: Problem[];
  readonly groups: readonly Group[];
}

/** Checks what retries ask for; gives the steps that only a `redo` names, by a kind that needs no parameter. */
export function readRedo(
  reading: RedoReading,
  drafts: readonly Draft[],
  steps: readonly RecipeStep[],
): readonly RecipeStep[] {
  const { source, kinds, problems, groups } = reading;
  const order = [...steps.map(({ id }) => id)];
  const known = new Set([...order, ...groups.map(({ id }) => id)]);
  const bare = new Map(kinds.flatMap((kind) => bareStep(kind)));
  const recovery = new Map<string, RecipeStep>();
  for (const { path, redo, ownIds } of askingForRedo(drafts, steps, groups)) {
    for (const [at, id] of redo.entries()) {
      const place = [...path, 'retry', 'redo', at];
      if (isLater(order, id, ownIds)) {
        problems.push(source.problemAt(place, `"${id}" comes later: only what was done can be done again`));
      } else if (!known.has(id) && bare.has(id)) {
        recovery.set(id, bare.get(id)!);
      } else if (!known.has(id)) {
        const hint = suggestion(id, [...known, ...bare.keys()]);
        problems.push(source.problemAt(place, `no step or group is called "${id}"`, hint));
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

function askingForRedo(
  drafts: readonly Draft[],
  steps: readonly RecipeStep[],
  groups: readonly Group[],
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

function isLater(order: readonly string[], id: string, ownIds: readonly string[]): boolean {
  return order.indexOf(id) > Math.max(...ownIds.map((own) => order.indexOf(own)));
}

function bareStep(kind: StepKind): readonly (readonly [string, RecipeStep])[] {
  const { success, data } = kind.schema.safeParse({});
  if (!success) return [];
  const fields = { id: undefined, title: undefined, timeout: undefined, retry: undefined };
  return [[kind.kind, stepOf({ kind, path: [], fields, parameters: data, group: null }, kind.kind)]];
}
