// Who is at fault: fixtures found guilty, what is void because of it, and trouble of the whole station, after each run.
import type { RunRecord } from '../model/run.ts';
import { type Attempt, attemptOf, countedAttempts } from './attempt.ts';
import type { JudgementInput } from './case.ts';
import { failingTogether, linkFailuresNear } from './host-trouble.ts';
import { lotTrouble } from './lot-trouble.ts';
import { type StopReason, stopReason, stopThresholds, visitsByFixture } from './stop-rules.ts';

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
/** A station that is in trouble twice within this time is stopped. */
const STATION_TROUBLE_MS = 600_000;
const SAME_TROUBLE_MS = 10_000;

/** What must be stopped or declared void now. `run` is the run just recorded, `recentRuns` those before it, newest first. */
export function findTrouble(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  return [...hostFindings(input), ...fixtureFindings(input), ...recipeFindings(input)];
}

/** The rule that finds this run's own fixture guilty now that it failed, or null. */
export function guiltOf(input: Surroundings & Pick<JudgementInput, 'run'>): StopReason | null {
  const own = attemptOf(input.run);
  if (!own || own.passed) return null;
  return stopReason(input.run.fixture, visitsByFixture([...earlierAttempts(input), own]));
}

function hostFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const together = failingTogether(input);
  if (together.length === 0) return [];
  const voids = linkFailuresNear(input.run, input.recentRuns).map(({ runId }) => runId);
  const reason = `fixtures ${together.join(', ')} lost their units within ten seconds: host, hub or supply`;
  const stop = isSecondTime(input) ? 'station' : 'nothing';
  return [{ stop, fixture: null, rule: 'D1', reason, voids }];
}

function isSecondTime({ run, recentRuns }: Surroundings & { readonly run: RunRecord }): boolean {
  const nowMs = Date.parse(run.endedAt);
  for (const earlier of recentRuns) {
    const ageMs = nowMs - Date.parse(earlier.endedAt);
    if (ageMs > STATION_TROUBLE_MS) return false;
    if (ageMs > SAME_TROUBLE_MS && earlier.verdict.rule === 'D1') return true;
  }
  return false;
}

/** A pass elsewhere may be what incriminates: every fixture that the unit has been on is looked at. */
function fixtureFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const own = input.run.verdict.countsAgainstUnit || input.run.verdict.rule === 'D7' ? attemptOf(input.run) : null;
  if (!own) return [];
  const earlier = earlierAttempts(input);
  const attempts = [...earlier, own];
  const ofUnit = attempts.filter((attempt) => attempt.unit === own.unit);
  if (ofUnit.every((attempt) => attempt.passed)) return [];
  const visits = visitsByFixture(attempts);
  return [...new Set(ofUnit.map((attempt) => attempt.fixture))].flatMap((fixture) => {
    if (input.fixtures.some(({ number, stopped }) => number === fixture && stopped)) return [];
    const reason = stopReason(fixture, visits);
    return reason ? [{ ...reason, stop: 'fixture' as const, fixture, voids: voidsOf(fixture, attempts, input) }] : [];
  });
}

/** Failures on the fixture since its last golden pass, of units that failed nowhere else. */
function voidsOf(fixture: number, attempts: readonly Attempt[], { fixtures }: Surroundings): readonly string[] {
  const goldenAt = fixtures.find(({ number }) => number === fixture)?.lastGoldenPassAt;
  const sinceMs = goldenAt ? Date.parse(goldenAt) : Number.NEGATIVE_INFINITY;
  const failures = attempts.filter((attempt) => !attempt.passed);
  const failedElsewhere = new Set(failures.filter((failure) => failure.fixture !== fixture).map(({ unit }) => unit));
  return failures
    .filter(
      (failure) => failure.fixture === fixture && failure.startedAtMs > sinceMs && !failedElsewhere.has(failure.unit),
    )
    .map(({ runId }) => runId);
}

function recipeFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const reason = lotTrouble(input);
  return reason ? [{ ...reason, stop: 'recipe', fixture: null, voids: [] }] : [];
}

/** Counted attempts before this run, oldest first, each fixture's only since its last release. */
function earlierAttempts({ recentRuns, voidedRunIds, fixtures }: Surroundings): readonly Attempt[] {
  const releasedMs = new Map(
    fixtures.map(({ number, releasedAt }) => [number, releasedAt ? Date.parse(releasedAt) : Number.NEGATIVE_INFINITY]),
  );
  return countedAttempts(recentRuns, voidedRunIds)
    .filter((attempt) => attempt.startedAtMs >= (releasedMs.get(attempt.fixture) ?? Number.NEGATIVE_INFINITY))
    .toReversed();
}
