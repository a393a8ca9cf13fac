// Yields by hand-counted examples, one rule each, and what must hold for any mix of runs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countYields, type YieldName, type YieldRun, yieldRules } from '../../src/domain/quality/yields.ts';
import { runResults } from '../../src/domain/run/run.ts';
import { dispositions } from '../../src/domain/run/verdict.ts';

const pass: YieldRun = {
  unit: 'a',
  operation: 'photon',
  purpose: 'production',
  result: 'pass',
  countsAgainstUnit: true,
  disposition: 'pass',
  marks: [],
  attempt: 1,
};
const fail: YieldRun = { ...pass, result: 'fail', disposition: 'retest' };
const again = (run: YieldRun, attempt: number): YieldRun => ({ ...run, attempt });
const share = (runs: readonly YieldRun[], name: YieldName): number | null => countYields(runs).rates[name].share;

describe('yields', () => {
  it('counts a unit by its first run that tells something of it, whatever came before', () => {
    const error: YieldRun = { ...fail, result: 'error', countsAgainstUnit: false };
    const aborted: YieldRun = { ...fail, result: 'aborted', countsAgainstUnit: false };
    expect(share([error, aborted, pass], 'unit-fpy')).toBe(1);
    expect(share([error, aborted, fail, again(pass, 2)], 'unit-fpy')).toBe(0);
  });

  it('takes a failure back from the unit when the verdict does', () => {
    expect(share([{ ...fail, countsAgainstUnit: false }, pass], 'unit-fpy')).toBe(1);
  });

  it('keeps station faults apart from the yield of units', () => {
    const error: YieldRun = { ...fail, unit: 'b', result: 'error', countsAgainstUnit: false };
    const { rates } = countYields([pass, error]);
    expect(rates['unit-fpy']).toEqual({ count: 1, of: 1, share: 1 });
    expect(rates['station-fault']).toEqual({ count: 1, of: 2, share: 0.5 });
  });

  it('counts every run for those who do, but never a void one', () => {
    const error: YieldRun = { ...fail, result: 'error', countsAgainstUnit: false };
    const aborted: YieldRun = { ...error, result: 'aborted' };
    const voided: YieldRun = { ...error, result: 'void' };
    expect(share([error, pass], 'fpy-every-run')).toBe(0);
    expect(share([aborted, pass], 'fpy-every-run')).toBe(0);
    expect(share([aborted, pass], 'fpy-no-aborts')).toBe(1);
    expect(share([voided, pass], 'fpy-every-run')).toBe(1);
  });

  it('calls no fault found what failed and passed with no repair between', () => {
    expect(share([fail, again(pass, 2)], 'no-fault-found')).toBe(1);
    const toRework: YieldRun = { ...fail, disposition: 'rework' };
    expect(share([toRework, again({ ...pass, marks: ['reworked'] }, 2)], 'no-fault-found')).toBe(0);
  });

  it('counts passes within one, two, three and any number of runs', () => {
    const late = [fail, again(fail, 2), again(pass, 3)];
    expect([
      share(late, 'unit-fpy'),
      share(late, 'second-pass'),
      share(late, 'third-pass'),
      share(late, 'last-pass'),
    ]).toEqual([0, 0, 1, 1]);
    expect(share(late, 'retest')).toBe(2);
  });

  it('leaves a unit whose first run lies outside the selection out of the first-pass yield', () => {
    expect(share([again(pass, 2)], 'unit-fpy')).toBeNull();
  });

  it('leaves out golden units, known-bad units, gauge studies and engineering', () => {
    const others = (['golden', 'known-bad', 'grr', 'engineering'] as const).map(
      (purpose): YieldRun => ({ ...fail, purpose }),
    );
    expect(countYields([...others, pass])).toMatchObject({ runCount: 1, unitCount: 1 });
  });

  it('counts a unit once per operation', () => {
    expect(countYields([pass, { ...fail, operation: 'final test' }]).rates['unit-fpy']).toEqual({
      count: 1,
      of: 2,
      share: 0.5,
    });
  });

  it('finds the share of good units that pass at the first try from the retests', () => {
    const units = Array.from({ length: 100 }, (_, at) => ({ ...(at < 90 ? pass : fail), unit: `u${at}` }));
    const retests = units
      .slice(90)
      .map((run, at) => again({ ...run, result: at < 9 ? ('pass' as const) : ('fail' as const) }, 2));
    expect(share([...units, ...retests], 'confidence')).toBeCloseTo(1 - (0.9 * 0.1) / 0.9);
  });

  it('has shares between 0 and 1 made of counts that fit, for any runs', () => {
    const anyRun = fc.record({
      unit: fc.constantFrom('a', 'b', 'c'),
      operation: fc.constantFrom('x', 'y'),
      purpose: fc.constantFrom('production' as const, 'golden' as const),
      result: fc.constantFrom(...runResults),
      countsAgainstUnit: fc.boolean(),
      disposition: fc.constantFrom(...dispositions),
      marks: fc.constant([]),
      attempt: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 30 }), (runs) => {
        const { rates } = countYields(runs);
        for (const name of Object.keys(yieldRules) as YieldName[]) {
          const rate = rates[name];
          expect(rate.share === null || rate.share >= 0).toBe(true);
          if (name !== 'retest') expect(rate.count).toBeLessThanOrEqual(rate.of);
        }
      }),
    );
  });
});
