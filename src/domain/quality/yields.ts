// Yields and rates of a production, each with the rule by which it is counted: the same words on pages, screen and exports.
import type { RunRecord, RunResult } from '../run/run.ts';
import type { Disposition, Mark } from '../run/verdict.ts';
import type { UnitPurpose } from '../unit/unit.ts';

/** Every rate that is printed anywhere, with its rule. A number without its rule is not printed. */
export const yieldRules = {
  'unit-fpy': {
    title: 'First-pass yield',
    rule: 'Units that passed their first run ÷ units with a first run. Runs that tell nothing of the unit are passed over: station error, abort, interruption, void, and failures taken back from the unit.',
  },
  'station-fault': {
    title: 'Station-fault rate',
    rule: 'Runs that ended by the station’s doing (error, interruption, void) ÷ all production runs. Never charged to a unit.',
  },
  'no-fault-found': {
    title: 'No-fault-found rate',
    rule: 'Units that failed and later passed with no repair between ÷ units with a run that counts.',
  },
  'fpy-every-run': {
    title: 'First-pass yield, every run counted',
    rule: 'Units whose very first run passed ÷ units. Station errors, timeouts and aborts lower it; only void runs are left out (as WATS counts).',
  },
  'fpy-no-aborts': {
    title: 'First-pass yield, aborts left out',
    rule: 'As before, but runs that were aborted or interrupted are left out; errors and timeouts lower it (as TofuPilot counts).',
  },
  'second-pass': {
    title: 'Second-pass yield',
    rule: 'Units that passed within two runs that count ÷ units with a first run.',
  },
  'third-pass': {
    title: 'Third-pass yield',
    rule: 'Units that passed within three runs that count ÷ units with a first run.',
  },
  'last-pass': {
    title: 'Last-pass yield',
    rule: 'Units whose last run that counts passed ÷ units with a run that counts. Hides retests.',
  },
  retest: { title: 'Retest rate', rule: 'Runs after the first that counts ÷ units with a run that counts.' },
  rework: { title: 'Rework rate', rule: 'Units that stand at rework ÷ units.' },
  hold: { title: 'Hold rate', rule: 'Units that stand at hold ÷ units.' },
  scrap: { title: 'Scrap rate', rule: 'Units that stand at scrap or scrap proposed ÷ units.' },
  confidence: {
    title: 'Test confidence',
    rule: 'Share of good units that pass at the first try, from first-run yield Y1 and retest yield Y2: C = 1 − Y2 (1 − Y1) / Y1.',
  },
} as const satisfies Record<string, { readonly title: string; readonly rule: string }>;

export type YieldName = keyof typeof yieldRules;

/** `count` out of `of`; `share` is their ratio, 0 to 1, or null when there is nothing to divide by. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  readonly share: number | null;
}

/** What the counting needs to know of a run; a store may answer this without the whole record. */
export interface YieldRun {
  /** Key of the unit, the same for all its runs. */
  readonly unit: string;
  /** Name of the recipe: yields are counted per operation. */
  readonly operation: string;
  readonly purpose: UnitPurpose;
  readonly result: RunResult;
  readonly countsAgainstUnit: boolean;
  readonly disposition: Disposition;
  readonly marks: readonly Mark[];
  readonly attempt: number;
}

export interface Yields {
  readonly runCount: number;
  readonly unitCount: number;
  readonly rates: Readonly<Record<YieldName, Rate>>;
}

/** Takes runs one by one, oldest first, and keeps a few numbers per unit. */
export interface YieldCounter {
  add(run: YieldRun): void;
  computeYields(): Yields;
}

/** The part of a record that yields are counted from; `unit` is the unit's name over all its runs (see `createUnitLinker`). */
export function toYieldRun(run: RunRecord, unit: string): YieldRun {
  return {
    unit,
    operation: run.recipe.name,
    purpose: run.purpose,
    result: run.result,
    countsAgainstUnit: run.verdict.countsAgainstUnit,
    disposition: run.verdict.disposition,
    marks: run.verdict.marks,
    attempt: run.attempt,
  };
}

/** True when the run tells something of its unit: it passed, or it failed and the failure stands. */
export function isCountedRun(run: Pick<YieldRun, 'result' | 'countsAgainstUnit'>): boolean {
  if (run.result === 'pass') return true;
  return (run.result === 'fail' || run.result === 'timeout') && run.countsAgainstUnit;
}

/** True when the run ended by the station's doing, its power or its handling: it tells nothing of the unit. */
export function isStationFault({ result }: Pick<YieldRun, 'result'>): boolean {
  return result === 'error' || result === 'interrupted' || result === 'void';
}

/** Yields of all the runs, oldest first; other purposes than production are left out. */
export function countYields(runs: Iterable<YieldRun>): Yields {
  const counter = createYieldCounter();
  for (const run of runs) counter.add(run);
  return counter.computeYields();
}

export function computeRate(count: number, of: number): Rate {
  return { count, of, share: of === 0 ? null : count / of };
}

/** What the yields need to know of one unit at one operation; a store may keep it and count equal ones together. */
export interface UnitTally {
  readonly countedRuns: number;
  /** Attempt number at which the unit first passed, 0 while it has not. */
  readonly passedAt: number;
  readonly firstRunSeen: boolean;
  readonly everyRunFirst: boolean | null;
  readonly noAbortsFirst: boolean | null;
  readonly lastPassed: boolean;
  readonly failedUnrepaired: boolean;
  readonly retestRuns: number;
  readonly retestPassed: boolean;
  readonly noFaultFound: boolean;
  readonly disposition: Disposition;
}

