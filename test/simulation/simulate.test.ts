import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { countUndecided } from '../../src/simulation/figures/figures.ts';
import { conditionNames } from '../../src/simulation/population/conditions.ts';
import { writeSeededKey } from '../../src/simulation/seeded-key.ts';
import { simulateLot } from '../../src/simulation/simulate-lot.ts';
import { countLots, hashLotRecords, simulatePopulationLot } from '../../src/simulation/simulate-population.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { inFolder, lineRecipe, shippedPopulation, simulationOf, station } from './line.ts';

const LIMIT_MS = 60_000;

describe('a simulated lot', () => {
  it(
    'ends with every unit somewhere, none lost, nothing good scrapped, no run beyond the budget',
    async () => {
      const { tally } = await inFolder((folder) => simulatePopulationLot(simulationOf(folder, { units: 160 }), 0));
      const ends = Object.values(tally.confusion);
      expect(tally.units).toBe(160);
      expect(ends.reduce((sum, { lost }) => sum + lost, 0)).toBe(0);
      expect(tally.confusion.good.scrap).toBe(0);
      expect(tally).toMatchObject({ goodReworked: 0, wrongStops: {} });
      expect(tally.failingUnits).toBeGreaterThan(0);
      expect(tally.lineHours).toBeLessThanOrEqual(tally.hours);
      expect(tally.overBudget).toBe(0);
      expect(tally.referenceRuns).toBeGreaterThanOrEqual(24);
    },
    LIMIT_MS,
  );

  it(
    'leaves the same record byte for byte for the same seed, and another for another',
    async () => {
      const hashes = await inFolder(async (folder) => {
        const hashOf = async (seed: string) =>
          (await simulatePopulationLot(simulationOf(folder, { units: 40, seed }), 0)).recordHash;
        return [await hashOf('one'), await hashOf('one'), await hashOf('two')];
      });
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(hashes[1]).toBe(hashes[0]);
      expect(hashes[2]).not.toBe(hashes[0]);
    },
    LIMIT_MS,
  );

  it(
    'leaves the same files, not only the same chain: tables, evidence, signed heads and key',
    async () => {
      const [first, second] = await inFolder(async (folder) => [await filesOfLot(folder), await filesOfLot(folder)]);
      expect([...first!.keys()]).toEqual(expect.arrayContaining(['record.db', 'chain-head.log', 'station.key']));
      expect(second).toEqual(first);
    },
    LIMIT_MS,
  );

  it(
    'lets no record know the truth',
    async () => {
      const text = await inFolder(async (folder) => {
        const directory = mkdtempSync(join(folder, 'record-'));
        const { name, fixtures } = station;
        await simulateLot({
          seed: 'truth',
          units: 90,
          population: shippedPopulation(),
          lot: 0,
          recipe: lineRecipe(),
          station: name,
          fixtures,
          policy: defaultPolicy,
          directory,
        });
        const database = new DatabaseSync(join(directory, 'record.db'), { readOnly: true });
        const bodies = database
          .prepare('SELECT body FROM records')
          .all()
          .map((row) => String(row['body']));
        database.close();
        return bodies.join('\n');
      });
      const hyphenated = conditionNames.filter((name) => name.includes('-'));
      expect(text).toContain('dfu/erase-stalled');
      expect(hyphenated.filter((name) => text.includes(`"${name}"`))).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'shows what the other ways of working come to on the same units',
    async () => {
      const under = (regime: 'scrap-on-failure' | 'retest-until-pass' | 'one-fixture') =>
        inFolder(
          async (folder) => (await simulatePopulationLot(simulationOf(folder, { units: 100, regime }), 0)).tally,
        );
      const scrapping = await under('scrap-on-failure');
      expect(scrapping.confusion.good.scrap).toBeGreaterThan(0);
      const retesting = await under('retest-until-pass');
      expect(retesting.confusion.good.scrap).toBe(0);
      expect(retesting.runsOfFailingUnits / retesting.failingUnits).toBeGreaterThan(4);
      expect(countUndecided(retesting)).toBeGreaterThan(0);
      expect((await under('one-fixture')).runs).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );
});

/** SHA-256 of each file that a lot leaves, by name. */
async function filesOfLot(folder: string): Promise<ReadonlyMap<string, string>> {
  const directory = mkdtempSync(join(folder, 'record-'));
  writeSeededKey(directory, 'files');
  const { name, fixtures } = station;
  const lot = {
    seed: 'files',
    units: 40,
    population: shippedPopulation(),
    lot: 0,
    recipe: lineRecipe(),
    station: name,
    fixtures,
    policy: defaultPolicy,
    directory,
  };
  await simulateLot(lot);
  const names = readdirSync(directory).sort();
  return new Map(names.map((file) => [file, computeSha256Hex(readFileSync(join(directory, file)))]));
}

describe('a population in lots', () => {
  it('has as many lots as it needs, and one hash over all of them in their order', () => {
    const population = shippedPopulation();
    const { unitsPerLot } = population;
    expect([1, unitsPerLot, unitsPerLot + 1].map((units) => countLots(units, population))).toEqual([1, 1, 2]);
    const lot = (number: number, recordHash: string) =>
      ({ lot: number, recordHash }) as Parameters<typeof hashLotRecords>[0][number];
    expect(hashLotRecords([lot(1, 'b'), lot(0, 'a')])).toBe(hashLotRecords([lot(0, 'a'), lot(1, 'b')]));
    expect(hashLotRecords([lot(0, 'b'), lot(1, 'a')])).not.toBe(hashLotRecords([lot(0, 'a'), lot(1, 'b')]));
  });
});
