// What the simulated review board finds out at its bench: the unit is run until its failures decide for or against it.
import type { Random } from '../../base/random.ts';
import type { UnitTruth } from '../population/line-truth.ts';

/**
 * The engineering bench runs a unit until Wald's sequential test decides between its own trouble and a unit that fails as
 * rarely as one can that counts as bad. The odds bound how often it errs: a good unit is scrapped once in a million.
 */
const BENCH_FAIL_SHARE = 0.005;
const BAD_FAIL_SHARE = 0.05;
const ODDS_TO_SCRAP = 1e6;
const ODDS_TO_USE = 1e3;
/** A unit between the two may be run for ever; after so many runs it is left undecided. */
const MOST_BENCH_RUNS = 5_000;

/** Null when as many runs as there may be do not decide. */
export function decideAtBench(
  { failShare, isCovered }: Pick<UnitTruth, 'failShare' | 'isCovered'>,
  random: Random,
): 'scrap' | 'use-as-is' | null {
  const share = Math.max(BENCH_FAIL_SHARE, isCovered ? failShare : 0);
  let logOdds = 0;
  for (let run = 0; run < MOST_BENCH_RUNS; run += 1) {
    logOdds += random.drawBoolean(share)
      ? Math.log(BAD_FAIL_SHARE / BENCH_FAIL_SHARE)
      : Math.log((1 - BAD_FAIL_SHARE) / (1 - BENCH_FAIL_SHARE));
    if (logOdds >= Math.log(ODDS_TO_SCRAP)) return 'scrap';
    if (logOdds <= -Math.log(ODDS_TO_USE)) return 'use-as-is';
  }
  return null;
}
