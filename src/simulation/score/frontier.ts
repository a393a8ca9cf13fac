// The best that any rules could do on a population by counting failures and passes alone: escapes against runs, solved exactly.
import { BAD_FROM, GOOD_UP_TO } from '../population/line-truth.ts';
import type { Population } from '../population/population.ts';

/** What rules come to: bad units shipped per million, runs per unit, and good units held for good per million. */
export interface FrontierPoint {
  /** Runs that one escape avoided is worth. */
  readonly worthRuns: number;
  /** Passes asked of a unit that never failed, and of one that failed once. */
  readonly passesFirst: number;
  readonly passesAfterFailure: number;
  readonly neverFailedPerMillion: number;
  readonly failedBeforePerMillion: number;
  readonly goodHeldPerMillion: number;
  readonly runsPerUnit: number;
}

/** Units alike: how many of all, and the probability to fail a run on the line as it is. */
interface UnitGroup {
  readonly share: number;
  readonly failShare: number;
  readonly isGood: boolean;
  readonly isBad: boolean;
}

/** Worth of an escape in runs, from careless to careful. */
const WORTHS = [100, 200, 400, 800, 1_300, 2_000, 3_000, 5_000];
/** Runs that a good unit held for good costs. */
const GOOD_HELD_RUNS = 1_000;
const MAX_RUNS = 24;
/** Points that stand for a range of probabilities. */
const POINTS = 100;
/** Share of runs on a fixture that is bad and not yet stopped (about 1 in 1,500 plug-ins breaks one, and five units find it). */
const UNSTOPPED_FIXTURE_SHARE = 0.002;

type Act = 'run' | 'ship' | 'hold';

/** The frontier of a population, point by point. Defects that the recipe cannot see, and those of single reels, are left out. */
export function calculateFrontier(population: Population): readonly FrontierPoint[] {
  const groups = listUnitGroups(population);
  return WORTHS.map((worthRuns) => measurePlan(groups, planActs(groups, worthRuns), worthRuns));
}

function listUnitGroups({ defects, oneOffs }: Population): readonly UnitGroup[] {
  const usual = defects.filter(({ units, panel, lots, coveredBy }) => !units && !panel && !lots && coveredBy !== false);
  const faulty = usual.flatMap(({ share, failShares }) => {
    const values = listFailShares(failShares);
    return values.map((failShare) => ({ share: share / values.length, failShare }));
  });
  const lineShare = oneOffs.share + UNSTOPPED_FIXTURE_SHARE;
  const sound = 1 - faulty.reduce((sum, { share }) => sum + share, 0);
  return [
    { share: sound, failShare: lineShare, isGood: true, isBad: false },
    ...faulty.map(({ share, failShare }) => ({
      share,
      failShare: 1 - (1 - failShare) * (1 - lineShare),
      isGood: failShare <= GOOD_UP_TO,
      isBad: failShare >= BAD_FROM,
    })),
  ];
}

function listFailShares(shares: Population['defects'][number]['failShares']): readonly number[] {
  if ('values' in shares) return shares.values;
  const { from, to, spread } = shares;
  return Array.from({ length: POINTS }, (_, at) => {
    const place = (at + 0.5) / POINTS;
    return spread === 'log' ? from * (to / from) ** place : from + (to - from) * place;
  });
}

/** What to do after so many failures and passes so that the whole costs least, by dynamic programming from the last run back. */
function planActs(groups: readonly UnitGroup[], worthRuns: number): readonly (readonly Act[])[] {
  const acts: Act[][] = Array.from({ length: MAX_RUNS + 1 }, () => []);
  const costs: number[][] = Array.from({ length: MAX_RUNS + 1 }, () => []);
  for (let runs = MAX_RUNS; runs >= 0; runs -= 1) {
    for (let failures = 0; failures <= runs; failures += 1) {
      const passes = runs - failures;
      const weights = weighGroups(groups, failures, passes);
      const shipped = worthRuns * sumWeights(groups, weights, ({ isBad }) => isBad);
      const held = GOOD_HELD_RUNS * sumWeights(groups, weights, ({ isGood }) => isGood);
      const run =
        runs === MAX_RUNS
          ? Number.POSITIVE_INFINITY
          : sumWeights(groups, weights, () => true) + costs[failures + 1]![passes]! + costs[failures]![passes + 1]!;
      // A unit that was never run is not shipped, and one whose every run failed neither.
      const ship = passes === 0 ? Number.POSITIVE_INFINITY : shipped;
      const best = Math.min(run, ship, held);
      costs[failures]![passes] = best;
      acts[failures]![passes] = runs === 0 || best === run ? 'run' : best === ship ? 'ship' : 'hold';
    }
  }
  return acts;
}

/** Follows the plan from the first run on. Paths to the same counts are alike, so that only their number matters. */
function measurePlan(
  groups: readonly UnitGroup[],
  acts: readonly (readonly Act[])[],
  worthRuns: number,
): FrontierPoint {
  const paths: number[][] = [[1]];
  let [neverFailed, failedBefore, goodHeld, runs] = [0, 0, 0, 0];
  for (let total = 0; total <= MAX_RUNS; total += 1) {
    for (let failures = 0; failures <= total; failures += 1) {
      const passes = total - failures;
      const count = paths[failures]?.[passes] ?? 0;
      if (count === 0) continue;
      const weights = weighGroups(groups, failures, passes).map((weight) => weight * count);
      const act = acts[failures]![passes]!;
      const bad = sumWeights(groups, weights, ({ isBad }) => isBad);
      if (act === 'hold') goodHeld += sumWeights(groups, weights, ({ isGood }) => isGood);
      else if (act === 'ship' && failures === 0) neverFailed += bad;
      else if (act === 'ship') failedBefore += bad;
      else {
        runs += sumWeights(groups, weights, () => true);
        addPaths(paths, failures + 1, passes, count);
        addPaths(paths, failures, passes + 1, count);
      }
    }
  }
  return {
    worthRuns,
    passesFirst: countPassesToShip(acts, 0),
    passesAfterFailure: countPassesToShip(acts, 1),
    neverFailedPerMillion: neverFailed * 1e6,
    failedBeforePerMillion: failedBefore * 1e6,
    goodHeldPerMillion: goodHeld * 1e6,
    runsPerUnit: runs,
  };
}

function addPaths(paths: number[][], failures: number, passes: number, count: number): void {
  paths[failures] ??= [];
  paths[failures][passes] = (paths[failures][passes] ?? 0) + count;
}

function countPassesToShip(acts: readonly (readonly Act[])[], failures: number): number {
  return acts[failures]!.indexOf('ship');
}

function weighGroups(groups: readonly UnitGroup[], failures: number, passes: number): readonly number[] {
  return groups.map(({ share, failShare }) => share * failShare ** failures * (1 - failShare) ** passes);
}

function sumWeights(
  groups: readonly UnitGroup[],
  weights: readonly number[],
  isCounted: (group: UnitGroup) => boolean,
): number {
  return weights.reduce((sum, weight, at) => (isCounted(groups[at]!) ? sum + weight : sum), 0);
}
