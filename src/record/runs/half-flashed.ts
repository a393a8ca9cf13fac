// Units left half-flashed: which images were begun on a unit and not proved complete since.
import type { RunRecord, WriteIntent } from '../../domain/run/run.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { canBeSameUnit, listUnitKeys } from '../../domain/unit/unit-matching.ts';
import type { Database } from '../store/database.ts';
import { findProvedImage, findStoredRun } from './evidence-store.ts';

/** Results after which nobody has judged what is in the unit's flash. */
const UNJUDGED_RESULTS: ReadonlySet<RunRecord['result']> = new Set(['interrupted', 'aborted', 'error']);

/** Takes in what a finished run tells, inside the caller's transaction: new open intents, or the proof that closes old ones. */
export function updateHalfFlashed(database: Database, run: RunRecord, intents: readonly WriteIntent[]): void {
  const proved = findVerifiedImages(run);
  for (const { runId, image } of findOpenWriteIntents(database, run.unit))
    if (run.result === 'pass' || proved.has(image)) closeIntent(database, runId, image);
  if (!UNJUDGED_RESULTS.has(run.result)) return;
  for (const intent of findUnverifiedWrites(run, intents))
    for (const key of listUnitKeys(run.unit)) insertOpenIntent(database, key, intent);
}

/** Intents of the unit's runs that never came to a judgement and were not made good since, oldest first. */
export function findOpenWriteIntents(database: Database, unit: UnitIdentity): readonly WriteIntent[] {
  const found = listUnitKeys(unit).flatMap((key) =>
    database.getAll<WriteIntent>(
      'SELECT run_id AS runId, image, address, size_bytes AS sizeBytes FROM half_flashed WHERE key = ? ORDER BY run_id',
      key,
    ),
  );
  const once = new Map(found.map((intent) => [`${intent.runId}/${intent.image}/${intent.address}`, { ...intent }]));
  return [...once.values()].filter(({ runId }) => isIntentOfUnit(database, runId, unit));
}

/** A label may have been used twice: then the hardware tells whose intent it is. */
function isIntentOfUnit(database: Database, runId: string, unit: UnitIdentity): boolean {
  const stored = findStoredRun(database, runId);
  return stored !== undefined && canBeSameUnit(stored.run.unit, unit);
}

/** Writes that the run began and did not read back whole. */
export function findUnverifiedWrites(
  run: Pick<RunRecord, 'steps'>,
  intents: readonly WriteIntent[],
): readonly WriteIntent[] {
  const proved = findVerifiedImages(run);
  return intents.filter(({ image }) => !proved.has(image));
}

/** Images that the run read back whole. */
function findVerifiedImages(run: Pick<RunRecord, 'steps'>): ReadonlySet<string> {
  const proved = new Set<string>();
  for (const step of run.steps) {
    if (step.result !== 'passed') continue;
    for (const item of step.evidence) {
      const image = findProvedImage(item);
      if (image !== undefined) proved.add(image);
    }
  }
  return proved;
}

function insertOpenIntent(database: Database, key: string, intent: WriteIntent): void {
  database.run(
    'INSERT OR IGNORE INTO half_flashed (key, run_id, image, address, size_bytes) VALUES (?, ?, ?, ?, ?)',
    key,
    intent.runId,
    intent.image,
    intent.address,
    intent.sizeBytes,
  );
}

/** Closed under every identity that the interrupted run knew, also one that this run does not. */
function closeIntent(database: Database, runId: string, image: string): void {
  database.run('DELETE FROM half_flashed WHERE run_id = ? AND image = ?', runId, image);
}
