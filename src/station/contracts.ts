// What the station asks of the rooms around it: a journal that keeps runs, a history to judge by, a judge.
import type { RunHeader, RunRecord, StepRecord, WriteIntent } from '../model/run.ts';
import type { UnitIdentity } from '../model/unit.ts';

/** Where runs are kept. Every promise resolves only when what was given is durable. Throws StationError `record/...`. */
export interface RunJournal {
  begin(run: RunHeader): Promise<void>;
  intend(intent: WriteIntent): Promise<void>;
  step(runId: string, step: StepRecord): Promise<void>;
  identify(runId: string, unit: UnitIdentity): Promise<void>;
  finish(run: RunRecord): Promise<void>;
}

/** What came before. */
export interface RunHistory {
  /** Finished runs of this unit at this operation (recipe name), by any of its identities, oldest first. */
  runsOfUnit(unit: UnitIdentity, recipeName: string): Promise<readonly RunRecord[]>;
  /** The last finished runs of the station, newest first. */
  recentRuns(limit: number): Promise<readonly RunRecord[]>;
  /** Intents of runs that never finished, by unit. */
  openIntents(unit: UnitIdentity): Promise<readonly WriteIntent[]>;
  /** Other units that carry this label, or other labels of this id. */
  identityConflicts(
    unit: UnitIdentity,
  ): Promise<readonly { readonly kind: 'label-reused' | 'unit-relabelled'; readonly other: UnitIdentity }[]>;
}
