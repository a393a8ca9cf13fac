// Which fixtures a recipe is run at: one that works by a debug probe, where there is a probe; any other, everywhere but at the rework bench.
import { StationError } from '../../base/station-error.ts';
import { listRecipeSteps, type Recipe } from '../../recipe/recipe.ts';
import { findStepKind } from '../../recipe/steps/step-kinds.ts';
import type { StationPlan } from './station-plan.ts';

/** The station with the fixtures that are open to the recipe. Throws StationError `station/no-fixture` when there is none. */
export function selectFixturesForRecipe(plan: StationPlan, recipe: Recipe): StationPlan {
  const usesProbe = listRecipeSteps(recipe).some(({ kind }) => findStepKind(kind)?.usesProbe);
  const fixtures = plan.fixtures.filter((place) => (usesProbe ? place.probe !== null : !place.isReworkBench));
  if (fixtures.length > 0) return { ...plan, fixtures };
  throw new StationError({
    code: 'station/no-fixture',
    message: usesProbe
      ? `${recipe.file} works by a debug probe, and no fixture of ${plan.name} has one`
      : `every fixture of ${plan.name} is a rework bench, and ${recipe.file} is no rework`,
    hint: usesProbe
      ? 'name the probe in the station file, as in: probe: { kind: st-link, serial: "066DFF3437" }'
      : 'name a fixture in the station file that is not for rework',
  });
}
