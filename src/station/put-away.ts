// Units on their way from a fixture to their bin: which run each had last, until somebody confirms the bin.
import type { RunRecord } from '../model/run.ts';

/** A unit that somebody has to put away. */
export interface UnitToPutAway {
  readonly runId: string;
  readonly fixture: number;
  /** Where the verdict said: a bin, or the disposition where it named no bin. */
  readonly bin: string;
}

export interface PutAway {
  add(run: RunRecord): void;
  /** Takes the run's unit off the list; undefined when it is not on it. */
  confirm(runId: string): UnitToPutAway | undefined;
  /** The last run at a fixture whose unit is not put away. */
  lastAt(fixture: number): UnitToPutAway | undefined;
}

/** Nobody looks for a unit further back than this: the oldest are forgotten. */
const MAX_WAITING = 1_000;

export function openPutAway(): PutAway {
  const waiting = new Map<string, UnitToPutAway>();
  return {
    add: ({ runId, fixture, verdict }) => {
      const { instruction, disposition } = verdict;
      const bin = instruction.do === 'put-in-bin' ? instruction.bin : disposition;
      waiting.set(runId, { runId, fixture, bin });
      if (waiting.size > MAX_WAITING) waiting.delete(waiting.keys().next().value!);
    },
    confirm: (runId) => {
      const unit = waiting.get(runId);
      waiting.delete(runId);
      return unit;
    },
    lastAt: (fixture) => [...waiting.values()].findLast((unit) => unit.fixture === fixture),
  };
}
