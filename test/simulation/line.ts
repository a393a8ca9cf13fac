// The line that simulations run in tests: the shipped station and recipe, with a folder for the record that is removed again.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSyntheticImage } from '../../src/bench/photon/find-synthetic-image.ts';
import { createImageSource } from '../../src/recipe/load/image-source.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import { loadPopulation } from '../../src/simulation/population/load-population.ts';
import type { Population } from '../../src/simulation/population/population.ts';
import type { SimulationOptions } from '../../src/simulation/simulate-population.ts';
import { loadStation } from '../../src/station/file/load-station.ts';

export const station = loadStation('stations/virtual-8.yaml');

/** A population that ships with the program. */
export function shippedPopulation(name = 'shipped'): Population {
  const findFile = (called: string): string => `populations/${called}.yaml`;
  return loadPopulation(findFile(name), findFile);
}

export function lineRecipe(): Recipe {
  return loadRecipe('recipes/photon-line.yaml', { stepKinds, images: createImageSource([], findSyntheticImage) });
}

/** Lends a folder of its own to a deed. */
export async function inFolder<Result>(deed: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'flashline-simulation-test-'));
  try {
    return await deed(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function simulationOf(workFolder: string, change: Partial<SimulationOptions> = {}): SimulationOptions {
  const population = shippedPopulation();
  const recipe = lineRecipe();
  return { seed: 'test', units: 120, population, recipe, station, regime: 'flashline', workFolder, ...change };
}
