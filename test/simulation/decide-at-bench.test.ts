// The simulated review board: how often its runs at the bench scrap a unit, by the probability of that unit to fail.
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { decideAtBench } from '../../src/simulation/line/decide-at-bench.ts';

const SEED = 'review-board-7';
const UNITS = 2_000;

/** Shares of 2,000 units of that probability that are scrapped, used, and left undecided. */
function decideMany(failShare: number, isCovered = true) {
  const random = createSeededRandom(`${SEED}/${failShare}`);
  const decisions = Array.from({ length: UNITS }, () => decideAtBench({ failShare, isCovered }, random));
  const share = (wanted: string | null): number => decisions.filter((one) => one === wanted).length / UNITS;
  return { scrapped: share('scrap'), used: share('use-as-is'), undecided: share(null) };
}

describe(`the review board at its bench (seed ${SEED})`, () => {
  it('scraps no good unit, although the bench itself fails one run in two hundred', () => {
    expect(decideMany(0)).toEqual({ scrapped: 0, used: 1, undecided: 0 });
    expect(decideMany(0.001)).toEqual({ scrapped: 0, used: 1, undecided: 0 });
  });

  it('uses no unit that fails every second run, and one in a thousand of those that are just bad', () => {
    expect(decideMany(0.5)).toEqual({ scrapped: 1, used: 0, undecided: 0 });
    const { scrapped, used } = decideMany(0.05);
    expect(used).toBeLessThanOrEqual(0.003);
    expect(scrapped).toBeGreaterThan(0.99);
  });

  it('cannot see what the recipe does not cover', () => {
    expect(decideMany(1, false).scrapped).toBe(0);
  });
});
