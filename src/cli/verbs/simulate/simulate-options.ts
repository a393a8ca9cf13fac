// What `flashline simulate` is told: options as written, and the simulation that they describe.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { SimulationOptions } from '../../../simulation/simulate-population.ts';
import type { TestStrategy } from '../../../simulation/test-strategies.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';

export interface SimulateOptions {
  readonly population: string;
  readonly units?: string;
  readonly seed: string;
  readonly recipe: string;
  readonly station: string;
  readonly jobs?: string;
  readonly json?: boolean;
  readonly baselines: boolean;
  readonly markdown?: string;
  readonly resume?: string;
  readonly regime: string;
  readonly lots?: string;
}

/** Memory as a disk: the record is synced at every step, and what is simulated need not survive a power cut. */
const MEMORY_FOLDER = '/dev/shm';

/** Reads population, recipe and station. Throws StationError for what cannot be read. */
export async function readSimulation(options: SimulateOptions): Promise<SimulationOptions> {
  const { loadStation } = await import('../../../station/file/load-station.ts');
  const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
  const { createImageSource } = await import('../../../recipe/load/image-source.ts');
  const { stepKinds } = await import('../../../recipe/steps/step-kinds.ts');
  const { findSyntheticImage } = await import('../../../bench/photon/find-synthetic-image.ts');
  const { loadPopulation } = await import('../../../simulation/population/load-population.ts');
  const { testStrategies } = await import('../../../simulation/test-strategies.ts');
  const { FIRMWARE_FOLDER, findRecipeOrStationFile: findFile } = await import('../../input/file-locations.ts');
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
