// What a simulated lot came to: truth against disposition, what it cost, who waited how long, and how soon trouble was found.
import { type UnitEnd, unitEnds } from './unit-end.ts';

/** Truth of a unit at its end; not covered are bad ones that the recipe cannot see. */
export const truthRows = ['good', 'between', 'bad', 'not covered', 'bad, repaired', 'good, spoilt'] as const;

export type TruthRow = (typeof truthRows)[number];

/** Units with about one probability to fail a run, as they were put on the line: what became of them. */
export interface CharacteristicPoint {
  units: number;
  shipped: number;
  failed: number;
}

/** Predictions held against the truth, in bins by what was predicted. */
export interface CalibrationTally {
  count: number;
  brierSum: number;
  predictedSum: number;
  badSum: number;
  readonly bins: Record<string, { count: number; predictedSum: number; badSum: number }>;
}

/** Counts of one lot, or of many added up. */
export interface Tally {
  units: number;
  runs: number;
  referenceRuns: number;
  /** Hours of the line, on its own time: until the last unit was first run, and until the last that was held is decided. */
  lineHours: number;
  hours: number;
  /** Time that runs took at their fixtures. */
  fixtureHours: number;
  /** Truth at the end by where the units ended. */
  readonly confusion: Record<TruthRow, Record<UnitEnd, number>>;
  /** Bad units shipped. */
  readonly escapes: { neverFailed: number; failedBefore: number; notCovered: number };
  /** Units that fail some of their runs (not nearly all) and have failed one; those of them that were shipped. */
  intermittentFailed: number;
  intermittentShipped: number;
  failingUnits: number;
  runsOfFailingUnits: number;
  /** Units that failed and were shipped without a finding. */
  noFaultFound: number;
  /** Good units sent to rework by a verdict, repaired by whatever rule, and held at least once. */
  goodReworked: number;
  goodRepaired: number;
  goodHeld: number;
  /** Units without a disposition at the end of their lot for longer than a day. */
  undecidedOverDay: number;
  /** Units without a disposition, by the rule that holds them. */
  readonly undecidedByRule: Record<string, number>;
  /** Minutes in the bin from a rule's verdict to the next decision, by rule. */
  readonly waitMinutes: Record<string, number[]>;
  /** Most units in the bins at once, and the most stops of one fixture, lot by lot. */
  readonly mostInBin: number[];
  readonly mostStopsOfOneFixture: number[];
  /** Units by face of their defect (`contact`, `flash`) and probability to fail a run (`0.5`). */
  readonly characteristic: Record<string, Record<string, CharacteristicPoint>>;
  /** The probability that the unit is bad, as verdicts print it: after any failure, and at a pass after a failure. */
  readonly calibration: Record<string, CalibrationTally>;
  /** Fixture stops by rule, all and those of sound fixtures. */
  readonly stops: Record<string, number>;
  readonly wrongStops: Record<string, number>;
  /** For each bad fixture: failing units until it was stopped. */
  readonly failuresUntilStop: number[];
  /** Fixtures that were bad and never stopped until the lot was over. */
  badFixturesLeft: number;
  stationStops: number;
  lotStops: number;
  /** For each reel, tray or lot with a defect of its own: its failing units until the lot was doubted. */
  readonly unitsUntilDoubt: number[];
  excursionsNotDoubted: number;
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
    lineHours: 0,
    hours: 0,
    fixtureHours: 0,
    confusion: Object.fromEntries(truthRows.map((row) => [row, noEnds()])) as Tally['confusion'],
    escapes: { neverFailed: 0, failedBefore: 0, notCovered: 0 },
    intermittentFailed: 0,
    intermittentShipped: 0,
    failingUnits: 0,
    runsOfFailingUnits: 0,
    noFaultFound: 0,
    goodReworked: 0,
    goodRepaired: 0,
    goodHeld: 0,
    undecidedOverDay: 0,
    undecidedByRule: {},
    waitMinutes: {},
    mostInBin: [],
    mostStopsOfOneFixture: [],
    characteristic: {},
    calibration: {},
    stops: {},
    wrongStops: {},
    failuresUntilStop: [],
    badFixturesLeft: 0,
    stationStops: 0,
    lotStops: 0,
    unitsUntilDoubt: [],
    excursionsNotDoubted: 0,
    hubResets: 0,
    kills: 0,
    repairs: 0,
    scrapSigned: 0,
    overBudget: 0,
  };
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
    else if (Array.isArray(value)) sum[name] = [...((known as number[] | undefined) ?? []), ...value];
    else {
      sum[name] ??= {};
      addCounts(sum[name] as Counts, value);
    }
  }
}
