// Units on their way from a fixture to their bin: which run each had last, until somebody confirms the bin.
import type { UnstampedEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { getBinOf, type Verdict } from '../../domain/run/verdict.ts';

/** A unit that somebody has to put away. */
export interface BinQueueEntry {
  readonly runId: string;
  readonly fixture: number;
  /** Where the verdict said: a bin, or the disposition where it named no bin. */
  readonly bin: string;
  readonly verdict: Verdict;
}

export interface BinQueue {
  add(run: RunRecord): void;
  /** The unit is judged again: one that lies in another bin than it now belongs into waits anew. */
  revise(event: VerdictRevision): void;
  /** Takes the run's unit off the list; undefined when it is not on it. */
  confirm(runId: string): BinQueueEntry | undefined;
  /** The last run at a fixture whose unit is not put away. */
  findLastAtFixture(fixture: number): BinQueueEntry | undefined;
  findByRun(runId: string): BinQueueEntry | undefined;
  /**
   * The one unit that goes into this bin and has left its fixture; if none has, the one that is still in it. Undefined
   * when there is none, or more than one: then the bin does not say which.
   */
  findOnlyForBin(bin: string, isInFixture: (unit: BinQueueEntry) => boolean): BinQueueEntry | undefined;
}

type VerdictRevision = Extract<UnstampedEvent, { readonly type: 'verdict-revised' }>;

/** Nobody looks for a unit further back than this: the oldest are forgotten. */
const MAX_WAITING = 1_000;

export function createBinQueue(): BinQueue {
  const waiting = new Map<string, BinQueueEntry>();
  const add = ({ runId, fixture, verdict }: Pick<RunRecord, 'runId' | 'fixture' | 'verdict'>): void => {
    const { instruction, disposition } = verdict;
    const bin = instruction.do === 'put-in-bin' ? instruction.bin : disposition;
    waiting.set(runId, { runId, fixture, bin, verdict });
    if (waiting.size > MAX_WAITING) waiting.delete(waiting.keys().next().value!);
  };
  return {
    add,
    revise: (event) => {
      const isElsewhere = getBinOf(event.verdict.disposition) !== getBinOf(event.before.disposition);
      if (isElsewhere || waiting.has(event.runId)) add(event);
    },
    confirm: (runId) => {
      const unit = waiting.get(runId);
      waiting.delete(runId);
      return unit;
    },
    findOnlyForBin: (bin, isInFixture) => {
      const all = [...waiting.values()].filter((unit) => unit.bin === bin);
      const lifted = all.filter((unit) => !isInFixture(unit));
      const meant = lifted.length > 0 ? lifted : all;
      return meant.length === 1 ? meant[0] : undefined;
    },
    findByRun: (runId) => waiting.get(runId),
    findLastAtFixture: (fixture) => [...waiting.values()].findLast((unit) => unit.fixture === fixture),
  };
}
