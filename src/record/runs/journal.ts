// The running record of each run, written as it happens: what somebody acts on is on the disk before its promise resolves.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
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
  beginRun(run: RunHeader): Promise<void>;
  recordWriteIntent(intent: WriteIntent): Promise<void>;
  recordStep(runId: string, step: StepRecord): Promise<void>;
  recordUnitIdentity(runId: string, unit: UnitIdentity): Promise<void>;
  /** Gives the run's place in the record. */
  finishRun(run: RunRecord): Promise<number>;
}

/** What the journal stands on. */
export interface JournalDeps {
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
export function openJournal({ database, station, clock, assertRoom, group, steps }: JournalDeps): Journal {
  return {
    beginRun: async (run) => {
      assertRoom();
      await group.addWrite(() => {
        closeOpenRuns(database, station, formatIsoMoment(clock.readWallMs()), run.fixture);
        insertOpenRun(database, run);
      });
    },
    recordWriteIntent: (intent) =>
      group.addWrite(() => {
        assertRunOpen(database, intent.runId);
        database.run('INSERT INTO open_intents (run_id, body) VALUES (?, ?)', intent.runId, toCanonicalJson(intent));
      }),
    recordStep: (runId, step) =>
      steps.addWrite(() => {
        assertRunOpen(database, runId);
        database.run('INSERT INTO open_steps (run_id, body) VALUES (?, ?)', runId, toCanonicalJson(step));
      }),
    recordUnitIdentity: (runId, unit) =>
      group.addWrite(() => {
        assertRunOpen(database, runId);
        database.run('UPDATE open_runs SET unit = ? WHERE run_id = ?', toCanonicalJson(unit), runId);
      }),
    finishRun: async (run) => {
      let sequence = 0;
      await group.addWrite(() => {
        if (!isRunOpen(database, run.runId) && !isRunFinished(database, run.runId))
          throw createRunNotOpenError(run.runId);
        sequence = recordRun(database, station, run);
      });
      return sequence;
    },
  };
}

function insertOpenRun(database: Database, run: RunHeader): void {
  if (isRunOpen(database, run.runId) || isRunFinished(database, run.runId)) {
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
    toCanonicalJson(run),
    toCanonicalJson(run.unit),
  );
}

function isRunOpen(database: Database, runId: string): boolean {
  return database.get('SELECT 1 FROM open_runs WHERE run_id = ?', runId) !== undefined;
}

function isRunFinished(database: Database, runId: string): boolean {
  return database.get('SELECT 1 FROM runs WHERE run_id = ?', runId) !== undefined;
}

function assertRunOpen(database: Database, runId: string): void {
  if (!isRunOpen(database, runId)) throw createRunNotOpenError(runId);
}

function createRunNotOpenError(runId: string): StationError {
  return new StationError({
    code: 'record/not-begun',
    message: `Run ${runId} is not open in the record`,
    hint: 'Start the station again and test the unit from the start.',
  });
}
