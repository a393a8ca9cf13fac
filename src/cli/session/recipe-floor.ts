// Production has no way back: a revision older than one that ran here runs again only in somebody's name, for one start.
import { StationError } from '../../base/station-error.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import { compareRevisions } from '../../recipe/compare-revisions.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { StationLog } from '../../record/log/station-log.ts';
import { assertReason } from '../../record/people/signatures.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';

/** Floors looked back on: each recipe raises its own a few times a year. */
const LOOK_BACK = 10_000;

export interface FloorOptions {
  readonly recipe: Recipe;
  readonly operator: Person | null;
  /** Why an older revision is to run, from whoever is logged in; undefined when nobody said so. */
  readonly allowOlder: string | undefined;
}

/**
 * In production raises the floor of a recipe to the revision that begins now. Throws StationError (kind `input`)
 * `recipe/older`, `record/not-allowed`, `record/no-reason`.
 */
export async function holdRecipeFloor(
  log: StationLog,
  { mode }: Pick<StationPlan, 'mode'>,
  { recipe, operator, allowOlder }: FloorOptions,
): Promise<void> {
  if (mode !== 'production') return;
  const { name, revision, sha256 } = recipe;
  const floors = await log.findRecentEntries('recipe-floor', LOOK_BACK);
  const floor = floors.find(({ body }) => body.recipe === name)?.body;
  const difference = floor ? compareRevisions(revision, floor.revision) : 1;
  if (difference > 0) await log.append('recipe-floor', { recipe: name, revision, sha256 });
  if (difference >= 0) return;
  if (allowOlder === undefined) throw createOlderError(name, revision, floor!.revision);
  if (!operator) throw createNobodyError();
  assertPermission(operator, 'allow-older-recipe');
  assertReason(operator, allowOlder);
  const body = { recipe: name, revision, sha256, floor: floor!.revision, by: operator, reason: allowOlder };
  await log.append('older-recipe-allowed', body);
}

function createOlderError(name: string, revision: string, floor: string): StationError {
  return new StationError({
    code: 'recipe/older',
    message: `${name} revision ${revision} is older than revision ${floor}, which ran here in production`,
    hint: 'Run the newer revision. To run the older one once more, an engineer or quality says why: --operator NAME --allow-older "REASON".',
  });
}

function createNobodyError(): StationError {
  return new StationError({
    code: 'recipe/older',
    message: 'An older revision runs only in the name of somebody who may allow it',
    hint: 'Say who allows it: --operator NAME.',
  });
}
