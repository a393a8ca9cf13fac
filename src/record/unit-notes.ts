// What people did to a unit between its runs: repairs, releases and signatures, found by any identity of the unit.
import type { Signature } from '../model/signature.ts';
import type { UnitIdentity } from '../model/unit.ts';
import type { Database } from './database.ts';
import type { Person } from './roles.ts';
import type { SignatureBody } from './sign-off.ts';
import { compareHardware, unitKeys } from './unit-keys.ts';

/** One thing that was done, as the judge reads it. */
export type UnitNote =
  | { readonly kind: 'repaired'; readonly at: string; readonly by: string; readonly cause: string }
  | { readonly kind: 'released'; readonly at: string; readonly by: string; readonly reason: string }
  | ({ readonly kind: 'signed' } & Signature);

/** Body of a record of kind `unit-repaired`. */
export interface RepairBody {
  readonly unit: UnitIdentity;
  readonly by: Person;
  readonly cause: string;
}

/** Body of a record of kind `unit-released`: the unit may be tested again. */
export interface ReleaseBody {
  readonly unit: UnitIdentity;
  readonly by: Person;
  readonly reason: string;
}

/** Files a record under a unit inside the caller's transaction. */
export function fileUnderUnit(database: Database, sequence: number, unit: UnitIdentity): void {
  for (const key of unitKeys(unit))
    database.run('INSERT OR IGNORE INTO note_keys (key, sequence) VALUES (?, ?)', key, sequence);
}

/** Files a record under the unit of a recorded run. */
export function fileUnderRun(database: Database, sequence: number, runSequence: number): void {
  database.run('INSERT OR IGNORE INTO note_keys SELECT key, ? FROM run_keys WHERE sequence = ?', sequence, runSequence);
}

interface NoteRow {
  readonly sequence: number;
  readonly kind: 'unit-repaired' | 'unit-released' | 'signature';
  readonly at: string;
  readonly body: string;
}

/** Everything noted about a unit, oldest first. */
export function notesOfUnit(database: Database, unit: UnitIdentity): readonly UnitNote[] {
  const rows = unitKeys(unit).flatMap((key) =>
    database.all<NoteRow>(
      'SELECT sequence, kind, at, body FROM note_keys JOIN records USING (sequence) WHERE key = ?',
      key,
    ),
  );
  const once = [...new Map(rows.map((row) => [row.sequence, row])).values()];
  return once.sort((left, right) => left.sequence - right.sequence).flatMap((row) => noteOf(row, unit));
}

function noteOf({ kind, at, body }: NoteRow, unit: UnitIdentity): readonly UnitNote[] {
  if (kind === 'signature') return [{ kind: 'signed', ...signatureOf(at, JSON.parse(body) as SignatureBody) }];
  const noted = JSON.parse(body) as RepairBody & ReleaseBody;
  if (compareHardware(noted.unit, unit) === 'different') return [];
  const by = noted.by.id;
  return kind === 'unit-repaired'
    ? [{ kind: 'repaired', at, by, cause: noted.cause }]
    : [{ kind: 'released', at, by, reason: noted.reason }];
}

/** A signature as reports and the judge read it. */
export function signatureOf(at: string, { runId, person, decision, reason }: SignatureBody): Signature {
  return { runId, by: person.id, role: person.role, at, decision, reason };
}
