// The figures of a simulated population by name: how each is measured, and held to the goal that a population file sets it.

import type { CharacteristicPoint, Tally } from './tally.ts';
import { shippedEnds, type UnitEnd, unitEnds } from './unit-end.ts';

interface Figure {
  /** Null when there was nothing to measure. */
  readonly measure: (tally: Tally) => number | null;
  readonly digits: number;
  readonly unit?: '%' | 'min';
}

/** At most so many of each: a goal is an upper bound. */
const figures = {
  'bad shipped ppm': { measure: (tally) => perMillion(sumValues(tally.escapes), countShipped(tally)), digits: 0 },
  'bad shipped after failing': { measure: ({ escapes }) => escapes.failedBefore, digits: 0 },
  'shipped after failing per million': {
    measure: ({ escapes, units }) => perMillion(escapes.failedBefore, units),
    digits: 0,
  },
  'shipped of failed intermittents': {
    measure: (tally) => percent(tally.intermittentShipped, tally.intermittentFailed),
    digits: 0,
    unit: '%',
  },
  'shipped at 50 %': { measure: (tally) => measureShippedAt(tally, '0.5'), digits: 0, unit: '%' },
  'shipped at 90 %': { measure: (tally) => measureShippedAt(tally, '0.9'), digits: 0, unit: '%' },
  'good scrapped': { measure: ({ confusion }) => confusion.good.scrap, digits: 0 },
  'good not shipped per million': {
    measure: ({ confusion: { good } }) => perMillion(sumValues(good) - sumEnds(good, shippedEnds), sumValues(good)),
    digits: 0,
  },
  'good repaired of failing': {
    measure: (tally) => percent(tally.goodRepaired, tally.failingUnits),
    digits: 2,
    unit: '%',
  },
  'no fault found of failing': {
    measure: (tally) => percent(tally.noFaultFound, tally.failingUnits),
    digits: 1,
    unit: '%',
  },
  'runs per failing unit': {
    measure: (tally) => divide(tally.runsOfFailingUnits, tally.failingUnits),
    digits: 2,
  },
  'undecided per thousand': { measure: (tally) => divide(1000 * countUndecided(tally), tally.units), digits: 1 },
  'undecided over a day': { measure: ({ undecidedOverDay }) => undecidedOverDay, digits: 0 },
  'bad undecided': {
    measure: ({ confusion }) => sumEnds(confusion.bad, UNDECIDED) + sumEnds(confusion['not covered'], UNDECIDED),
    digits: 0,
  },
  'wait at D8b median': { measure: (tally) => findQuantile(tally.waitMinutes['D8b'], 0.5), digits: 1, unit: 'min' },
  'wait at D8b p95': { measure: (tally) => findQuantile(tally.waitMinutes['D8b'], 0.95), digits: 1, unit: 'min' },
  'most in the bin': { measure: ({ mostInBin }) => Math.max(0, ...mostInBin), digits: 0 },
  'lot stops per lot': { measure: ({ lotStops, mostInBin }) => divide(lotStops, mostInBin.length), digits: 1 },
  'units until doubt': {
    measure: (tally) =>
      tally.excursionsNotDoubted > 0 ? Number.POSITIVE_INFINITY : findQuantile(tally.unitsUntilDoubt, 1),
    digits: 0,
  },
  'sound fixtures stopped': { measure: ({ wrongStops }) => sumValues(wrongStops), digits: 0 },
  'wrong stops per ten thousand': {
    measure: ({ wrongStops, units }) => divide(10_000 * sumValues(wrongStops), units),
    digits: 1,
  },
  'stops of one fixture': { measure: ({ mostStopsOfOneFixture }) => Math.max(0, ...mostStopsOfOneFixture), digits: 0 },
  'failures until stop median': { measure: ({ failuresUntilStop }) => findQuantile(failuresUntilStop, 0.5), digits: 0 },
  'line minutes per unit': { measure: ({ lineHours, units }) => divide(60 * lineHours, units), digits: 3 },
  'reference runs per unit': { measure: ({ referenceRuns, units }) => divide(referenceRuns, units), digits: 3 },
  'Brier as printed': { measure: ({ calibration }) => measureBrier(calibration['printed']), digits: 3 },
  'odds at a pass': { measure: ({ calibration }) => measureOdds(calibration['printed, at a pass']), digits: 1 },
  'Brier as learnt': { measure: ({ calibration }) => measureBrier(calibration['learnt']), digits: 3 },
  'learnt odds at a pass': { measure: ({ calibration }) => measureOdds(calibration['learnt, at a pass']), digits: 1 },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

export const figureNames = Object.keys(figures) as FigureName[];

/** Upper bounds of some of the figures. */
export type FigureGoals = Readonly<Partial<Record<FigureName, number>>>;

export interface FigureResult {
  readonly name: FigureName;
  readonly found: number | null;
  readonly text: string;
  readonly goal: string | null;
  /** Null without a goal, or with nothing measured. */
  readonly isMet: boolean | null;
}

/** Every figure that has a goal, in the order of the list. */
export function evaluateGoals(tally: Tally, goals: FigureGoals): readonly FigureResult[] {
  return evaluateFigures(tally, goals).filter(({ goal }) => goal !== null);
}

/** Every figure, held to its goal where it has one. */
export function evaluateFigures(tally: Tally, goals: FigureGoals): readonly FigureResult[] {
  return figureNames.map((name) => {
    const found = measureFigure(tally, name);
    const goal = goals[name];
    const text = found === null ? 'nothing to measure' : formatFigure(name, found);
    const isMet = goal === undefined || found === null ? null : found <= goal;
    return { name, found, text, goal: goal === undefined ? null : `<= ${formatFigure(name, goal)}`, isMet };
  });
}

/** The value of a figure; null when there was nothing to measure. */
export function measureFigure(tally: Tally, name: FigureName): number | null {
  return figures[name].measure(tally);
}

/** True when no goal is missed. */
export function hasMetGoals(tally: Tally, goals: FigureGoals): boolean {
  return evaluateGoals(tally, goals).every(({ isMet }) => isMet !== false);
}

function formatFigure(name: FigureName, value: number): string {
  const { digits, unit }: Figure = figures[name];
  if (!Number.isFinite(value)) return 'never';
  const text = value.toLocaleString('en', { maximumFractionDigits: digits });
  return unit ? `${text} ${unit}` : text;
}

const UNDECIDED: readonly UnitEnd[] = ['hold', 'lost'];

/** Units that were shipped, whatever is true of them. */
export function countShipped({ confusion }: Tally): number {
  return Object.values(confusion).reduce((sum, ends) => sum + sumEnds(ends, shippedEnds), 0);
}

/** Units that ended without a disposition. */
export function countUndecided({ confusion }: Tally): number {
  return Object.values(confusion).reduce((sum, ends) => sum + sumEnds(ends, UNDECIDED), 0);
}

/** Units of a row of the confusion. */
export function countUnitsInRow(ends: Readonly<Record<UnitEnd, number>>): number {
  return sumEnds(ends, unitEnds);
}

function measureShippedAt({ characteristic }: Tally, share: string): number | null {
  const points = Object.values(characteristic).flatMap((byShare): CharacteristicPoint[] => {
    const point = byShare[share];
    return point ? [point] : [];
  });
  return percent(
    points.reduce((sum, { shipped }) => sum + shipped, 0),
    points.reduce((sum, { units }) => sum + units, 0),
  );
}

function measureBrier(calibration: Tally['calibration'][string] | undefined): number | null {
  return calibration ? divide(calibration.brierSum, calibration.count) : null;
}

/** How many times as many are bad as was said, or the other way about: 1 is perfect. */
function measureOdds(calibration: Tally['calibration'][string] | undefined): number | null {
  if (!calibration || calibration.badSum === 0) return null;
  const { predictedSum, badSum } = calibration;
  return predictedSum === 0 ? Number.POSITIVE_INFINITY : Math.max(badSum / predictedSum, predictedSum / badSum);
}

function sumEnds(counts: Readonly<Record<UnitEnd, number>>, ends: readonly UnitEnd[]): number {
  return ends.reduce((sum, end) => sum + counts[end], 0);
}

function sumValues(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function perMillion(part: number, whole: number): number | null {
  return divide(1_000_000 * part, whole);
}

function percent(part: number, whole: number): number | null {
  return divide(100 * part, whole);
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** The value below which that share of the values lies; null of nothing. */
function findQuantile(values: readonly number[] | undefined, share: number): number | null {
  const sorted = (values ?? []).toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
