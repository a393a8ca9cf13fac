import { describe, expect, it } from 'vitest';
import { type CauseObservation, calculateCauseLikelihood } from '../../src/verdict/history/cause-likelihood.ts';

const A = (saw: 'fail' | 'pass'): CauseObservation => ({ saw, at: 'first-fixture' });
const B = (saw: 'fail' | 'pass'): CauseObservation => ({ saw, at: 'other-fixture' });
const goldenA = (saw: 'golden-fail' | 'golden-pass'): CauseObservation => ({ saw, at: 'first-fixture' });
const elsewhere: CauseObservation = { saw: 'fail', at: 'other-station' };

describe('what the runs say by Bayes’ rule (practice sheet 6.4, to two decimals)', () => {
  it.each<[string, readonly CauseObservation[], readonly number[]]>([
    ['A fails', [A('fail')], [0.52, 0.11, 0.02, 0.35]],
    ['A fails twice', [A('fail'), A('fail')], [0.86, 0.11, 0.02, 0.01]],
    ['A fails, then passes', [A('fail'), A('pass')], [0.03, 0.1, 0.02, 0.85]],
    ['A fails, B fails', [A('fail'), B('fail')], [0.961, 0.002, 0.024, 0.013]],
    ['A fails, B passes', [A('fail'), B('pass')], [0.02, 0.22, 0.02, 0.74]],
    ['A fails twice, B fails', [A('fail'), A('fail'), B('fail')], [0.983, 0.001, 0.015, 0]],
    ['A and B fail, another station too', [A('fail'), B('fail'), elsewhere], [0.9994, 0, 0.0003, 0.0003]],
    ['A and B fail, golden passes on A', [A('fail'), B('fail'), goldenA('golden-pass')], [0.976, 0.001, 0.01, 0.014]],
    ['A fails, golden fails on A', [A('fail'), goldenA('golden-fail')], [0.03, 0.79, 0.16, 0.02]],
    ['A and B fail, golden fails on A', [A('fail'), B('fail'), goldenA('golden-fail')], [0.23, 0.06, 0.7, 0]],
  ])('%s', (_, observations, expected) => {
    const { unit, fixture, station, 'one-off': oneOff } = calculateCauseLikelihood(observations);
    const shares = [unit, fixture, station, oneOff];
    for (const [at, share] of shares.entries()) expect(share).toBeCloseTo(expected[at]!, 2);
  });

  it('is all but certain of the unit when everything independent agrees', () => {
    const { unit } = calculateCauseLikelihood([
      A('fail'),
      B('fail'),
      elsewhere,
      goldenA('golden-pass'),
      { saw: 'probe-fail' },
    ]);
    expect(unit).toBeGreaterThan(0.9999);
  });

  it('always adds up to one', () => {
    const shares = Object.values(calculateCauseLikelihood([A('fail'), B('pass'), goldenA('golden-fail')]));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
