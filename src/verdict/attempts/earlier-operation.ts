// Whether a unit comes from the operation that a recipe expects before its own: by the record alone.
import type { RunRecord } from '../../domain/run/run.ts';

/** `no-record`: no run of that operation is known; `not-passed`: its last one there did not end in pass. */
export type EarlierOperationStatus = 'passed' | 'not-passed' | 'no-record';

/** How the unit stands at the operation named `after`. Void runs say nothing; `otherRuns` are oldest first. */
export function findEarlierOperationStatus(
  after: string,
  { otherRuns, voidedRunIds }: { readonly otherRuns: readonly RunRecord[]; readonly voidedRunIds: ReadonlySet<string> },
): EarlierOperationStatus {
  const runs = otherRuns.filter(
    ({ recipe, result, runId }) => recipe.name === after && result !== 'void' && !voidedRunIds.has(runId),
  );
  const last = runs.at(-1);
  if (!last) return 'no-record';
  return last.verdict.disposition === 'pass' ? 'passed' : 'not-passed';
}
