// A finished run enters the record: its link in the chain, its evidence, and everything it will be found by.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import { toCalendarDay } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import { isCountedRun } from '../../domain/quality/yields.ts';
import type { RunRecord, WriteIntent } from '../../domain/run/run.ts';
import { listUnitKeys } from '../../domain/unit/unit-matching.ts';
import { appendRecord } from '../chain/chain.ts';
import { tallyRun } from '../statistics/tally.ts';
import type { Database } from '../store/database.ts';
import { detachEvidence, findStoredRun, type RunBody, type StoredRun, storeEvidence } from './evidence-store.ts';
import { updateHalfFlashed } from './half-flashed.ts';
import { nameUnit } from './unit-names.ts';

/**
 * Writes a finished run inside the caller's transaction, forgets that it was open, and gives its place. A run that is
 * already there is left as it is: writing it again changes nothing, writing it differently throws StationError
 * `record/already-finished`.
 */
export function recordRun(database: Database, station: string, run: RunRecord): number {
  const { stored, evidence } = detachEvidence(run);
  const known = findRecordedSequence(database, stored);
  if (known !== undefined) return known;
  const intents = readWriteIntents(database, run.runId);
  const body: RunBody = { run: stored, intents };
  const link = appendRecord(database, station, { kind: 'run', at: run.endedAt, body });
  storeEvidence(database, link.sequence, evidence);
  indexFinishedRun(database, link.sequence, body);
  deleteOpenRun(database, run.runId);
  return link.sequence;
}

/** Files a run of the chain, as it stands there, where it is looked up and counted; inside the caller's transaction. */
export function indexFinishedRun(database: Database, sequence: number, { run, intents }: RunBody): void {
  const unit = nameUnit(database, run.unit, `run:${run.runId}`);
  indexRun(database, sequence, run, unit);
  tallyRun(database, run, unit);
  updateHalfFlashed(database, run, intents);
}

function findRecordedSequence(database: Database, stored: StoredRun): number | undefined {
  const known = findStoredRun(database, stored.runId);
  if (!known) return undefined;
  if (toCanonicalJson(known.run) === toCanonicalJson(stored)) return known.sequence;
  throw new StationError({
    code: 'record/already-finished',
    message: `Run ${stored.runId} is already recorded with result "${known.run.result}"`,
    hint: 'Start the station again; the first record stays as it is.',
  });
}

/** Writes that an open run announced, in their order. */
export function readWriteIntents(database: Database, runId: string): readonly WriteIntent[] {
  return database
    .getAll<{ body: string }>('SELECT body FROM open_intents WHERE run_id = ? ORDER BY rowid', runId)
    .map((row) => JSON.parse(row.body) as WriteIntent);
}

function indexRun(database: Database, sequence: number, run: RunRecord, unit: string): void {
  database.run(
    'INSERT INTO runs (sequence, run_id, recipe, batch, fixture, purpose, result, counts, day, unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    sequence,
    run.runId,
    run.recipe.name,
    run.batch,
    run.fixture,
    run.purpose,
    run.result,
    isCountedRun({ result: run.result, countsAgainstUnit: run.verdict.countsAgainstUnit }) ? 1 : 0,
    toCalendarDay(run.startedAt),
    unit,
  );
  for (const key of listUnitKeys(run.unit))
    database.run('INSERT INTO run_keys (key, sequence) VALUES (?, ?)', key, sequence);
  if (run.result !== 'void') indexIdentity(database, run);
}

/** A voided run proves nothing of who carried which label, so it never leads to here. */
function indexIdentity(database: Database, run: RunRecord): void {
  const { label = '', deviceId = '', keyHash = '' } = run.unit;
  if (!label || !(deviceId || keyHash)) return;
  database.run(
    'INSERT OR IGNORE INTO identities (label, device_id, key_hash) VALUES (?, ?, ?)',
    label,
    deviceId,
    keyHash,
  );
}

function deleteOpenRun(database: Database, runId: string): void {
  database.run('DELETE FROM open_steps WHERE run_id = ?', runId);
  database.run('DELETE FROM open_intents WHERE run_id = ?', runId);
  database.run('DELETE FROM open_runs WHERE run_id = ?', runId);
}
