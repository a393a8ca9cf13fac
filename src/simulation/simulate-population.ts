// A population in lots: each lot is a line of its own with its own part of the seed, so that lots can be run anywhere.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../base/digest.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { headOf } from '../record/chain/chain.ts';
import { openStoreForReading } from '../record/store/record-file.ts';
import type { StationPlan } from '../station/file/station-plan.ts';
import { addTally, newTally, type Tally } from './score/tally.ts';
import { placeSeededKey } from './seeded-key.ts';
import { simulateLot } from './simulate-lot.ts';
import { type Regime, underRegime } from './test-strategies.ts';

/** Units of one lot: about ten shifts of one operator. */
export const LOT_UNITS = 5000;

export interface Simulation {
  readonly seed: string;
  readonly units: number;
  readonly recipe: Recipe;
  readonly station: StationPlan;
  readonly regime: Regime;
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
export function lotCount(units: number): number {
  return Math.ceil(units / LOT_UNITS);
}

/** How many units a lot of a population of so many has: all but the last are full. */
export function unitsOfLot(units: number, lot: number): number {
  return Math.min(LOT_UNITS, units - lot * LOT_UNITS);
}

/** Runs one lot from its first unit to its last. */
export async function simulateOneLot(simulation: Simulation, lot: number): Promise<LotResult> {
  const { recipe, station, workFolder, regime } = simulation;
  const seed = `${simulation.seed}/${lot}`;
  const directory = mkdtempSync(join(workFolder, 'flashline-simulation-'));
  try {
    placeSeededKey(directory, seed);
    const units = unitsOfLot(simulation.units, lot);
    const { name, fixtures, policy } = station;
    const tally = await simulateLot(
      underRegime({ seed, units, recipe, station: name, fixtures, policy, directory }, regime),
    );
    return { lot, tally, recordHash: lastHash(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The tallies of lots added up, in the order of the lots. */
export function tallyOfLots(results: readonly LotResult[]): Tally {
  const tally = newTally();
  for (const result of results.toSorted((left, right) => left.lot - right.lot)) addTally(tally, result.tally);
  return tally;
}

/** One hash over the records of all lots, in their order. */
export function hashOfLots(results: readonly LotResult[]): string {
  const inOrder = results.toSorted((left, right) => left.lot - right.lot);
  return sha256Hex(inOrder.map(({ recordHash }) => recordHash).join('\n'));
}

function lastHash(directory: string): string {
  const database = openStoreForReading(directory);
  try {
    return headOf(database).hash;
  } finally {
    database.close();
  }
}
