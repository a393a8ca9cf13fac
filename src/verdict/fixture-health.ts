// Who is at fault: fixtures found guilty, what is void because of it, and trouble of the whole station, after each run.
import type { RunRecord } from '../model/run.ts';
import { type Attempt, attemptOf, countedAttempts } from './attempt.ts';
import type { JudgementInput } from './case.ts';
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
/** A station that is in trouble twice within this time is stopped. */
const STATION_TROUBLE_MS = 600_000;
const SAME_TROUBLE_MS = 10_000;

/** What must be stopped or declared void now. `run` is the run just recorded, `recentRuns` those before it, newest first. */
export function findTrouble(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  return [...hostFindings(input), ...fixtureFindings(input), ...recipeFindings(input)];
}

/** The rule that finds this run's own fixture guilty now that it failed, or null. */
export function guiltOf(input: Surroundings & Pick<JudgementInput, 'run' | 'unitRuns'>): StopReason | null {
  const own = attemptOf(input.run, countedAttempts(input.unitRuns, input.voidedRunIds).length + 1);
  if (!own || own.passed) return null;
  const attempts = inOrder([...earlierAttempts(input), own]);
  return stopReason(input.run.fixture, bookVisits(attempts, input.fixtures));
}

/** A run may be judged again when later ones are known. */
function inOrder(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.toSorted((left, right) => left.endedAtMs - right.endedAtMs);
}

function hostFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const together = failingTogether({ ...input, unitRuns: input.run.attempt > 1 ? [input.run] : [] });
  if (together.length === 0) return [];
  const voids = linkFailuresNear(input.run, input.recentRuns).map(({ runId }) => runId);
  const reason = `fixtures ${together.join(', ')} lost their units within ten seconds: host, hub or supply`;
  const stop = isSecondTime(input) ? 'station' : 'nothing';
  return [{ stop, fixture: null, rule: 'D1a', reason, voids }];
}

function isSecondTime({ run, recentRuns }: Surroundings & { readonly run: RunRecord }): boolean {
  const nowMs = Date.parse(run.endedAt);
  for (const earlier of recentRuns) {
    const ageMs = nowMs - Date.parse(earlier.endedAt);
    if (ageMs > STATION_TROUBLE_MS) return false;
    if (ageMs > SAME_TROUBLE_MS && earlier.verdict.rule === 'D1a') return true;
  }
  return false;
}

/** A pass elsewhere may be what incriminates: every fixture that the unit has been on is looked at. */
function fixtureFindings(input: Surroundings & { readonly run: RunRecord }): readonly Finding[] {
  const own =
    input.run.verdict.countsAgainstUnit || input.run.verdict.rule === 'D7'
      ? attemptOf(input.run, input.run.attempt)
      : null;
  if (!own || (own.passed && own.ordinal === 1)) return [];
  const earlier = earlierAttempts(input);
  const attempts = [...earlier, own];
  const ofUnit = attempts.filter((attempt) => attempt.unit === own.unit);
  if (ofUnit.every((attempt) => attempt.passed)) return [];
  const visits = bookVisits(attempts, input.fixtures);
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
  const reason = lotTrouble(input, input.run.attempt);
  return reason ? [{ ...reason, stop: 'recipe', fixture: null, voids: [] }] : [];
}

/** Counted attempts before this run, oldest first. */
function earlierAttempts({ recentRuns, voidedRunIds }: Surroundings): readonly Attempt[] {
  return countedAttempts(recentRuns, voidedRunIds).toReversed();
}
