// Proof of the tester itself: golden units that must pass, known-bad units that must fail with their code; and what lets a stopped fixture work again.
import type { RunRecord } from '../model/run.ts';

/** What a recipe asks of each fixture. */
export interface ChallengeDemand {
  /** Labels of golden units. */
  readonly mustPass: readonly string[];
  /** Failure code by label of a known-bad unit. */
  readonly mustFail: ReadonlyMap<string, string>;
  readonly everyMs: number;
}

/** Where a fixture stands with its challenge. */
export interface ChallengeStanding {
  /** What is still to be run, in words; empty when the fixture is proven for now. */
  readonly missing: readonly string[];
  /** ISO 8601, of the newest golden run of each outcome. */
  readonly lastGoldenPassAt: string | null;
  readonly lastGoldenFailAt: string | null;
  /** Two golden units (or one, twice) failed in a row: the fixture is guilty. */
  readonly goldenFailedTwice: boolean;
}

/**
 * The standing of one fixture. `runs` are the station's finished runs, newest first; only those of the period, and after
 * `sinceMs` (a stop that has to be cleared; otherwise minus infinity), prove anything. A single golden failure asks for
 * another golden run: one-off trouble fails a golden unit as well.
 */
export function challengeStanding(
  demand: ChallengeDemand | null,
  fixture: number,
  runs: readonly RunRecord[],
  times: { readonly nowMs: number; readonly sinceMs: number },
): ChallengeStanding {
  const here = runs.filter((run) => run.fixture === fixture);
  const goldens = here.filter((run) => run.purpose === 'golden' && (run.result === 'pass' || run.result === 'fail'));
  const fromMs = Math.max(times.sinceMs, times.nowMs - (demand?.everyMs ?? Number.POSITIVE_INFINITY));
  const fresh = here.filter((run) => Date.parse(run.endedAt) > fromMs);
  return {
    missing: demand ? missingOf(demand, fresh) : [],
    lastGoldenPassAt: goldens.find((run) => run.result === 'pass')?.endedAt ?? null,
    lastGoldenFailAt: goldens.find((run) => run.result === 'fail')?.endedAt ?? null,
    goldenFailedTwice: goldens.length >= 2 && goldens.slice(0, 2).every((run) => run.result === 'fail'),
  };
}

function missingOf({ mustPass, mustFail }: ChallengeDemand, runs: readonly RunRecord[]): readonly string[] {
  const lastOf = (label: string): RunRecord | undefined => runs.find((run) => run.unit.label === label);
  const golden = mustPass
    .filter((label) => lastOf(label)?.result !== 'pass')
    .map((label) => `golden unit ${label} must pass`);
  const bad = [...mustFail]
    .filter(([label, code]) => lastOf(label)?.failure?.code !== code)
    .map(([label, code]) => `known-bad unit ${label} must fail with ${code}`);
  return [...golden, ...bad];
}

/** Why a stopped fixture may not be released yet, in words; empty when it may. `standing` counts runs after the stop only. */
export function releaseProblems(request: {
  readonly cause: string;
  readonly by: string;
  readonly standing: ChallengeStanding;
  /** False when the recipe has no challenge set: then a golden pass alone is asked for. */
  readonly hasKnownBad: boolean;
  readonly goldenPassedSinceStop: boolean;
}): readonly string[] {
  const problems: (string | false)[] = [
    request.cause.trim() === '' && 'name the cause that was found',
    request.by.trim() === '' && 'name who releases it',
    !request.goldenPassedSinceStop && 'run a golden unit: it must pass',
    ...(request.hasKnownBad ? request.standing.missing.filter((item) => item.startsWith('known-bad')) : []),
  ];
  return problems.filter((problem) => problem !== false);
}