/** A counter for a stream of runs; `yields` may be asked at any time. */
export function createYieldCounter(): YieldCounter {
  const units = new Map<string, UnitTally>();
  let runCount = 0;
  let stationFaults = 0;
  return {
    add: (run) => {
      if (run.purpose !== 'production') return;
      runCount += 1;
      if (isStationFault(run)) stationFaults += 1;
      const key = `${run.operation}\n${run.unit}`;
      units.set(key, tallyUnit(units.get(key), run));
    },
    computeYields: () =>
      computeYieldsFromTallies(
        [...units.values()].map((tally) => ({ tally, count: 1 })),
        runCount,
        stationFaults,
      ),
  };
}

/** What is known of a unit after one more of its runs; undefined before the first. */
export function tallyUnit(before: UnitTally | undefined, run: YieldRun): UnitTally {
  const tally: Writable<UnitTally> = before ? { ...before } : createUnitTally(run);
  countByOtherRules(tally, run);
  if (isCountedRun(run)) countByUnitRules(tally, run);
  if (run.result !== 'void') tally.disposition = run.disposition;
  return tally;
}

type Writable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

function createUnitTally(run: YieldRun): Writable<UnitTally> {
  return {
    countedRuns: 0,
    passedAt: 0,
    firstRunSeen: false,
    everyRunFirst: null,
    noAbortsFirst: null,
    lastPassed: false,
    failedUnrepaired: false,
    retestRuns: 0,
    retestPassed: false,
    noFaultFound: false,
    disposition: run.disposition,
  };
}

function countByOtherRules(tally: Writable<UnitTally>, run: YieldRun): void {
  if (run.result === 'void' || run.attempt > 1) return;
  tally.everyRunFirst ??= run.result === 'pass';
  if (run.result !== 'aborted' && run.result !== 'interrupted') tally.noAbortsFirst ??= run.result === 'pass';
}

function countByUnitRules(tally: Writable<UnitTally>, run: YieldRun): void {
  const passed = run.result === 'pass';
  if (run.attempt <= 1) tally.firstRunSeen = true;
  else tally.retestRuns += 1;
  tally.countedRuns += 1;
  if (passed && tally.passedAt === 0) tally.passedAt = Math.max(1, run.attempt);
  if (passed && run.attempt === 2) tally.retestPassed = true;
  if (run.marks.includes('reworked')) tally.failedUnrepaired = false;
  if (passed && tally.failedUnrepaired) tally.noFaultFound = true;
  if (passed && run.marks.includes('no-fault-found')) tally.noFaultFound = true;
  tally.failedUnrepaired = !passed && run.disposition !== 'rework';
  tally.lastPassed = passed;
}

/** Equal units, counted together. */
export interface TalliedUnits {
  readonly tally: UnitTally;
  readonly count: number;
}

/** The yields of so many units, over so many runs of which so many ended in a station error. */
export function computeYieldsFromTallies(
  units: readonly TalliedUnits[],
  runCount: number,
  stationFaults: number,
): Yields {
  const count = (test: (unit: UnitTally) => boolean): number => sumOverUnits(units, (unit) => (test(unit) ? 1 : 0));
  const unitCount = count(() => true);
  const counted = count((unit) => unit.countedRuns > 0);
  const first = count((unit) => unit.firstRunSeen);
  const passedWithin = (runs: number): Rate =>
    computeRate(
      count((unit) => unit.firstRunSeen && unit.passedAt > 0 && unit.passedAt <= runs),
      first,
    );
  const standing = (...dispositions: readonly Disposition[]): Rate =>
    computeRate(
      count((unit) => dispositions.includes(unit.disposition)),
      unitCount,
    );
  const everyRun = count((unit) => unit.everyRunFirst !== null);
  const noAborts = count((unit) => unit.noAbortsFirst !== null);
  return {
    runCount,
    unitCount,
    rates: {
      'unit-fpy': passedWithin(1),
      'station-fault': computeRate(stationFaults, runCount),
      'no-fault-found': computeRate(
        count((unit) => unit.noFaultFound),
        counted,
      ),
      'fpy-every-run': computeRate(
        count((unit) => unit.everyRunFirst === true),
        everyRun,
      ),
      'fpy-no-aborts': computeRate(
        count((unit) => unit.noAbortsFirst === true),
        noAborts,
      ),
      'second-pass': passedWithin(2),
      'third-pass': passedWithin(3),
      'last-pass': computeRate(
        count((unit) => unit.lastPassed),
        counted,
      ),
      retest: computeRate(
        sumOverUnits(units, (unit) => unit.retestRuns),
        counted,
      ),
      rework: standing('rework'),
      hold: standing('hold'),
      scrap: standing('scrap', 'scrap-proposed'),
      confidence: computeTestConfidence(passedWithin(1), units),
    },
  };
}

/** Counts are those of the retest: units that passed it ÷ units that had one; the share is C. */
function computeTestConfidence(first: Rate, units: readonly TalliedUnits[]): Rate {
  const isRetested = (unit: UnitTally): boolean => unit.firstRunSeen && unit.retestRuns > 0;
  const retested = sumOverUnits(units, (unit) => (isRetested(unit) ? 1 : 0));
  const passed = sumOverUnits(units, (unit) => (isRetested(unit) && unit.retestPassed ? 1 : 0));
  const counts = { count: passed, of: retested };
  if (!first.share || retested === 0) return { ...counts, share: null };
  const share = 1 - ((passed / retested) * (1 - first.share)) / first.share;
  return { ...counts, share: Math.max(0, Math.min(1, share)) };
}

function sumOverUnits(units: readonly TalliedUnits[], value: (unit: UnitTally) => number): number {
  return units.reduce((sum, { tally, count }) => sum + value(tally) * count, 0);
}
