// What `flashline simulate` is told: options as written, and the simulation that they describe.

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { findSyntheticImage } from '../../../bench/photon/find-synthetic-image.ts';
import { createImageSource } from '../../../recipe/load/image-source.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import { stepKinds } from '../../../recipe/steps/step-kinds.ts';
import { loadPopulation } from '../../../simulation/population/load-population.ts';
import type { SimulationOptions } from '../../../simulation/simulate-population.ts';
import { type TestStrategy, testStrategies } from '../../../simulation/test-strategies.ts';
import { loadStation } from '../../../station/file/load-station.ts';
import { FIRMWARE_FOLDER, findRecipeOrStationFile as findFile } from '../../input/file-locations.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import type { SimulateOptions } from './simulate-verb.ts';

/** Memory as a disk: the record is synced at every step, and what is simulated need not survive a power cut. */
const MEMORY_FOLDER = '/dev/shm';

/** Reads population, recipe and station. Throws StationError for what cannot be read. */
export function readSimulation(options: SimulateOptions): SimulationOptions {
  const images = createImageSource([FIRMWARE_FOLDER], findSyntheticImage);
  const population = loadPopulation(findFile('populations', options.population), (name) =>
    findFile('populations', name),
  );
  return {
    seed: options.seed,
    units: options.units === undefined ? population.sampleUnits : parsePositiveNumber(options.units, '--units'),
    population,
    recipe: loadRecipe(findFile('recipes', options.recipe), { stepKinds, images }),
    station: loadStation(findFile('stations', options.station)),
    regime: parseTestStrategy(options.regime, Object.keys(testStrategies)),
    workFolder: existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(),
  };
}

function parseTestStrategy(name: string, known: readonly string[]): TestStrategy {
  if (known.includes(name)) return name as TestStrategy;
  throw createArgumentError(`there is no way of working named ${name}`, `known are ${known.join(', ')}`);
}

/** Arguments of a process that runs some of the lots. */
export function buildJobArguments(
  { seed, recipe, station, population }: SimulateOptions,
  regime: string,
  units: number,
): readonly string[] {
  const line = ['--recipe', recipe, '--station', station, '--population', population];
  return ['--units', String(units), '--seed', seed, '--regime', regime, ...line];
}
