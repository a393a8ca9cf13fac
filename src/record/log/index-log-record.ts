// What people and the station noted, filed where it is looked up: the same at the moment of writing and when proved later.

import { getSignedDisposition } from '../../domain/decisions/sign-off.ts';
import { normalizePersonName } from '../../domain/people/person.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { ChainRecord } from '../chain/chain.ts';
import type { SignatureBody, SignOffBody } from '../people/signatures.ts';
import { updateUnitDisposition } from '../statistics/tally.ts';
import type { Database } from '../store/database.ts';
import { indexNoteByUnit } from './unit-notes.ts';

/** Files a record of the log inside the caller's transaction; kinds that are only read in order are filed nowhere. */
export function indexLogRecord(database: Database, { sequence, kind, body }: ChainRecord): void {
  if (kind === 'unit-repaired' || kind === 'unit-released')
    indexNoteByUnit(database, sequence, (JSON.parse(body) as { readonly unit: UnitIdentity }).unit);
  if (kind === 'runs-voided')
    voidRuns(database, sequence, (JSON.parse(body) as { readonly runIds: readonly string[] }).runIds);
  if (kind === 'signature') indexSignature(database, sequence, JSON.parse(body) as SignatureBody);
  if (kind === 'sign-off') applySignOff(database, JSON.parse(body) as SignOffBody);
  if (kind === 'verdict-revised') reviseVerdict(database, sequence, JSON.parse(body) as RevisionBody);
}

interface RevisionBody {
  readonly runId: string;
  readonly verdict: Verdict;
}

/** Filed under its run; the unit counts from now on as it stands now. */
function reviseVerdict(database: Database, sequence: number, { runId, verdict }: RevisionBody): void {
  database.run('INSERT OR IGNORE INTO note_keys (key, sequence) VALUES (?, ?)', toRevisionKey(runId), sequence);
  const run = findIndexedRun(database, runId);
  if (run) updateUnitDisposition(database, run.recipe, run.unit, verdict.disposition);
}

/** The key of what was judged of a run later; no unit's key begins so. */
export function toRevisionKey(runId: string): string {
  return `verdict-of:${runId}`;
}

function voidRuns(database: Database, sequence: number, runIds: readonly string[]): void {
  for (const runId of runIds)
    database.run('INSERT OR IGNORE INTO voided_runs (run_id, sequence) VALUES (?, ?)', runId, sequence);
}

interface IndexedRun {
  readonly sequence: number;
  readonly recipe: string;
  readonly unit: string;
}

function findIndexedRun(database: Database, runId: string): IndexedRun | undefined {
  return database.get<IndexedRun>('SELECT sequence, recipe, unit FROM runs WHERE run_id = ?', runId);
}

function indexSignature(database: Database, sequence: number, { runId, decision, person }: SignatureBody): void {
  database.run(
    'INSERT INTO signatures (run_id, decision, person, sequence) VALUES (?, ?, ?, ?)',
    runId,
    decision,
    normalizePersonName(person.id),
    sequence,
  );
  const run = findIndexedRun(database, runId);
  if (run)
    database.run(
      'INSERT OR IGNORE INTO note_keys SELECT key, ? FROM run_keys WHERE sequence = ?',
      sequence,
      run.sequence,
    );
}

function applySignOff(database: Database, { runId, decision }: SignOffBody): void {
  const run = findIndexedRun(database, runId);
  if (run) updateUnitDisposition(database, run.recipe, run.unit, getSignedDisposition(decision));
}
