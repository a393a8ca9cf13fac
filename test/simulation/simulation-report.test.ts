import { describe, expect, it } from 'vitest';
import { evaluateGoals, figureNames, hasMetGoals, measureFigure } from '../../src/simulation/figures/figures.ts';
import { addTally, createTally, type Tally } from '../../src/simulation/figures/tally.ts';
import { formatPopulationTable } from '../../src/simulation/population-table.ts';
import { formatSimulationReport } from '../../src/simulation/simulation-report.ts';
import { shippedPopulation } from './line.ts';

const tally = (change: Partial<Tally> = {}): Tally => {
  const own = createTally();
  own.confusion.good.pass = 970;
  own.confusion.bad.scrap = 30;
  return Object.assign(
    own,
    { units: 1000, runs: 1100, failingUnits: 50, runsOfFailingUnits: 150, failuresUntilStop: [3, 5, 4], hours: 10 },
    change,
  );
};
const { goals } = shippedPopulation();

describe('the report of a simulation', () => {
  it.each<[string, Partial<Tally>]>([
    ['shipped after failing per million', { escapes: { neverFailed: 0, failedBefore: 1, notCovered: 0 } }],
    ['good scrapped', { confusion: { ...tally().confusion, good: { ...tally().confusion.good, scrap: 1 } } }],
    ['good repaired of failing', { goodRepaired: 1 }],
    ['runs per failing unit', { runsOfFailingUnits: 170 }],
    ['undecided per thousand', { confusion: { ...tally().confusion, bad: { ...tally().confusion.bad, hold: 2 } } }],
    ['undecided over a day', { undecidedOverDay: 1 }],
    ['wait at D8b median', { waitMinutes: { D8b: [3] } }],
    ['most in the bin', { mostInBin: [3, 26] }],
    ['wrong stops per ten thousand', { wrongStops: { S3: 1 } }],
    ['failures until stop median', { failuresUntilStop: [7, 8, 9] }],
  ])('says that a goal is missed: %s', (name, change) => {
    expect(hasMetGoals(tally(), goals)).toBe(true);
    expect(evaluateGoals(tally(change), goals).find(({ isMet }) => isMet === false)?.name).toBe(name);
    expect(hasMetGoals(tally(change), goals)).toBe(false);
  });

  it('does not call a goal met where there was nothing to measure', () => {
    const found = evaluateGoals(tally({ failuresUntilStop: [] }), goals);
    expect(found.find(({ name }) => name === 'failures until stop median')).toMatchObject({
      isMet: null,
      text: 'nothing to measure',
    });
  });

  it('measures escapes against what was shipped, and a lot that nobody ever doubted as never', () => {
    const escaped = tally({ escapes: { neverFailed: 2, failedBefore: 1, notCovered: 1 }, excursionsNotDoubted: 1 });
    expect(measureFigure(escaped, 'bad shipped ppm')).toBeCloseTo(4e6 / 970, 6);
    expect(evaluateGoals(escaped, { 'units until doubt': 7 })).toMatchObject([{ text: 'never', isMet: false }]);
  });

  it('measures the share shipped at a probability over all faces', () => {
    const point = (units: number, shipped: number) => ({ units, shipped, failed: 0 });
    const characteristic = { contact: { '0.5': point(10, 6) }, flash: { '0.5': point(10, 4), '0.9': point(8, 0) } };
    expect(measureFigure(tally({ characteristic }), 'shipped at 50 %')).toBe(50);
    expect(measureFigure(tally({ characteristic }), 'shipped at 90 %')).toBe(0);
  });

  it('shows seed, time, record hash, truth by end, escapes with the bound beside a zero, and other ways of working', () => {
    const text = formatSimulationReport({
      seed: '7',
      units: 1000,
      population: shippedPopulation(),
      tally: tally({ escapes: { neverFailed: 1, failedBefore: 0, notCovered: 0 } }),
      recordHash: 'ab'.repeat(32),
      minutes: 1.5,
      processorMinutes: 2.5,
      jobs: 2,
      baselines: [{ regime: 'retest-until-pass', tally: tally() }],
    }).join('\n');
    expect(text).toContain(
      '1,000 units, seed 7: 1.5 minutes on 2 processes (2.5 minutes of processor time), record hash abababababababab',
    );
    expect(text).toContain('never failed 1031 ppm, failed before 0 (95 % bound 3093 ppm)');
    expect(text).toContain('retest on the spot until it passes');
    expect(text).toMatch(/\| \*\*Flashline\*\* +\| by rule +\| \*\*1000\*\* +\| \*\*0\*\* +\| \*\*1.100\*\* +\|/);
    expect(text).toMatch(/\| bad +\| 0 +\| 0 +\| 0 +\| 0 +\| 0 +\| 0 +\| 0 +\| 30 +\| 0 +\| 30 +\|/);
  });

  it('puts every population into one table, and every goal into another', () => {
    const population = { name: 'noisy', title: 'A noisy line', goals: { 'good scrapped': 0 } };
    const text = formatPopulationTable([{ population, tally: tally() }]).join('\n');
    expect(text).toMatch(/\| noisy +\| 1,000 +\| 0 \/ 0 \/ 0 +\|/);
    expect(text).toMatch(/\| noisy +\| good scrapped +\| <= 0 +\| 0 +\| met +\|/);
  });

  it('knows every goal that a population file may set', () => {
    for (const name of figureNames) expect(() => measureFigure(createTally(), name)).not.toThrow();
  });

  it('adds tallies up, lists and tables included', () => {
    const sum = createTally();
    const waits = { waitMinutes: { D8b: [1, 2] } };
    addTally(sum, tally({ stops: { S1: 2 }, ...waits }));
    addTally(sum, tally({ stops: { S1: 1, S3: 1 }, ...waits }));
    expect(sum).toMatchObject({ units: 2000, stops: { S1: 3, S3: 1 }, failuresUntilStop: [3, 5, 4, 3, 5, 4] });
    expect(sum.waitMinutes).toEqual({ D8b: [1, 2, 1, 2] });
    expect(sum.confusion.good.pass).toBe(1940);
  });
});
