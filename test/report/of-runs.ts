// Reports of runs that are all at hand: the collectors of the report room, given the runs oldest first.
import type { DecidedRun } from '../../src/domain/decisions/decided-run.ts';
import { createRunCsvCollector } from '../../src/report/batch/batch-csv.ts';
import {
  type BatchSummary,
  createSummaryCollector,
  type SummaryOptions,
} from '../../src/report/summary/batch-summary.ts';
import {
  createPeriodCollector,
  type PeriodOptions,
  type PeriodSummary,
} from '../../src/report/summary/period-summary.ts';

export function batchCsv(runs: Iterable<DecidedRun>): string {
  return addAll(createRunCsvCollector(), runs).formatCsv();
}

export function summariseBatch(runs: Iterable<DecidedRun>, options: SummaryOptions = {}): BatchSummary {
  return addAll(createSummaryCollector(options), runs).summarise();
}

export function summarisePeriod(runs: Iterable<DecidedRun>, options: PeriodOptions = {}): PeriodSummary {
  return addAll(createPeriodCollector(options), runs).summarise();
}

/** Run ids sort by time of start. */
function addAll<Collector extends { add(run: DecidedRun): void }>(
  collector: Collector,
  runs: Iterable<DecidedRun>,
): Collector {
  const oldestFirst = [...runs].sort((left, right) => (left.runId < right.runId ? -1 : 1));
  for (const run of oldestFirst) collector.add(run);
  return collector;
}
