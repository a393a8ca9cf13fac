// Runs of a record as they stand now: with what people signed about them and did to their units since.
import type { DecidedRun } from '../../domain/run/decided-run.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { StationLogReader } from '../../record/log/station-log.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { buildSignedVerdict } from '../../verdict/policy/sign-off.ts';

/** The run with the verdict that people signed, once their decision stands, and with what was done afterwards. */
export async function applySignOffs(
  log: Pick<StationLogReader, 'findSignatures' | 'findSignOffs' | 'findNotesAfterRun'>,
  run: RunRecord,
): Promise<DecidedRun> {
  if (run.verdict.disposition === 'pass') return { ...run, afterwards: [] };
  const signatures = await log.findSignatures(run.runId);
  const notes = await log.findNotesAfterRun(run.runId);
  const decision = (await log.findSignOffs(run.runId)).findLast((signOff) => signOff.decision !== 'rework')?.decision;
  const under: readonly Signature[] = signatures.filter((signature) => signature.decision === decision);
  return {
    ...run,
    verdict: decision ? buildSignedVerdict(run.verdict, decision, under) : run.verdict,
    afterwards: [...notes, ...signatures.map((signature) => ({ kind: 'signed', ...signature }) as const)],
  };
}

/** Every finished run that fits, oldest first, as it stands now. */
export async function* readDecidedRuns(
  { history, log }: Pick<ReadableRecord, 'history' | 'log'>,
  filter: RunFilter,
): AsyncGenerator<DecidedRun> {
  for (const run of history.iterateRuns(filter)) yield applySignOffs(log, run);
}
