// The frontier that rules are held against: what it comes to for the shipped line, and that it is one.
import { describe, expect, it } from 'vitest';
import { createTally } from '../../src/simulation/figures/tally.ts';
import { formatFrontierLines } from '../../src/simulation/frontier-lines.ts';
import { calculateFrontier } from '../../src/simulation/score/frontier.ts';
import { shippedPopulation } from './line.ts';

describe('the frontier of a population', () => {
  const points = calculateFrontier(shippedPopulation());

  it('is what an independent solution found for the shipped line: passes asked, escapes and runs', () => {
    const at = (worth: number) => points.find(({ worthRuns }) => worthRuns === worth)!;
    expect(at(100)).toMatchObject({ passesFirst: 1, passesAfterFailure: 2 });
    expect(at(400)).toMatchObject({ passesFirst: 1, passesAfterFailure: 3 });
    expect(at(3000)).toMatchObject({ passesFirst: 2, passesAfterFailure: 7 });
    const isNear = (value: number, other: number): boolean => Math.abs(value / other - 1) < 0.1;
    expect(isNear(at(100).neverFailedPerMillion, 1467)).toBe(true);
    expect(isNear(at(100).failedBeforePerMillion, 352)).toBe(true);
    expect(isNear(at(400).failedBeforePerMillion, 218)).toBe(true);
    expect(at(100).runsPerUnit).toBeCloseTo(1.107, 2);
    expect(at(3000).runsPerUnit).toBeCloseTo(2.33, 1);
  });

  it('never gets worse in escapes when an escape is worth more, nor cheaper in runs', () => {
    const escapes = points.map((point) => point.neverFailedPerMillion + point.failedBeforePerMillion);
    const runs = points.map(({ runsPerUnit }) => runsPerUnit);
    expect(escapes).toEqual(escapes.toSorted((left, right) => right - left));
    expect(runs).toEqual(runs.toSorted((left, right) => left - right));
  });

  it('is compared with the rules at their own cost: between two points on the line from one to the other', () => {
    const [low, high] = points as [(typeof points)[0], (typeof points)[0]];
    const units = 1e6;
    const runs = (units * (low.runsPerUnit + high.runsPerUnit)) / 2;
    const escapes = { neverFailed: 1400, failedBefore: 150, notCovered: 0 };
    const text = formatFrontierLines(shippedPopulation(), { ...createTally(), units, runs, escapes }).join('\n');
    const middle = (low.failedBeforePerMillion + high.failedBeforePerMillion) / 2;
    expect(text).toContain(`ships ${middle.toFixed(0)} bad units per million after a failure`);
    expect(text).toContain('the rules ship 150 (1550).');
    const beyond = formatFrontierLines(shippedPopulation(), { ...createTally(), units, runs: 99 * units });
    expect(beyond.join('\n')).not.toContain('the rules ship');
  });
});
