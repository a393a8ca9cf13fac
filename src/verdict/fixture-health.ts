// Who is at fault: fixtures found guilty, what is void because of it, and trouble of the whole station, after each run.
import type { RunRecord } from '../model/run.ts';
import { type Attempt, attemptOf, countedAttempts } from './attempt.ts';
import type { FixtureStanding, JudgementInput } from './case.ts';
import { failingTogether, linkFailuresNear } from './host-trouble.ts';
import { lotTrouble } from './lot-trouble.ts';
import { bookVisits, type StopReason, stopReason, stopThresholds } from './stop-rules.ts';

/** What follows from a run beyond its unit. */
export interface Finding extends StopReason {
  /** `nothing`: runs are declared void and work goes on. */
  readonly stop: 'fixture' | 'station' | 'recipe' | 'nothing';
  readonly fixture: number | null;
  /** Runs that no longer count: kept, flagged. */
  readonly voids: readonly string[];
}

type Surroundings = Pick<JudgementInput, 'recentRuns' | 'voidedRunIds' | 'fixtures'>;

/** Runs of the station to look back on: enough for every fixture's window, with some retests. */
export function lookBackRuns(fixtureCount: number): number {
  return Math.ceil(fixtureCount * stopThresholds.window * RETEST_RESERVE);
}

const RETEST_RESERVE = 1.2;
/**
 * A station that is in trouble so often within this time is stopped. Three one-off failures meet within ten seconds on
 * sound hubs too, about once in 15,000 units on eight fixtures; twice in ten minutes stopped five sound stations in a
 * million simulated units.
 */
const STATION_TROUBLES = 3;
const STATION_TROUBLE_MS = 600_000;
const SAME_TROUBLE_MS = 10_000;

/** What must be stopped or declared void now. `run` is the run just recorded, `recentRuns` those before it, newest first. */
export function findTrouble(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const { run } = input;
  const counts = run.verdict.countsAgainstUnit || ['D7', 'D11'].includes(run.verdict.rule);
  const own = counts ? attemptOf(run, run.attempt) : null;
  if (!own || (own.passed && own.ordinal === 1)) return hostFindings(input);
  const earlier = earlierAttempts(input);
  return [
    ...hostFindings(input),
    ...fixtureFindings(own, earlier, input),
    ...recipeFindings(own, earlier, input.fixtures),
  ];
}

/** The rule that finds this failure's fixture guilty, or null. `earlier` oldest first. */
export function guiltOf(
  own: Attempt,
  earlier: readonly Attempt[],
  fixtures: readonly FixtureStanding[],
): StopReason | null {
  return stopReason(own.fixture, bookVisits(inOrder([...earlier, own]), fixtures));
}

/** Counted attempts at the station before this run, oldest first. */
export function earlierAttempts({ recentRuns, voidedRunIds }: Surroundings): readonly Attempt[] {
  return countedAttempts(recentRuns, voidedRunIds).toReversed();
}

/** A run may be judged again when later ones are known. */
function inOrder(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.toSorted((left, right) => left.place - right.place);
}

function hostFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const together = failingTogether({ ...input, unitRuns: input.run.attempt > 1 ? [input.run] : [] });
  if (together.length === 0) return [];
  const voids = linkFailuresNear(input.run, input.recentRuns).map(({ runId }) => runId);
  const reason = `fixtures ${together.join(', ')} lost their units within ten seconds: host, hub or supply`;
  const stop = troublesOf(input) >= STATION_TROUBLES ? 'station' : 'nothing';
  return [{ stop, fixture: null, rule: 'D1a', reason, voids }];
}

/** How often the station was in trouble lately, this time included: what lies within seconds is one trouble. */
function troublesOf({ run, recentRuns }: Surroundings & { readonly run: RunRecord }): number {
  let lastMs = Date.parse(run.endedAt);
  const sinceMs = lastMs - STATION_TROUBLE_MS;
  let troubles = 1;
  for (const earlier of recentRuns) {
    const endedAtMs = Date.parse(earlier.endedAt);
    if (endedAtMs < sinceMs) break;
    if (earlier.verdict.rule !== 'D1a') continue;
    if (lastMs - endedAtMs > SAME_TROUBLE_MS) troubles += 1;
    lastMs = endedAtMs;
  }
  return troubles;
}

/** A pass elsewhere may be what incriminates: every fixture that the unit has been on is looked at. */
function fixtureFindings(own: Attempt, earlier: readonly Attempt[], { fixtures }: Surroundings): readonly Finding[] {
  const attempts = [...earlier, own];
  const ofUnit = attempts.filter((attempt) => attempt.unit === own.unit);
  const book = bookVisits(attempts, fixtures);
  return [...new Set(ofUnit.map((attempt) => attempt.fixture))].flatMap((fixture) => {
    const standing = fixtures.find(({ number }) => number === fixture);
    const reason = standing?.stopped ? null : stopReason(fixture, book);
    return reason
      ? [{ ...reason, stop: 'fixture' as const, fixture, voids: voidsOf(fixture, attempts, standing) }]
      : [];
  });
}

/** Failures on the fixture since its last golden pass, of units that failed nowhere else. */
function voidsOf(
  fixture: number,
  attempts: readonly Attempt[],
  standing: FixtureStanding | undefined,
): readonly string[] {
  const goldenPass = standing?.lastGoldenPass ?? 0;
  const failures = attempts.filter((attempt) => !attempt.passed);
  const failedElsewhere = new Set(failures.filter((failure) => failure.fixture !== fixture).map(({ unit }) => unit));
  return failures
    .filter(
      (failure) => failure.fixture === fixture && failure.place > goldenPass && !failedElsewhere.has(failure.unit),
    )
    .map(({ runId }) => runId);
}

function recipeFindings(
  own: Attempt,
  earlier: readonly Attempt[],
  fixtures: readonly FixtureStanding[],
): readonly Finding[] {
  const reason = lotTrouble(own, earlier, fixtures);
  return reason ? [{ ...reason, stop: 'recipe', fixture: null, voids: [] }] : [];
}
