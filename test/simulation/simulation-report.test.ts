import { describe, expect, it } from 'vitest';
import { addTally, createTally, type Tally } from '../../src/simulation/score/tally.ts';
import { evaluateTargets, formatSimulationReport, hasMetTargets } from '../../src/simulation/simulation-report.ts';

const tally = (change: Partial<Tally> = {}): Tally => {
  const own = createTally();
  own.confusion.good.pass = 970;
  own.confusion.hard.scrap = 30;
  return Object.assign(
    own,
    { units: 1000, runs: 1100, failingUnits: 50, runsOfFailingUnits: 150, failuresUntilStop: [3, 5, 4], hours: 10 },
    change,
  );
};

describe('the report of a simulation', () => {
  it('prints 3/n beside each zero, n being the units presented', () => {
    const [bad, good] = evaluateTargets(tally());
    expect(bad!.found).toBe('0 of 30 bad units (95 % bound 1.0e-1)');
    expect(good!.found).toBe('0 of 970 good units (95 % bound 3.1e-3)');
  });

  it.each<[string, Partial<Tally>]>([
    ['bad unit passed', { confusion: { ...tally().confusion, hard: { ...tally().confusion.hard, pass: 1 } } }],
    ['good unit scrapped', { confusion: { ...tally().confusion, good: { ...tally().confusion.good, scrap: 1 } } }],
    ['good unit sent to rework', { goodReworked: 1 }],
    ['runs per failing unit, mean', { runsOfFailingUnits: 170 }],
    ['failing units until a bad fixture is stopped, median', { failuresUntilStop: [7, 8, 9] }],
    ['fixtures stopped wrongly', { wrongStops: { S3: 2 } }],
  ])('says that a target is missed: %s', (name, change) => {
    expect(hasMetTargets(tally())).toBe(true);
    expect(evaluateTargets(tally(change)).find((target) => target.isMet === false)?.name).toBe(name);
    expect(hasMetTargets(tally(change))).toBe(false);
  });

  it('does not call a target met where there was nothing to measure', () => {
    expect(
      evaluateTargets(tally({ failuresUntilStop: [] })).find(({ name }) => name.startsWith('failing units')),
    ).toMatchObject({ isMet: null, found: 'no fixture broke' });
  });

  it('shows seed, time, record hash, truth by end, and the other ways of working', () => {
    const summary = {
      seed: '7',
      units: 1000,
      tally: tally(),
      recordHash: 'ab'.repeat(32),
      minutes: 1.5,
      processorMinutes: 2.5,
      jobs: 2,
    };
    const text = formatSimulationReport({
      ...summary,
      baselines: [{ regime: 'retest-until-pass', tally: tally() }],
    }).join('\n');
    expect(text).toContain(
      '1,000 units, seed 7: 1.5 minutes on 2 processes (2.5 minutes of processor time), record hash abababababababab',
    );
    expect(text).toContain('retest on the spot until it passes');
    expect(text).toMatch(/\| hard +\| 0 +\| 0 +\| 0 +\| 0 +\| 30 +\|/);
  });

  it('adds tallies up, lists and tables included', () => {
    const sum = createTally();
    addTally(sum, tally({ stops: { S1: 2 } }));
    addTally(sum, tally({ stops: { S1: 1, S3: 1 } }));
    expect(sum).toMatchObject({ units: 2000, stops: { S1: 3, S3: 1 }, failuresUntilStop: [3, 5, 4, 3, 5, 4] });
    expect(sum.confusion.good.pass).toBe(1940);
  });
});
