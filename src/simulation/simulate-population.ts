// A population in lots: each lot is a line of its own with its own part of the seed, so that lots can be run anywhere.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { computeSha256Hex } from '../base/digest.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { readChainHead } from '../record/chain/chain.ts';
import { openRecordFileForReading } from '../record/store/record-file.ts';
import type { FixturePlan, StationPlan } from '../station/file/station-plan.ts';
import { addTally, createTally, type Tally } from './figures/tally.ts';
import type { Population } from './population/population.ts';
import { writeSeededKey } from './seeded-key.ts';
import { simulateLot } from './simulate-lot.ts';
import { applyTestStrategy, type TestStrategy } from './test-strategies.ts';

export interface SimulationOptions {
  readonly seed: string;
  readonly units: number;
  readonly population: Population;
  readonly recipe: Recipe;
  readonly station: StationPlan;
  readonly regime: TestStrategy;
  /** Where the records of lots are kept while they run; each is removed when its lot is over. */
  readonly workFolder: string;
}

export interface LotResult {
  /** Zero-based. */
  readonly lot: number;
  readonly tally: Tally;
  /** Hash of the last record of the lot's chain: it stands for every record before it. */
  readonly recordHash: string;
}

/** How many lots a population has. */
export function countLots(units: number, { unitsPerLot }: Population): number {
  return Math.ceil(units / unitsPerLot);
}

/** How many units a lot of a population of so many has: all but the last are full. */
export function countUnitsOfLot(units: number, lot: number, { unitsPerLot }: Population): number {
  return Math.min(unitsPerLot, units - lot * unitsPerLot);
}

/** Runs one lot from its first unit to its last. */
export async function simulatePopulationLot(simulation: SimulationOptions, lot: number): Promise<LotResult> {
  const { recipe, station, workFolder, regime, population } = simulation;
  const seed = `${simulation.seed}/${lot}`;
  const directory = mkdtempSync(join(workFolder, 'flashline-simulation-'));
  try {
    writeSeededKey(directory, seed);
    const units = countUnitsOfLot(simulation.units, lot, population);
    const { name, policy } = station;
    const fixtures = selectFixtures(station.fixtures, population.fixtureCount);
    const tally = await simulateLot(
      applyTestStrategy({ seed, units, population, lot, recipe, station: name, fixtures, policy, directory }, regime),
    );
    return { lot, tally, recordHash: readLastRecordHash(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** So many of the station's fixtures; where it has fewer, more like its last one are built beside them. */
function selectFixtures(fixtures: readonly FixturePlan[], count: number | null): readonly FixturePlan[] {
  if (count === null || count <= fixtures.length) return fixtures.slice(0, count ?? fixtures.length);
  const last = fixtures.at(-1)!;
  const more = Array.from({ length: count - fixtures.length }, (_, at): FixturePlan => {
    const portPath = `9-${at + 1}`;
    return { ...last, number: last.number + at + 1, portPath, serialPath: portPath, cable: `V${last.number + at + 1}` };
  });
  return [...fixtures, ...more];
}

/** The tallies of lots added up, in the order of the lots. */
export function sumLotTallies(results: readonly LotResult[]): Tally {
  const tally = createTally();
  for (const result of results.toSorted((left, right) => left.lot - right.lot)) addTally(tally, result.tally);
  return tally;
}

/** One hash over the records of all lots, in their order. */
export function hashLotRecords(results: readonly LotResult[]): string {
  const inOrder = results.toSorted((left, right) => left.lot - right.lot);
  return computeSha256Hex(inOrder.map(({ recordHash }) => recordHash).join('\n'));
}

function readLastRecordHash(directory: string): string {
  const database = openRecordFileForReading(directory);
  try {
    return readChainHead(database).hash;
  } finally {
    database.close();
  }
}
