// What the last runs of a record say of the line itself: its fixtures, its lots, and how much to believe a failure.

import type { RecordedRun } from '../../../domain/run/record-place.ts';
import { createUnitLinker } from '../../../domain/unit/unit-linking.ts';
import type { ReadableRecord } from '../../../record/read-record.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { type LearningEvent, type LearntRecord, learnFromRecord } from '../../../verdict/quality/learn-from-record.ts';
import {
  type BinLimits,
  calculateBinLimits,
  calculatePartAverageLimits,
  type LotFailures,
  type LotValue,
  type PartAverageLimits,
} from '../../../verdict/quality/lot-limits.ts';
import { studyTesters, type TesterFigures } from '../../../verdict/quality/tester-study.ts';

export interface LineQuality {
  /** Runs that were looked at. */
  readonly runCount: number;
  readonly testers: readonly TesterFigures[];
  readonly partAverages: readonly PartAverageLimits[];
  readonly binLimits: readonly BinLimits[];
  readonly learnt: LearntRecord;
}

/** As many of the last runs are looked at: a run before these counts less than half in what is learnt. */
const LOOK_BACK_RUNS = 5_000;

/** Reads the last runs that fit the filter, with what people did to their units. */
export async function readLineQuality(record: ReadableRecord, filter: RunFilter): Promise<LineQuality> {
  const found = await record.history.findRecentRuns(LOOK_BACK_RUNS);
  const runs = found.filter((run) => fitsFilter(run, filter)).toReversed();
  const voided = await record.log.readVoidedRunIds();
  const counted = runs.filter((run) => run.purpose === 'production' && isJudged(run) && !voided.has(run.runId));
  return {
    runCount: runs.length,
    testers: studyTesters(
      runs
        .filter((run) => (run.purpose === 'golden' || run.purpose === 'known-bad') && isJudged(run))
        .map(({ fixture, purpose, result }) => ({
          fixture,
          shouldPass: purpose === 'golden',
          passed: result === 'pass',
        })),
    ),
    partAverages: calculatePartAverageLimits(counted.filter(({ result }) => result === 'pass').flatMap(listLotValues)),
    binLimits: calculateBinLimits(countLotFailures(counted)),
    learnt: learnFromRecord(await listLearningEvents(record, counted)),
  };
}

function isJudged({ result }: RecordedRun): boolean {
  return result === 'pass' || result === 'fail' || result === 'timeout';
}

function fitsFilter(run: RecordedRun, { since, until, batch, fixture, recipe }: RunFilter): boolean {
  const day = run.startedAt.slice(0, 10);
  if ((since !== undefined && day < since) || (until !== undefined && day > until)) return false;
  if (batch !== undefined && run.batch !== batch) return false;
  return (fixture === undefined || run.fixture === fixture) && (recipe === undefined || run.recipe.name === recipe);
}

function nameRunUnit({ unit, runId }: RecordedRun): string {
  return unit.label ?? unit.deviceId ?? runId;
}

/** Numbers of one run: its measurements, and the times of its steps. */
function listLotValues(run: RecordedRun): readonly LotValue[] {
  const own = { lot: run.batch, unit: nameRunUnit(run) };
  return run.steps.flatMap(({ id, result, durationMs, measurements }) => [
    ...(result === 'passed' ? [{ ...own, name: `time of ${id} [ms]`, value: durationMs }] : []),
    ...measurements.flatMap(({ name, value, unit }) =>
      typeof value === 'number' ? [{ ...own, name: `${id}: ${name}${unit && ` [${unit}]`}`, value }] : [],
    ),
  ]);
}

/** Lots by the first run of each of their units. */
function countLotFailures(runs: readonly RecordedRun[]): readonly LotFailures[] {
  const nameUnit = createUnitLinker();
  return [...Map.groupBy(runs, ({ batch }) => batch)].map(([lot, own]) => {
    const first = new Map<string, RecordedRun>();
    for (const run of own) {
      const unit = nameUnit(run.unit) ?? run.runId;
      if (!first.has(unit)) first.set(unit, run);
    }
    const byClass = new Map<string, number>();
    for (const { verdict, result } of first.values()) {
      if (result === 'pass') continue;
      const failureClass = verdict.failureClass ?? 'none';
      byClass.set(failureClass, (byClass.get(failureClass) ?? 0) + 1);
    }
    return { lot, units: first.size, byClass };
  });
}

/** Runs, repairs and proofs in the order of the record; of units that never failed there is nothing else to know. */
async function listLearningEvents(
  { log }: ReadableRecord,
  runs: readonly RecordedRun[],
): Promise<readonly LearningEvent[]> {
  const nameUnit = createUnitLinker();
  const events: (LearningEvent & { readonly at: number })[] = [];
  const failed = new Map<string, RecordedRun>();
  for (const run of runs) {
    const unit = nameUnit(run.unit) ?? run.runId;
    const { sequence, fixture, verdict, result } = run;
    const failureClass = verdict.failureClass ?? null;
    events.push({ kind: 'run', unit, failed: result !== 'pass', failureClass, fixture, sequence, at: sequence });
    if (result !== 'pass') failed.set(unit, run);
    if (verdict.disposition === 'scrap-proposed') events.push({ kind: 'proved', unit, at: sequence });
  }
  for (const [unit, run] of failed) {
    for (const note of await log.findNotesOfUnit(run.unit)) {
      if (note.kind === 'repaired') events.push({ kind: 'repaired', unit, at: note.sequence });
      if (note.kind === 'signed' && note.decision === 'scrap') events.push({ kind: 'proved', unit, at: note.sequence });
    }
  }
  return events.sort((left, right) => left.at - right.at);
}
