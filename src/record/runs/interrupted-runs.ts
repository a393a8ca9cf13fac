// Runs that began and never finished: what is known of them becomes a record that is neither pass nor fail.
import type { Failure } from '../../domain/run/failure.ts';
import type { RunHeader, RunRecord, StepRecord, WriteIntent } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { Database } from '../store/database.ts';
import { computeNextAttempt } from './attempts.ts';
import { findUnverifiedWrites } from './half-flashed.ts';
import { readWriteIntents, recordRun } from './record-run.ts';

interface OpenRunRow {
  readonly runId: string;
  readonly header: string;
  readonly unit: string;
}

/**
 * Turns open runs (all, or those of one fixture) into `interrupted` records inside the caller's transaction and
 * gives them back. `at` is the moment of finding them, ISO 8601.
 */
export function closeOpenRuns(database: Database, station: string, at: string, fixture?: number): readonly RunRecord[] {
  const open = database.getAll<OpenRunRow>(
    `SELECT run_id AS runId, header, unit FROM open_runs WHERE ${fixture === undefined ? '1' : 'fixture = ?'} ORDER BY run_id`,
    ...(fixture === undefined ? [] : [fixture]),
  );
  return open.map((row) => {
    const run = buildInterruptedRun(database, row, at);
    recordRun(database, station, run);
    return run;
  });
}

function readOpenSteps(database: Database, runId: string): readonly StepRecord[] {
  return database
    .getAll<{ body: string }>('SELECT body FROM open_steps WHERE run_id = ? ORDER BY rowid', runId)
    .map((row) => JSON.parse(row.body) as StepRecord);
}

function buildInterruptedRun(database: Database, open: OpenRunRow, at: string): RunRecord {
  const header = JSON.parse(open.header) as RunHeader;
  const unit = JSON.parse(open.unit) as UnitIdentity;
  const steps = readOpenSteps(database, open.runId);
  const failure = buildHalfFlashedFailure(findUnverifiedWrites({ steps }, readWriteIntents(database, open.runId)));
  return {
    ...header,
    unit,
    endedAt: at,
    durationMs: Math.max(0, ...steps.map((step) => step.startedAtMs + step.durationMs)),
    steps,
    result: 'interrupted',
    failure,
    error: {
      code: 'record/interrupted',
      message: 'The program ended before this run did',
      hint: 'Test the unit again from the start; this run does not count against it.',
    },
    verdict: buildInterruptedVerdict(steps.length, failure),
    attempt: computeNextAttempt(database, unit, header.recipe.name),
  };
}

/** What the unit was left with; null when nothing was being written. */
function buildHalfFlashedFailure(intents: readonly WriteIntent[]): Failure | null {
  const [first] = intents;
  if (!first) return null;
  const images = intents.map(({ image }) => image).join(', ');
  const message = `The unit is left half-written: ${images} was begun and never read back`;
  return { code: 'run/half-flashed', message, site: { image: first.image, address: first.address }, evidence: [] };
}

/** D3 of the decision table: an interrupted run says nothing of the unit. */
function buildInterruptedVerdict(stepCount: number, failure: Failure | null): Verdict {
  return {
    disposition: 'retest',
    rule: 'D3',
    ruleText: 'The run was interrupted: test again, it does not count against the unit',
    code: failure?.code ?? null,
    operatorText: failure
      ? 'The station stopped while it wrote this unit: it is half-written. Test it again.'
      : 'The station stopped during this run. Test the unit again.',
    engineerText: `The program ended after ${stepCount} recorded steps. Nothing was judged.`,
    because: [
      `The run was begun and ${stepCount} steps were recorded, but no end of it.`,
      ...(failure ? [`${failure.message}.`] : []),
    ],
    suspects: ['station'],
    marks: [],
    wouldChange: 'A full run of the unit.',
    instruction: { do: 'retest-anywhere' },
    countsAgainstUnit: false,
  };
}
