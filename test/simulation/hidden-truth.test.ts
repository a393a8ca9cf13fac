// What no rule can know changes no record, and what the score says of it is what chance says: the truth stays hidden.
import { describe, expect, it } from 'vitest';
import type { Tally } from '../../src/simulation/figures/tally.ts';
import type { DefectRate, Population } from '../../src/simulation/population/population.ts';
import { simulatePopulationLot } from '../../src/simulation/simulate-population.ts';
import type { TestStrategy } from '../../src/simulation/test-strategies.ts';
import { inFolder, shippedPopulation, simulationOf } from './line.ts';

const LIMIT_MS = 60_000;
const shipped = shippedPopulation();
/** Without variety, whose draws would tell good units from others. */
const plain: Population = { ...shipped, variety: [] };
const defect: DefectRate = {
  fault: 'serial-silent',
  share: 1,
  isCurable: false,
  failShares: { values: [1] },
  coveredBy: true,
  units: null,
  panel: null,
  lots: null,
};
/** A line on which nothing fails but units. */
const quiet: Population = {
  ...plain,
  oneOffs: { ...shipped.oneOffs, share: 0, usbFlakeShare: 0 },
  cables: { ...shipped.cables, breaksPerPlugIn: 0 },
  station: { ...shipped.station, hostErrorShare: 0, hubResetsPerRun: 0, killsPerRun: 0 },
  people: {
    ...shipped.people,
    wrongFixtureShare: 0,
    instructionIgnoredShare: 0,
    onceMoreShare: 0,
    labelMixedUpShare: 0,
    pulledOutShare: 0,
  },
};

const simulate = (population: Population, units: number, regime: TestStrategy = 'flashline') =>
  inFolder((folder) => simulatePopulationLot(simulationOf(folder, { seed: 'hidden', population, units, regime }), 0));

const sumEscapes = ({ escapes }: Tally): number => escapes.neverFailed + escapes.failedBefore + escapes.notCovered;

describe('the hidden truth of a simulated lot', () => {
  it(
    'leaves the same record byte for byte where every unit is bad in a way that no run shows, and counts each as an escape',
    async () => {
      const unseen = { ...defect, coveredBy: false };
      const good = await simulate({ ...plain, defects: [] }, 50);
      const bad = await simulate({ ...plain, defects: [unseen] }, 50);
      const seen = await simulate({ ...plain, defects: [{ ...defect, share: 0.2 }] }, 50);
      expect(bad.recordHash).toBe(good.recordHash);
      expect(seen.recordHash).not.toBe(good.recordHash);
      expect(sumEscapes(good.tally)).toBe(0);
      expect(bad.tally.escapes.notCovered).toBeGreaterThan(45);
    },
    LIMIT_MS,
  );

  it(
    'gives the operating characteristic that one run has by arithmetic: of p so many are shipped as pass it',
    async () => {
      const defects = [{ ...defect, failShares: { values: [0.5, 0.9] } }];
      const { tally } = await simulate({ ...quiet, defects }, 160, 'scrap-on-failure');
      const points = tally.characteristic['contact']!;
      expect(points['0.5']!.units + points['0.9']!.units).toBe(160);
      for (const [place, { units, shipped: count, failed }] of Object.entries(points)) {
        const share = 1 - Number(place);
        const deviation = Math.sqrt((share * (1 - share)) / units);
        expect(Math.abs(count / units - share)).toBeLessThan(3.5 * deviation);
        expect(failed).toBe(units - count);
      }
      expect(tally.escapes.neverFailed).toBe(points['0.5']!.shipped + points['0.9']!.shipped);
      expect(tally.escapes.failedBefore).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'ships few of the units that fail most of their runs by Flashline’s rules, and nearly all by retesting until they pass',
    async () => {
      const defects = [{ ...defect, failShares: { values: [0.6] } }];
      const own = (await simulate({ ...quiet, defects }, 40)).tally.escapes;
      const naive = (await simulate({ ...quiet, defects }, 40, 'retest-until-pass')).tally.escapes;
      expect(naive.failedBefore).toBeGreaterThan(10);
      expect(own.failedBefore).toBeLessThan(naive.failedBefore / 2);
    },
    LIMIT_MS,
  );
});
