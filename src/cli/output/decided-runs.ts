// Runs of a record as they stand now: with what people signed about them and did to their units since.
import { applyDecisions, type DecidedRun } from '../../domain/decisions/decided-run.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { StationLogReader } from '../../record/log/station-log.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';

/** The run with the verdict that people signed, once their decision stands, and with what was done afterwards. */
export async function applySignOffs(
  log: Pick<StationLogReader, 'findSignatures' | 'findSignOffs' | 'findNotesAfterRun' | 'findRevisedVerdict'>,
  run: RunRecord,
): Promise<DecidedRun> {
  if (run.verdict.disposition === 'pass') return { ...run, afterwards: [] };
  const signed = (await log.findSignatures(run.runId)).map((one) => ({ kind: 'signed', ...one }) as const);
  const decided = (await log.findSignOffs(run.runId)).map((one) => ({ kind: 'decided', ...one }) as const);
  const standing = (await log.findRevisedVerdict(run.runId)) ?? run.verdict;
  return {
    ...run,
    verdict: applyDecisions(standing, run.runId, [...signed, ...decided]),
    afterwards: [...(await log.findNotesAfterRun(run.runId)), ...signed],
  };
}

/** Every finished run that fits, oldest first, as it stands now. */
export async function* readDecidedRuns(
  { history, log }: Pick<ReadableRecord, 'history' | 'log'>,
  filter: RunFilter,
): AsyncGenerator<DecidedRun> {
  for (const run of history.iterateRuns(filter)) yield applySignOffs(log, run);
}
