// What a simulated lot came to: truth against disposition, what it cost, and how soon bad fixtures were stopped.
import { type LineUnit, type UnitEnd, unitEnds } from '../line/line-unit.ts';
import type { UnitTruth } from '../population/line-truth.ts';

export const truthKinds = ['good', 'intermittent', 'hard', 'hard, cured'] as const;

export type TruthKind = (typeof truthKinds)[number];

/** Counts of one lot, or of many added up. */
export interface Tally {
  units: number;
  runs: number;
  referenceRuns: number;
  /** Hours of the line, on its own time, until the last unit that was held was decided. */
  hours: number;
  /** Time that runs took at their fixtures. */
  fixtureHours: number;
  /** Truth by where the units ended; `hard, cured` were bad and are good since their repair. */
  readonly confusion: Record<TruthKind, Record<UnitEnd, number>>;
  failingUnits: number;
  runsOfFailingUnits: number;
  /** Good units sent to rework, and held at least once. */
  goodReworked: number;
  goodHeld: number;
  /** Good units that no verdict sent to rework and that the desk had written anew after it had held them. */
  goodRewritten: number;
  /** Intermittent units that passed without ever having failed: no rule can know of them. */
  intermittentUnseen: number;
  /** Fixture stops by rule, all and those of sound fixtures. */
  readonly stops: Record<string, number>;
  readonly wrongStops: Record<string, number>;
  /** For each bad fixture: failing units until it was stopped. */
  readonly failuresUntilStop: number[];
  /** Fixtures that were bad and never stopped until the lot was over. */
  badFixturesLeft: number;
  stationStops: number;
  recipeStops: number;
  hubResets: number;
  kills: number;
  repairs: number;
  scrapSigned: number;
  /** Runs beyond a unit's budget that were recorded as counted: must stay 0. */
  overBudget: number;
}

export function createTally(): Tally {
  const noEnds = () => Object.fromEntries(unitEnds.map((end) => [end, 0])) as Record<UnitEnd, number>;
  return {
    units: 0,
    runs: 0,
    referenceRuns: 0,
    hours: 0,
    fixtureHours: 0,
    confusion: { good: noEnds(), intermittent: noEnds(), hard: noEnds(), 'hard, cured': noEnds() },
    failingUnits: 0,
    runsOfFailingUnits: 0,
    goodReworked: 0,
    goodHeld: 0,
    goodRewritten: 0,
    intermittentUnseen: 0,
    stops: {},
    wrongStops: {},
    failuresUntilStop: [],
    badFixturesLeft: 0,
    stationStops: 0,
    recipeStops: 0,
    hubResets: 0,
    kills: 0,
    repairs: 0,
    scrapSigned: 0,
    overBudget: 0,
  };
}

/** Counts a unit that has come to its end. `truth` is what was true of it when it was put on the line. */
export function countUnit(tally: Tally, unit: LineUnit, truth: UnitTruth): void {
  tally.units += 1;
  const end = unit.end ?? 'lost';
  tally.confusion[truth.kind === 'hard' && unit.truth.kind === 'good' ? 'hard, cured' : truth.kind][end] += 1;
  if (unit.failedRuns > 0) {
    tally.failingUnits += 1;
    tally.runsOfFailingUnits += unit.runs;
  }
  if (truth.kind === 'good' && unit.wasSentToRework) tally.goodReworked += 1;
  if (truth.kind === 'good' && unit.wasHeld) tally.goodHeld += 1;
  if (truth.kind === 'good' && !unit.wasSentToRework && unit.runsByRepair.length > 1) tally.goodRewritten += 1;
  if (truth.kind === 'intermittent' && unit.failedRuns === 0 && end.startsWith('pass')) tally.intermittentUnseen += 1;
}

/** Counts one more of something by name. */
export function countOccurrence(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Adds the second tally to the first. */
export function addTally(sum: Tally, other: Tally): void {
  addCounts(sum as unknown as Counts, other as unknown as Counts);
}

interface Counts {
  [name: string]: number | number[] | Counts;
}

function addCounts(sum: Counts, other: Counts): void {
  for (const [name, value] of Object.entries(other)) {
    const known = sum[name];
    if (typeof value === 'number') sum[name] = ((known as number | undefined) ?? 0) + value;
    else if (Array.isArray(value)) (known as number[]).push(...value);
    else addCounts((known ?? {}) as Counts, value);
  }
}

/** The figures that have targets: what `--json` prints, in this order. */
export interface TargetFigures {
  readonly badPassed: number;
  readonly goodScrapped: number;
  readonly goodReworked: number;
  readonly failingUnits: number;
  readonly runsPerFailingUnit: number;
  readonly fixturesStoppedWrongly: number;
  /** Null when no fixture broke. */
  readonly medianFailuresUntilStop: number | null;
}

/** Those, with the number of units each is a share of, and what is told beside them. */
export interface TallyFigures extends TargetFigures {
  readonly badUnits: number;
  readonly goodUnits: number;
  readonly intermittentUnits: number;
  readonly intermittentPassed: number;
  readonly intermittentUnseen: number;
}

/** `badPassed` are units that fail every run on a sound fixture and passed all the same. */
export function calculateTargetFigures(tally: Tally): TargetFigures {
  const { confusion, failingUnits } = tally;
  const sorted = tally.failuresUntilStop.toSorted((left, right) => left - right);
  return {
    badPassed: countPassed(confusion.hard),
    goodScrapped: confusion.good.scrap,
    goodReworked: tally.goodReworked,
    failingUnits,
    runsPerFailingUnit: failingUnits === 0 ? 0 : tally.runsOfFailingUnits / failingUnits,
    fixturesStoppedWrongly: sumCounts(tally.wrongStops),
    medianFailuresUntilStop: sorted[Math.floor(sorted.length / 2)] ?? null,
  };
}

/** The figures with everything told beside them. */
export function calculateTallyFigures(tally: Tally): TallyFigures {
  const { confusion } = tally;
  return {
    ...calculateTargetFigures(tally),
    badUnits: sumCounts(confusion.hard) + sumCounts(confusion['hard, cured']),
    goodUnits: sumCounts(confusion.good),
    intermittentUnits: sumCounts(confusion.intermittent),
    intermittentPassed: countPassed(confusion.intermittent),
    intermittentUnseen: tally.intermittentUnseen,
  };
}

function countPassed(counts: Record<UnitEnd, number>): number {
  return counts.pass + counts['pass, marked'] + counts['pass, reworked'];
}

function sumCounts(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
