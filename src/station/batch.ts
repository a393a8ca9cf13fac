// What a batch has come to: every unit by its last disposition, and whether the target is reached.
import type { RunRecord } from '../domain/run/run.ts';
import { countDispositions, type Disposition } from '../domain/run/verdict.ts';
import { createUnitLinker, type UnitLinker } from '../domain/unit/unit-linking.ts';

export interface Batch {
  /** Takes in a recorded run; reference units and other purposes are left out. */
  add(run: RunRecord): void;
  readonly runCount: number;
  /** Units by their last disposition. */
  countUnitsByDisposition(): Readonly<Record<Disposition, number>>;
  /** True when as many units as asked for have a disposition that is not another test. */
  readonly isComplete: boolean;
}

/** Counts a batch; `targetCount` null never completes. */
export function openBatch(targetCount: number | null): Batch {
  const linker: UnitLinker = createUnitLinker();
  const last = new Map<string, Disposition>();
  let runCount = 0;
  return {
    get runCount() {
      return runCount;
    },
    get isComplete() {
      if (targetCount === null) return false;
      return [...last.values()].filter((disposition) => disposition !== 'retest').length >= targetCount;
    },
    add: (run) => {
      if (run.purpose === 'golden' || run.purpose === 'known-bad' || run.purpose === 'grr') return;
      runCount += 1;
      last.set(linker(run.unit) ?? run.runId, run.verdict.disposition);
    },
    countUnitsByDisposition: () => countDispositions(last.values()),
  };
}
