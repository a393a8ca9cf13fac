// When a fixture is to be stopped: six rules over its last units, their thresholds calibrated together.
import { type Attempt, sinceRelease } from './attempt.ts';
import type { FixtureStanding } from './case.ts';
import { cumulativeSum, fisherGreater } from './statistics.ts';

/**
 * Thresholds. Calibrated together at a background of 3 % bad units and 2 % transients on eight fixtures: all rules
 * together stop a sound fixture less than once in 10,000 units, and one that fails three units in ten after seven failing
 * units in the median (test/verdict/stop-rules.test.ts holds them to that); over the simulation’s bad fixtures it is four.
 */
export const stopThresholds = {
  /** Units in a row that failed, whatever the class. */
  consecutive: 4,
  /** Units in a row that failed in the same class. */
  consecutiveSameClass: 3,
  /** Log odds of "fails three in ten" against "fails two in a hundred", restarted from zero whenever they favour the fixture. */
  logOdds: 8.6,
  /** The same for failures of one class only: cables and contacts mostly fail in one way. */
  classLogOdds: 7.3,
  /** Fisher's exact test against the other fixtures over the last units of each. */
  fisherProbability: 2e-5,
  /** Units that failed here and then passed elsewhere, among the last `suspectWindow`. */
  suspectPoints: 7,
  suspectWindow: 50,
  /** Units looked back on, per fixture. */
  window: 100,
} as const;

/** Assumed shares for the log odds: bad units, one-off failures, and a bad fixture's own failures. */
const BAD_UNITS = 0.03;
const ONE_OFFS = 0.02;
const BAD_FIXTURE = 0.3;

const LOG_ODDS_OF_PASS = Math.log(1 - BAD_FIXTURE);
const LOG_ODDS_OF_OPEN_FAILURE = Math.log(
  (1 - (1 - BAD_FIXTURE) * (1 - ONE_OFFS) * (1 - BAD_UNITS)) / (1 - (1 - ONE_OFFS) * (1 - BAD_UNITS)),
);
const LOG_ODDS_OF_REFUTED_FAILURE = Math.log((BAD_FIXTURE + (1 - BAD_FIXTURE) * ONE_OFFS) / ONE_OFFS);

/**
 * A bad fixture's share of failures in its main class, and the largest share of one class among all other failures: most
 * one-off trouble is of the link, and would be taken for a cable's.
 */
const MAIN_CLASS = 0.7;
const COMMON_CLASS = 0.5;
const LOG_ODDS_OF_OPEN_IN_CLASS = Math.log(
  (BAD_FIXTURE * MAIN_CLASS + (BAD_UNITS + ONE_OFFS) * COMMON_CLASS) / ((BAD_UNITS + ONE_OFFS) * COMMON_CLASS),
);
const LOG_ODDS_OF_REFUTED_IN_CLASS = Math.log(
  (BAD_FIXTURE * MAIN_CLASS + ONE_OFFS * COMMON_CLASS) / (ONE_OFFS * COMMON_CLASS),
);

/**
 * A unit's stay at a fixture, in the light of what other fixtures said since. `reproduced`: it failed alike elsewhere, so
 * the fixture is innocent; `refuted`: it passed elsewhere, so the fixture is suspect; `open`: not tried elsewhere yet;
 * `unit-first`: not tried elsewhere yet either, but its evidence is the unit's own: it does not tell on a fixture until
 * the unit has passed on another.
 */
export interface Visit {
  readonly unit: string;
  readonly runIds: readonly string[];
  readonly outcome: 'passed' | 'open' | 'unit-first' | 'refuted' | 'reproduced';
  readonly class: string;
}

/** A stop rule that struck. */
export interface StopReason {
  readonly rule: string;
  readonly reason: string;
}

/** Visits by fixture, put together when first asked for. */
export interface VisitBook {
  readonly fixtures: readonly number[];
  /** Since the fixture's last release, oldest first. */
  of(fixture: number): readonly Visit[];
}

/** The visits that counted attempts (oldest first) amount to. */
export function bookVisits(attempts: readonly Attempt[], fixtures: readonly FixtureStanding[] = []): VisitBook {
  const byFixture = Map.groupBy(sinceRelease(attempts, fixtures), (attempt) => attempt.fixture);
  const known = new Map<number, readonly Visit[]>();
  const visitsOf = (fixture: number): readonly Visit[] => {
    const units = [...Map.groupBy(byFixture.get(fixture) ?? [], (attempt) => attempt.unit)];
    return units.slice(-stopThresholds.window).map(([unit, runs]) => visitOf(unit, runs, attempts));
  };
  return {
    fixtures: [...byFixture.keys()],
    of: (fixture) => {
      const visits = known.get(fixture) ?? visitsOf(fixture);
      known.set(fixture, visits);
      return visits;
    },
  };
}

