// A run as it stands now: with what people signed about it and did to its unit since it was recorded.
import type { UnitNote } from '../model/note.ts';
import type { RunRecord } from '../model/run.ts';
import type { Signature } from '../model/signature.ts';
import type { StationLogReader } from '../record/station-log.ts';
import { decidedVerdict } from '../verdict/sign-off.ts';

export interface DecidedRun extends RunRecord {
  /** Repairs and releases before the unit's next run, and every signature on this one. */
  readonly afterwards: readonly UnitNote[];
}

/** The run with the verdict that people signed, once their decision stands, and with what was done afterwards. */
export async function asDecided(
  log: Pick<StationLogReader, 'signatures' | 'signOffs' | 'notesAfterRun'>,
  run: RunRecord,
): Promise<DecidedRun> {
  if (run.verdict.disposition === 'pass') return { ...run, afterwards: [] };
  const signatures = await log.signatures(run.runId);
  const notes = await log.notesAfterRun(run.runId);
  const decision = (await log.signOffs(run.runId)).findLast((signOff) => signOff.decision !== 'rework')?.decision;
  const under: readonly Signature[] = signatures.filter((signature) => signature.decision === decision);
  return {
    ...run,
    verdict: decision ? decidedVerdict(run.verdict, decision, under) : run.verdict,
    afterwards: [...notes, ...signatures.map((signature) => ({ kind: 'signed', ...signature }) as const)],
  };
}
