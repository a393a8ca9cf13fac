// A restored record says so: the note that restore leaves becomes a record when the station next opens it.

import type { Person } from '../../domain/people/person.ts';
import { appendRecord, type ChainHead } from '../chain/chain.ts';
import type { Database } from '../store/database.ts';
import { readMeta } from '../store/record-file.ts';

/** Name of the note in the file's meta table. */
export const RESTORE_NOTE = 'restore-note';

/** What was restored; the body of a record of kind `restored`. */
export interface RestoreNote {
  /** Name of the backup file. */
  readonly file: string;
  /** Where its chain ended. */
  readonly head: ChainHead;
  readonly by: Person;
}

/** Makes a record of the note, if there is one, inside the caller's transaction. */
export function recordRestore(database: Database, station: string, at: string): void {
  const note = readMeta(database, RESTORE_NOTE);
  if (note === undefined) return;
  appendRecord(database, station, { kind: 'restored', at, body: JSON.parse(note) as RestoreNote });
  database.run('DELETE FROM meta WHERE name = ?', RESTORE_NOTE);
}
