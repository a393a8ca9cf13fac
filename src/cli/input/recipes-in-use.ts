// The recipes that a station is set up for: those that are named, else those that lie here, else the shipped ones.
import { globSync } from 'node:fs';
import { checkRecipe, loadRecipe } from '../../recipe/load/load-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { stepKinds } from '../../recipe/steps/step-kinds.ts';
import { findRecipeOrStationFile, listInputFiles } from './file-locations.ts';

export interface RecipesInUse {
  readonly recipes: readonly Recipe[];
  /** Files that seem to be recipes and have problems. */
  readonly unreadFiles: readonly string[];
}

/** A recipe as it begins: other YAML files are nobody's business here. */
const OPTIONS = { stepKinds, images: 'not-read' } as const;

/** Throws StationError for a recipe that is named and is none; others that have problems are told. */
export function findRecipesInUse(names: readonly string[]): RecipesInUse {
  if (names.length > 0) {
    const recipes = names.map((name) => loadRecipe(findRecipeOrStationFile('recipes', name), OPTIONS));
    return { recipes, unreadFiles: [] };
  }
  const own = readFoundRecipes([...globSync('recipes/*.yaml'), ...globSync('*.yaml')].sort());
  return own.recipes.length > 0 ? own : { ...own, recipes: readFoundRecipes(listInputFiles('recipes')).recipes };
}

function readFoundRecipes(files: readonly string[]): RecipesInUse {
  const checked = files.map((file) => ({ file, ...checkRecipe(file, OPTIONS) }));
  return {
    recipes: checked.flatMap(({ recipe }) => recipe ?? []),
    unreadFiles: checked
      .filter(({ file, recipe }) => recipe === undefined && file.startsWith('recipes/'))
      .map(({ file }) => file),
  };
}
