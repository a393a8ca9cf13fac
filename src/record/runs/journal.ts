// The running record of each run, written as it happens: what somebody acts on is on the disk before its promise resolves.

import { canonicalJson } from '../../base/canonical-json.ts';
import type { Clock } from '../../base/clock.ts';
import { isoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import type { RunHeader, RunRecord, StepRecord, WriteIntent } from '../../domain/run/run.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { Database } from '../store/database.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { closeOpenRuns } from './interrupted-runs.ts';
import { recordRun } from './record-run.ts';

/**
 * Keeps runs. Every promise resolves after the commit is synced, but that of `step`: a step survives the end of the process,
 * and is synced with whatever is written next but another step. Every promise rejects with StationError `record/...`.
 */
export interface Journal {
  begin(run: RunHeader): Promise<void>;
  intend(intent: WriteIntent): Promise<void>;
  step(runId: string, step: StepRecord): Promise<void>;
  identify(runId: string, unit: UnitIdentity): Promise<void>;
  /** Gives the run's place in the record. */
  finish(run: RunRecord): Promise<number>;
}

/** What the journal stands on. */
export interface JournalGround {
  readonly database: Database;
  readonly station: string;
  readonly clock: Clock;
  /** Throws StationError when a new run must not begin (no room on the disk). */
  readonly assertRoom: () => void;
  /** Where writes that come together are committed together. */
  readonly group: GroupCommit;
  /** The same for steps, which need no sync of their own. */
  readonly steps: GroupCommit;
}

/** The journal over an open store. A run left open at a fixture ends as interrupted when the fixture begins the next. */
export function openJournal({ database, station, clock, assertRoom, group, steps }: JournalGround): Journal {
  return {
    begin: async (run) => {
      assertRoom();
      await group.add(() => {
        closeOpenRuns(database, station, isoMoment(clock.wallMs()), run.fixture);
        beginRun(database, run);
      });
    },
    intend: (intent) =>
      group.add(() => {
        assertOpen(database, intent.runId);
        database.run('INSERT INTO open_intents (run_id, body) VALUES (?, ?)', intent.runId, canonicalJson(intent));
      }),
    step: (runId, step) =>
      steps.add(() => {
        assertOpen(database, runId);
        database.run('INSERT INTO open_steps (run_id, body) VALUES (?, ?)', runId, canonicalJson(step));
      }),
    identify: (runId, unit) =>
      group.add(() => {
        assertOpen(database, runId);
        database.run('UPDATE open_runs SET unit = ? WHERE run_id = ?', canonicalJson(unit), runId);
      }),
    finish: async (run) => {
      let sequence = 0;
      await group.add(() => {
        if (!isOpen(database, run.runId) && !isFinished(database, run.runId)) throw neverBegun(run.runId);
        sequence = recordRun(database, station, run);
      });
      return sequence;
    },
  };
}

function beginRun(database: Database, run: RunHeader): void {
  if (isOpen(database, run.runId) || isFinished(database, run.runId)) {
    throw new StationError({
      code: 'record/run-exists',
      message: `Run ${run.runId} has already begun`,
      hint: 'Start the station again; each run needs an id of its own.',
    });
  }
  database.run(
    'INSERT INTO open_runs (run_id, fixture, header, unit) VALUES (?, ?, ?, ?)',
    run.runId,
    run.fixture,
    canonicalJson(run),
    canonicalJson(run.unit),
  );
}

function isOpen(database: Database, runId: string): boolean {
  return database.get('SELECT 1 FROM open_runs WHERE run_id = ?', runId) !== undefined;
}

function isFinished(database: Database, runId: string): boolean {
  return database.get('SELECT 1 FROM runs WHERE run_id = ?', runId) !== undefined;
}

function assertOpen(database: Database, runId: string): void {
  if (!isOpen(database, runId)) throw neverBegun(runId);
}

function neverBegun(runId: string): StationError {
  return new StationError({
    code: 'record/not-begun',
    message: `Run ${runId} is not open in the record`,
    hint: 'Start the station again and test the unit from the start.',
  });
}
