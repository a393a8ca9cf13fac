// Units left half-flashed: which images were begun on a unit and not proved complete since.
import type { RunRecord, WriteIntent } from '../model/run.ts';
import type { UnitIdentity } from '../model/unit.ts';
import type { Database } from './database.ts';
import { unitKeys } from './unit-keys.ts';

/** Results after which nobody has judged what is in the unit's flash. */
const UNJUDGED: ReadonlySet<RunRecord['result']> = new Set(['interrupted', 'aborted', 'error']);

/** Takes in what a finished run tells, inside the caller's transaction: new open intents, or the proof that closes old ones. */
export function updateHalfFlashed(database: Database, run: RunRecord, intents: readonly WriteIntent[]): void {
  const keys = unitKeys(run.unit);
  const proved = provedImages(run);
  for (const key of keys) {
    if (run.result === 'pass') database.run('DELETE FROM half_flashed WHERE key = ?', key);
    else for (const image of proved) database.run('DELETE FROM half_flashed WHERE key = ? AND image = ?', key, image);
  }
  if (!UNJUDGED.has(run.result)) return;
  for (const intent of intents) {
    if (proved.has(intent.image)) continue;
    for (const key of keys) keepOpen(database, key, intent);
  }
}

/** Intents of the unit's runs that never came to a judgement and were not made good since, oldest first. */
export function openIntentsOf(database: Database, unit: UnitIdentity): readonly WriteIntent[] {
  const found = unitKeys(unit).flatMap((key) =>
    database.all<WriteIntent>(
      'SELECT run_id AS runId, image, address, size_bytes AS sizeBytes FROM half_flashed WHERE key = ? ORDER BY run_id',
      key,
    ),
  );
  const once = new Map(found.map((intent) => [`${intent.runId}/${intent.image}/${intent.address}`, { ...intent }]));
  return [...once.values()];
}

/** Images that the run read back whole. */
function provedImages(run: RunRecord): ReadonlySet<string> {
  const proved = new Set<string>();
  for (const step of run.steps) {
    if (step.result !== 'passed') continue;
    for (const item of step.evidence) if (item.kind === 'flash-image') proved.add(item.image);
  }
  return proved;
}

function keepOpen(database: Database, key: string, intent: WriteIntent): void {
  database.run(
    'INSERT OR IGNORE INTO half_flashed (key, run_id, image, address, size_bytes) VALUES (?, ?, ?, ?, ?)',
    key,
    intent.runId,
    intent.image,
    intent.address,
    intent.sizeBytes,
  );
}
