// One unit that has come to its end, held against what is true of it.

import { countOccurrence, type Tally, type TruthRow } from '../figures/tally.ts';
import { isShipped, type LineUnit } from '../line/line-unit.ts';
import { getFaultCondition } from '../population/conditions.ts';
import { goodUnit, gradeTruth, isSteady, type UnitTruth } from '../population/line-truth.ts';

/** Counts a unit that has come to its end. `drawn` is what was true of it when it was put on the line. */
export function countUnit(tally: Tally, unit: LineUnit, drawn: UnitTruth): void {
  const end = unit.end ?? 'lost';
  const shipped = isShipped(unit);
  const isGood = gradeTruth(drawn) === 'good';
  tally.units += 1;
  tally.confusion[findTruthRow(unit, drawn)][end] += 1;
  if (shipped && gradeTruth(unit.truth) === 'bad') tally.escapes[classifyEscape(unit)] += 1;
  if (unit.failedRuns > 0) {
    tally.failingUnits += 1;
    tally.runsOfFailingUnits += unit.runs;
    if (!isGood && !isSteady(drawn)) {
      tally.intermittentFailed += 1;
      if (shipped) tally.intermittentShipped += 1;
    }
  }
  if (shipped && unit.lastRun?.verdict.marks.includes('no-fault-found')) tally.noFaultFound += 1;
  if (isGood && unit.wasSentToRework) tally.goodReworked += 1;
  if (isGood && unit.runsByRepair.length > 1) tally.goodRepaired += 1;
  if (isGood && unit.wasHeld) tally.goodHeld += 1;
  if (!isGood && drawn.isCovered && gradeTruth(unit.truth) !== 'good') countCharacteristic(tally, unit, drawn);
}

function findTruthRow({ truth }: LineUnit, drawn: UnitTruth): TruthRow {
  const [now, before] = [gradeTruth(truth), gradeTruth(drawn)];
  if (now === 'bad' && before === 'good') return 'good, spoilt';
  if (now === 'good' && before !== 'good' && truth === goodUnit) return 'bad, repaired';
  return now === 'bad' && !truth.isCovered ? 'not covered' : now;
}

function classifyEscape(unit: LineUnit): keyof Tally['escapes'] {
  if (!unit.truth.isCovered) return 'notCovered';
  return unit.failedRuns === 0 ? 'neverFailed' : 'failedBefore';
}

function countCharacteristic(tally: Tally, unit: LineUnit, { condition, failShare }: UnitTruth): void {
  const face = showsFlash(condition) ? 'flash' : 'contact';
  const place = (Math.round(failShare * 10) / 10).toFixed(1);
  tally.characteristic[face] ??= {};
  tally.characteristic[face][place] ??= { units: 0, shipped: 0, failed: 0 };
  const point = tally.characteristic[face][place];
  point.units += 1;
  if (isShipped(unit)) point.shipped += 1;
  if (unit.failedRuns > 0) point.failed += 1;
}

function showsFlash(condition: UnitTruth['condition']): boolean {
  const code = getFaultCondition(condition).failure?.code ?? '';
  return ['dfu/verify', 'dfu/erase', 'dfu/write-stalled'].some((beginning) => code.startsWith(beginning));
}

const BIN_EDGES = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Counts a prediction of the probability that a unit is bad, of which the truth is known. */
export function countPrediction(tally: Tally, of: string, predicted: number, isBad: boolean): void {
  tally.calibration[of] ??= { count: 0, brierSum: 0, predictedSum: 0, badSum: 0, bins: {} };
  const calibration = tally.calibration[of];
  const bad = isBad ? 1 : 0;
  const bin = String(BIN_EDGES.findLast((edge) => predicted >= edge) ?? 0);
  calibration.bins[bin] ??= { count: 0, predictedSum: 0, badSum: 0 };
  for (const place of [calibration, calibration.bins[bin]]) {
    place.count += 1;
    place.predictedSum += predicted;
    place.badSum += bad;
  }
  calibration.brierSum += (predicted - bad) ** 2;
}

/** Counts a wait in the bin by the rule whose verdict began it. */
export function countWait(tally: Tally, rule: string, minutes: number): void {
  tally.waitMinutes[rule] ??= [];
  tally.waitMinutes[rule].push(Math.round(minutes * 10) / 10);
}

/** Counts a stop, and whether it was wrong. */
export function countStop(tally: Tally, rule: string, isWrong: boolean): void {
  countOccurrence(tally.stops, rule);
  if (isWrong) countOccurrence(tally.wrongStops, rule);
}
