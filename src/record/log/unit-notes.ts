// What people did to a unit between its runs: repairs, releases and signatures, found by any identity of the unit.

import type { Person } from '../../domain/people/person.ts';
import { type Recorded, removeRecordPlace } from '../../domain/run/record-place.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { canBeSameUnit, listUnitKeys } from '../../domain/unit/unit-matching.ts';
import { isRepair, type Repair, type RepairFinding, type UnitNote } from '../../domain/unit/unit-note.ts';
import { type SignatureBody, type SignOffBody, toSignature, toSignOff } from '../people/signatures.ts';
import { findStoredRun, type RunBody } from '../runs/evidence-store.ts';
import type { Database } from '../store/database.ts';

/** Body of a record of kind `unit-repaired`. */
export interface RepairBody {
  readonly unit: UnitIdentity;
  readonly by: Person;
  readonly cause: string;
  /** What was wrong; left out where nobody said. */
  readonly finding?: RepairFinding;
}

/** Body of a record of kind `unit-released`: the unit may be tested again. */
export interface ReleaseBody {
  readonly unit: UnitIdentity;
  readonly by: Person;
  readonly reason: string;
}

/** Files a record under a unit inside the caller's transaction. */
export function indexNoteByUnit(database: Database, sequence: number, unit: UnitIdentity): void {
  for (const key of listUnitKeys(unit))
    database.run('INSERT OR IGNORE INTO note_keys (key, sequence) VALUES (?, ?)', key, sequence);
}

interface NoteRow {
  readonly sequence: number;
  readonly kind: 'unit-repaired' | 'unit-released' | 'signature' | 'sign-off';
  readonly at: string;
  readonly body: string;
}

/** Everything noted about a unit, oldest first. A decision follows the signature that was the last one needed. */
export function findNotesOfUnit(database: Database, unit: UnitIdentity): readonly Recorded<UnitNote>[] {
  const rows = listUnitKeys(unit).flatMap((key) =>
    database.getAll<NoteRow>(
      `SELECT sequence, kind, at, body FROM records WHERE sequence IN (SELECT sequence FROM note_keys WHERE key = ?1)
       UNION SELECT sequence, kind, at, body FROM records
       WHERE kind = 'sign-off' AND sequence IN (SELECT sequence + 1 FROM note_keys WHERE key = ?1)`,
      key,
    ),
  );
  return toUnitNotes(database, rows, unit);
}

/** Later records looked at for the unit's next run: a label may have been given to other units since. */
const MAX_LATER_RUNS = 50;

/** Repairs and releases of a run's unit after that run and before the unit's next one, oldest first. */
export function findNotesAfterRun(database: Database, runId: string): readonly Repair[] {
  const stored = findStoredRun(database, runId);
  if (!stored) return [];
  const { sequence, run } = stored;
  const until = findNextRunSequence(database, run.unit, sequence);
  return toUnitNotes(
    database,
    listUnitKeys(run.unit).flatMap((key) => findNoteRowsBetween(database, key, sequence, until)),
    run.unit,
  )
    .filter((note) => isRepair(note))
    .map((note) => removeRecordPlace<Repair>(note));
}

function findNoteRowsBetween(database: Database, key: string, after: number, before: number): readonly NoteRow[] {
  return database.getAll<NoteRow>(
    `SELECT sequence, kind, at, body FROM note_keys JOIN records USING (sequence)
     WHERE key = ? AND sequence > ? AND sequence < ? AND kind <> 'signature'`,
    key,
    after,
    before,
  );
}

/** Oldest first; a record that was found by several identities is told once. */
function toUnitNotes(database: Database, rows: readonly NoteRow[], unit: UnitIdentity): readonly Recorded<UnitNote>[] {
  return [...new Map(rows.map((row) => [row.sequence, row])).values()]
    .sort((left, right) => left.sequence - right.sequence)
    .flatMap((row) => parseNoteRow(database, row, unit).map((note) => ({ ...note, sequence: row.sequence })));
}

/** Where in the record the unit's next run is; infinity when there is none. */
function findNextRunSequence(database: Database, unit: UnitIdentity, after: number): number {
  const later = listUnitKeys(unit).flatMap((key) =>
    database.getAll<{ sequence: number; body: string }>(
      `SELECT sequence, body FROM run_keys JOIN records USING (sequence)
       WHERE key = ? AND sequence > ? ORDER BY sequence LIMIT ${MAX_LATER_RUNS}`,
      key,
      after,
    ),
  );
  const own = later.filter(({ body }) => canBeSameUnit((JSON.parse(body) as RunBody).run.unit, unit));
  return Math.min(...own.map(({ sequence }) => sequence), Number.MAX_SAFE_INTEGER);
}

/** Nothing where the note speaks of another unit that shares an identity with this one, such as its label. */
function parseNoteRow(database: Database, { kind, at, body }: NoteRow, unit: UnitIdentity): readonly UnitNote[] {
  if (kind === 'signature' || kind === 'sign-off') {
    const { runId } = JSON.parse(body) as SignatureBody | SignOffBody;
    const signed = findStoredRun(database, runId);
    if (signed && !canBeSameUnit(signed.run.unit, unit)) return [];
    return kind === 'signature'
      ? [{ kind: 'signed', ...toSignature(at, JSON.parse(body) as SignatureBody) }]
      : [{ kind: 'decided', ...toSignOff(at, JSON.parse(body) as SignOffBody) }];
  }
  const noted = JSON.parse(body) as RepairBody & ReleaseBody;
  if (!canBeSameUnit(noted.unit, unit)) return [];
  const by = noted.by.id;
  return kind === 'unit-repaired'
    ? [{ kind: 'repaired', at, by, cause: noted.cause, ...(noted.finding && { finding: noted.finding }) }]
    : [{ kind: 'released', at, by, reason: noted.reason }];
}