/** A unit that was known to fail before, from runs too old to be looked back on, says nothing of the fixture. */
function visitOf(unit: string, here: readonly Attempt[], all: readonly Attempt[]): Visit {
  const failure = here.find((attempt) => !attempt.passed);
  const runIds = here.map((attempt) => attempt.runId);
  if (!failure) return { unit, runIds, outcome: 'passed', class: '' };
  const failureClass = failure.diagnosis?.symptom.class ?? '';
  const everywhere = all.filter((attempt) => attempt.unit === unit);
  const elsewhere = everywhere.filter((attempt) => attempt.fixture !== failure.fixture);
  const passedLater = elsewhere.some((attempt) => attempt.passed && attempt.place > failure.place);
  const alike = elsewhere.some(({ diagnosis }) => diagnosis?.symptom.class === failureClass);
  const isUnitKnown = failure.diagnosis?.symptom.remedy !== undefined || everywhere[0]!.ordinal > 1;
  if (isUnitKnown || (alike && !passedLater)) return { unit, runIds, outcome: 'reproduced', class: failureClass };
  if (passedLater && !alike) return { unit, runIds, outcome: 'refuted', class: failureClass };
  return { unit, runIds, outcome: failure.diagnosis?.symptom.hard ? 'unit-first' : 'open', class: failureClass };
}

/** The first rule that says this fixture is to be stopped, or null. */
export function stopReason(fixture: number, book: VisitBook): StopReason | null {
  const own = book.of(fixture);
  const telling = own.filter((visit) => visit.outcome !== 'reproduced');
  return (
    inARow(telling) ??
    sequential(telling) ??
    sequentialInOneClass(telling) ??
    suspectPoints(telling) ??
    worseThanNeighbours(fixture, telling, book)
  );
}

function inARow(visits: readonly Visit[]): StopReason | null {
  const lastPass = visits.findLastIndex((visit) => visit.outcome === 'passed');
  const failed = visits.slice(lastPass + 1);
  const sameClass = failed.slice(-stopThresholds.consecutiveSameClass);
  if (
    sameClass.length === stopThresholds.consecutiveSameClass &&
    new Set(sameClass.map((visit) => visit.class)).size === 1
  ) {
    return {
      rule: 'S1',
      reason: `${sameClass.length} units in a row failed here in the same way (${sameClass[0]!.class})`,
    };
  }
  if (failed.length < stopThresholds.consecutive) return null;
  return { rule: 'S2', reason: `${failed.length} units in a row failed here` };
}

function sequential(visits: readonly Visit[]): StopReason | null {
  const odds = cumulativeSum(visits.map(logOdds));
  if (odds < stopThresholds.logOdds) return null;
  const failed = visits.filter((visit) => visit.outcome !== 'passed').length;
  return {
    rule: 'S3',
    reason: `${failed} of the last ${visits.length} units failed here and not elsewhere: the odds that the fixture is bad are e^${odds.toFixed(1)}`,
  };
}

/** As `sequential`, for a fixture that mostly fails in one way: the class is part of the evidence. */
function sequentialInOneClass(visits: readonly Visit[]): StopReason | null {
  const failed = visits.filter((visit) => visit.outcome !== 'passed');
  for (const failureClass of new Set(failed.map((visit) => visit.class))) {
    const odds = cumulativeSum(visits.map((visit) => logOddsOfClass(visit, failureClass)));
    if (odds < stopThresholds.classLogOdds) continue;
    return {
      rule: 'S6',
      reason: `of the last ${visits.length} units ${failed.filter((visit) => visit.class === failureClass).length} failed here with ${failureClass} and not elsewhere: the odds that the fixture is bad are e^${odds.toFixed(1)}`,
    };
  }
  return null;
}

function logOddsOfClass(visit: Visit, failureClass: string): number {
  if (visit.outcome === 'passed') return LOG_ODDS_OF_PASS;
  if (visit.outcome === 'unit-first' || visit.class !== failureClass) return 0;
  return visit.outcome === 'refuted' ? LOG_ODDS_OF_REFUTED_IN_CLASS : LOG_ODDS_OF_OPEN_IN_CLASS;
}

function logOdds({ outcome }: Visit): number {
  if (outcome === 'passed') return LOG_ODDS_OF_PASS;
  if (outcome === 'unit-first') return 0;
  return outcome === 'refuted' ? LOG_ODDS_OF_REFUTED_FAILURE : LOG_ODDS_OF_OPEN_FAILURE;
}

function suspectPoints(visits: readonly Visit[]): StopReason | null {
  const last = visits.slice(-stopThresholds.suspectWindow);
  const points = last.filter((visit) => visit.outcome === 'refuted').length;
  if (points < stopThresholds.suspectPoints) return null;
  return { rule: 'S4', reason: `${points} of the last ${last.length} units failed here and passed elsewhere` };
}

/** Fewer failures than this never reach the threshold of the comparison with the neighbours. */
const LEAST_TO_COMPARE = 5;

function worseThanNeighbours(fixture: number, telling: readonly Visit[], book: VisitBook): StopReason | null {
  const failed = failedCount(telling);
  if (failed < LEAST_TO_COMPARE) return null;
  const others = book.fixtures
    .filter((number) => number !== fixture)
    .flatMap((number) => book.of(number).filter((visit) => visit.outcome !== 'reproduced'));
  const probability = fisherGreater(failed, telling.length, failedCount(others), others.length);
  if (probability >= stopThresholds.fisherProbability) return null;
  return {
    rule: 'S5',
    reason: `${failed} of ${telling.length} units failed here, ${failedCount(others)} of ${others.length} on the other fixtures (p = ${probability.toExponential(0)})`,
  };
}

function failedCount(visits: readonly Visit[]): number {
  return visits.filter((visit) => visit.outcome !== 'passed').length;
}
