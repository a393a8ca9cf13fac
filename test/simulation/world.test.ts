import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { goodUnit, gradeTruth, LineTruth, type UnitTruth } from '../../src/simulation/population/line-truth.ts';
import type { DefectRate, FixtureTrouble, Population } from '../../src/simulation/population/population.ts';
import { shippedPopulation } from './line.ts';

const shareOf = (items: readonly { readonly share: number }[]): number =>
  items.reduce((sum, { share }) => sum + share, 0);
const shipped = shippedPopulation();
const worldOf = (seed: string, change: Partial<Population> = {}, more: { lot?: number; stepKinds?: string[] } = {}) =>
  new LineTruth(createSeededRandom(seed), {
    population: { ...shipped, ...change },
    fixtures: [1, 2],
    lot: 0,
    stepKinds: [],
    ...more,
  });
const drawUnits = (world: LineTruth, count: number): readonly UnitTruth[] =>
  Array.from({ length: count }, () => world.drawUnit());
/** Without anything that fails a run but the unit itself and its fixture's trouble. */
const quiet = {
  oneOffs: { ...shipped.oneOffs, share: 0, usbFlakeShare: 0 },
  cables: { ...shipped.cables, breaksPerPlugIn: 0 },
  station: { ...shipped.station, hostErrorShare: 0 },
};
const defect: DefectRate = {
  fault: 'dead-sector',
  share: 1,
  isCurable: false,
  failShares: { values: [1] },
  coveredBy: true,
  units: null,
  panel: null,
  lots: null,
};
const trouble: FixtureTrouble = {
  fixtures: [1],
  failFrom: 0,
  failTo: 0.6,
  overPlugIns: 100,
  faces: [{ fault: 'unplug-in-flash', share: 1 }],
  sector: null,
  curedBy: 'cable',
  onlyFor: [],
  window: null,
};
const failingShare = (world: LineTruth, unit: UnitTruth, fixture: number): number => {
  const runs = Array.from({ length: 4_000 }, () => world.drawOutcome(unit, fixture).condition);
  return runs.filter((condition) => condition !== 'good').length / runs.length;
};
const plugIn = (world: LineTruth, each: number): void => {
  for (let time = 0; time < each; time += 1) for (const fixture of [1, 2]) world.plugIn(fixture);
};

describe('the population', () => {
  it('has 3 % defective units in all, and faces that add up', () => {
    expect(shareOf(shipped.defects)).toBeCloseTo(0.03, 6);
    expect(shareOf(shipped.oneOffs.faces)).toBeCloseTo(1, 6);
  });

  it('draws units at the rates it names, each with its probability to fail', () => {
    const units = drawUnits(worldOf('rates'), 40_000);
    expect(units.filter((unit) => gradeTruth(unit) === 'bad').length / 40_000).toBeCloseTo(0.03, 2);
    const between = units.filter(({ failShare }) => failShare > 0 && failShare < 1);
    expect(between.length).toBeGreaterThan(60);
    expect(between.every(({ failShare }) => failShare >= 0.1 && failShare <= 0.9)).toBe(true);
  });

  it('calls a unit good up to one failure in a thousand runs, and bad from one in twenty', () => {
    const grades = [0, 0.001, 0.002, 0.049, 0.05, 1].map((failShare) => gradeTruth({ ...goodUnit, failShare }));
    expect(grades).toEqual(['good', 'good', 'between', 'between', 'bad', 'bad']);
  });

  it('fails a unit in as many of its runs as its probability says, whatever else happens in them', () => {
    const always: UnitTruth = { ...goodUnit, condition: 'serial-silent', failShare: 1, isCurable: false };
    const fates = Array.from({ length: 5_000 }, () => worldOf('hard').drawOutcome(always, 1).condition);
    expect(fates).not.toContain('good');
    expect(fates).not.toContain('hub-drop');
    expect(failingShare(worldOf('half', quiet), { ...always, failShare: 0.5 }, 1)).toBeCloseTo(0.5, 1);
  });

  it('never fails a run by a defect that the recipe does not cover', () => {
    const coldStart = { ...defect, coveredBy: 'power-cycle' };
    const defects = [coldStart];
    const unseen = worldOf('cover', { ...quiet, defects }).drawUnit();
    expect(gradeTruth(unseen)).toBe('bad');
    expect(failingShare(worldOf('cover', { ...quiet, defects }), unseen, 1)).toBe(0);
    const seen = worldOf('cover', { ...quiet, defects }, { stepKinds: ['power-cycle'] });
    expect(failingShare(seen, seen.drawUnit(), 1)).toBe(1);
  });

  it('puts the defect of a reel, a panel position or a lot where it belongs', () => {
    const badNumbers = (change: Partial<DefectRate>, lot = 0): readonly number[] => {
      const world = worldOf('place', { defects: [{ ...defect, ...change }], variety: [] }, { lot });
      return drawUnits(world, 8).flatMap(({ failShare }, at) => (failShare > 0 ? [at + 1] : []));
    };
    expect(badNumbers({ units: { from: 3, to: 5 } })).toEqual([3, 4, 5]);
    expect(badNumbers({ panel: { position: 2, of: 4 } })).toEqual([2, 6]);
    expect(badNumbers({ lots: { position: 2, of: 3 } }, 0)).toEqual([]);
    expect(badNumbers({ lots: { position: 2, of: 3 } }, 4)).toHaveLength(8);
  });

  it('wears cables until they break, and mends them by a new cable or a new port', () => {
    const world = worldOf('wear');
    let plugIns = 0;
    while (!world.plugIn(1)) plugIns += 1;
    expect(plugIns).toBeGreaterThan(10);
    expect(world.isFixtureBad(1)).toBe(true);
    world.replaceCable(1);
    world.replacePort(1);
    expect(world.isFixtureBad(1)).toBe(false);
  });

  it('lets a cable get worse from plug-in to plug-in, and begin anew when it is replaced', () => {
    const world = worldOf('worse', { ...quiet, fixtureTroubles: [trouble] });
    expect(failingShare(world, goodUnit, 1)).toBe(0);
    plugIn(world, 50);
    expect(failingShare(world, goodUnit, 1)).toBeCloseTo(0.3, 1);
    expect(failingShare(world, goodUnit, 2)).toBe(0);
    plugIn(world, 100);
    expect(failingShare(world, goodUnit, 1)).toBeCloseTo(0.6, 1);
    world.replaceCable(1);
    expect(failingShare(world, goodUnit, 1)).toBe(0);
  });

  it('keeps trouble that nothing cures, shows it at its sector, and only at its time of day', () => {
    const window = { every: 100, from: 50, to: 100, times: 0 };
    const rail: FixtureTrouble = {
      ...trouble,
      failFrom: 1,
      failTo: 1,
      faces: [{ fault: 'dead-sector', share: 1 }],
      sector: 9,
      curedBy: 'nothing',
      window,
    };
    const world = worldOf('rail', { ...quiet, fixtureTroubles: [rail] });
    world.replaceCable(1);
    world.replacePort(1);
    expect(world.drawOutcome(goodUnit, 1)).toMatchObject({ condition: 'dead-sector', sector: 9 });
    plugIn(world, 60);
    expect(world.drawOutcome(goodUnit, 1).condition).toBe('good');
  });
});
