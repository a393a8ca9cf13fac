// What is learnt from a record: how sure, by class, from how many cases, and how it forgets.
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { FailureTrails } from '../../src/verdict/quality/failure-trails.ts';
import { type FailureTrail, learnLikelihood } from '../../src/verdict/quality/learnt-likelihood.ts';

const trail = (failureClass: string, outcomes: string, change: Partial<FailureTrail> = {}): FailureTrail => ({
  failureClass,
  isAfterRepair: false,
  outcomes: [...outcomes].map((outcome) => ({ failed: outcome === 'F', isAtFirstFixture: false })),
  isProved: false,
  sequence: 1000,
  ...change,
});
const times = (count: number, one: FailureTrail): readonly FailureTrail[] => Array.from({ length: count }, () => one);

describe('what a record has taught of units that failed', () => {
  const model = learnLikelihood([...times(60, trail('F3', 'PP')), ...times(40, trail('F5', 'FF'))], 1000);

  it('tells classes apart at the first failure, where the runs alone cannot', () => {
    expect(model.estimate(trail('F3', '')).probability).toBeLessThan(0.15);
    expect(model.estimate(trail('F5', '')).probability).toBeGreaterThan(0.85);
  });

  it('goes up with every failure and down with every pass', () => {
    const afterRuns = (outcomes: string): number => model.estimate(trail('F3', outcomes)).probability;
    for (const outcomes of ['', 'P', 'F', 'FP', 'PP']) {
      expect(afterRuns(`${outcomes}F`)).toBeGreaterThan(afterRuns(outcomes));
      expect(afterRuns(`${outcomes}P`)).toBeLessThan(afterRuns(outcomes));
    }
  });

  it('says how many cases it rests on, with an interval that is all from 0 to 1 where there are none', () => {
    expect(model.estimate(trail('F3', 'P'))).toMatchObject({ caseCount: 60 });
    expect(model.estimate(trail('F9', ''))).toMatchObject({ caseCount: 0, low: 0, high: 1 });
    const { low, high, probability } = model.estimate(trail('F5', 'F'));
    expect([low < probability, high > probability, high - low < 0.5]).toEqual([true, true, true]);
  });

  it('says that passes do not prove a unit sound where units of its class come and go', () => {
    const comesAndGoes = learnLikelihood([...times(30, trail('F7', 'PF')), ...times(30, trail('F7', 'PP'))], 1000);
    const sound = learnLikelihood(times(60, trail('F7', 'PP')), 1000);
    const afterPasses = (from: typeof sound): number => from.estimate(trail('F7', 'PP')).probability;
    expect(afterPasses(comesAndGoes)).toBeGreaterThan(10 * afterPasses(sound));
  });

  it('takes a failure at the same fixture for less than one at another', () => {
    const same = [{ failed: true, isAtFirstFixture: true }];
    const mixed = learnLikelihood([], 0);
    const atSame = mixed.estimate(trail('F3', '', { outcomes: same })).probability;
    expect(atSame).toBeLessThan(mixed.estimate(trail('F3', 'F')).probability);
  });

  it('believes a proof, and what came after a repair more than what came before one', () => {
    expect(model.estimate(trail('F3', '', { isProved: true })).probability).toBeGreaterThan(0.9);
    const repaired = model.estimate(trail('F3', '', { isAfterRepair: true })).probability;
    expect(repaired).toBeGreaterThan(model.estimate(trail('F3', '')).probability);
  });

  it('forgets: what was long ago counts less than what is now', () => {
    const old = times(40, trail('F5', 'FF', { sequence: 0 }));
    const recent = times(40, trail('F5', 'PP', { sequence: 20_000 }));
    expect(learnLikelihood([...old, ...recent], 20_000).countTrails('F5')).toBeCloseTo(40 * (1 + 1 / 16), 6);
    const first = (trails: readonly FailureTrail[]): number =>
      learnLikelihood(trails, 20_000).estimate(trail('F5', '')).probability;
    expect(first([...old, ...recent])).toBeLessThan(first([...old, ...old, ...old]) / 2);
  });

  it('is near the truth of units of which it knows nothing but their runs', () => {
    const random = createSeededRandom('learnt');
    const drawn = Array.from({ length: 600 }, () => {
      const failShare = random.drawBoolean(0.5) ? 0.025 : random.drawBoolean(0.8) ? 0.985 : 0.5;
      const outcomes = [1, 2, 3].map(() => (random.drawBoolean(failShare) ? 'F' : 'P')).join('');
      return { isBad: failShare > 0.1, trail: trail('F3', outcomes) };
    });
    const learnt = learnLikelihood(
      drawn.map((one) => one.trail),
      1000,
    );
    const bad = drawn.filter(({ isBad }) => isBad).length / drawn.length;
    expect(learnt.estimate(trail('F3', '')).probability).toBeCloseTo(bad, 1);
  });
});

describe('the trails of units that failed', () => {
  it('begin with the first failure, begin anew after a repair, and leave out units that never failed', () => {
    const trails = new FailureTrails();
    const run = (unit: string, failed: boolean, fixture: number, sequence: number) =>
      trails.addRun({ unit, failed, failureClass: failed ? 'F5' : null, fixture, sequence });
    expect(run('A', false, 1, 1)).toBeNull();
    run('B', true, 1, 2);
    run('B', true, 1, 3);
    run('B', false, 2, 4);
    trails.addRepair('B');
    run('B', false, 3, 5);
    run('B', true, 3, 6);
    trails.addProof('B');
    expect(trails.list()).toMatchObject([
      {
        isAfterRepair: false,
        isProved: false,
        outcomes: [
          { failed: true, isAtFirstFixture: true },
          { failed: false, isAtFirstFixture: false },
        ],
      },
      { isAfterRepair: true, isProved: true, outcomes: [], sequence: 6 },
    ]);
    expect(trails.lastSequence).toBe(6);
  });
});
