// Steps between reading and recipe: what one step says, and the id it gets among all others.
import { z } from 'zod';
import type { RecipeStep, RetryPolicy } from '../recipe.ts';
import type { StepKind } from '../step.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { type retrySchema, stepFields } from './recipe-schema.ts';

/** A step as read, before it has an id. */
export interface StepDraft {
  readonly kind: StepKind;
  readonly path: YamlPath;
  readonly fields: StepFields;
  readonly parameters: unknown;
  readonly group: string | null;
}

export interface GroupDraft {
  readonly path: YamlPath;
  readonly id: string;
  readonly retry: RetryPolicy;
}

const MIB = 1024 * 1024;

type StepFields = z.output<typeof stepFieldsSchema>;

/** What every step may say beside its kind. */
export const stepFieldsSchema = z.strictObject(stepFields);

/** What ids are given among, and where their trouble goes. */
interface AssignStepIdsDeps {
  readonly source: YamlSource;
  readonly problems: Problem[];
  readonly groups: readonly GroupDraft[];
}

/** An id for every step: its own, or its kind's name, counted where that is taken. */
export function assignStepIds(
  { source, problems, groups }: AssignStepIdsDeps,
  drafts: readonly StepDraft[],
): ReadonlyMap<StepDraft, string> {
  const taken = new Set<string>();
  const claim = (id: string, path: YamlPath): void => {
    if (taken.has(id))
      problems.push(
        source.createProblemAt(path, `the id "${id}" is taken by another step or group`, 'give each its own'),
      );
    taken.add(id);
  };
  for (const { id, path } of groups) claim(id, [...path, 'group']);
  for (const { fields, path } of drafts) if (fields.id !== undefined) claim(fields.id, [...path, 'id']);
  return new Map(drafts.map((draft) => [draft, draft.fields.id ?? claimFreeId(draft.kind.kind, taken)]));
}

function claimFreeId(kind: string, taken: Set<string>): string {
  let id = kind;
  for (let count = 2; taken.has(id); count += 1) id = `${kind}-${count}`;
  taken.add(id);
  return id;
}

/** The step as it goes into the recipe. */
export function buildRecipeStep(
  { kind, fields, parameters, group }: StepDraft,
  id: string,
  imageBytes: ReadonlyMap<string, number>,
): RecipeStep {
  const bytes = (kind.imagesUsed?.(parameters) ?? []).reduce((sum, name) => sum + (imageBytes.get(name) ?? 0), 0);
  return {
    id,
    kind: kind.kind,
    title: fields.title ?? null,
    parameters,
    timeoutMs: fields.timeout ?? kind.defaultTimeoutMs + Math.floor(bytes / MIB) * (kind.addedTimeoutMs ?? 0),
    retry: buildRetryPolicy(fields.retry),
    group,
  };
}

/** The retry of a step or a group; null where none is written. */
export function buildRetryPolicy(written: z.output<typeof retrySchema> | undefined): RetryPolicy | null {
  return written ? { times: written.times, delayMs: written.after, redo: written.redo } : null;
}
