// A person's word for a chain that no signature carries on: after a backup was restored, or key or heads were lost.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Database } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/record-file.ts';
import { appendRecord, type ChainHead, readChainHead } from './chain.ts';
import { isValidVouching, type StationKey, signVouching } from './station-key.ts';

/** Name of the note in the file's meta table: left by restoring and vouching, for the next opening to make a record of. */
const VOUCHING = 'restore-note';

/** The body of a record of kind `restored`: what was restored. */
export interface RestoredBody {
  /** Name of the backup file. */
  readonly file: string;
  /** Where its chain ended. */
  readonly head: ChainHead;
  readonly by: Person;
}

/** The body of a record of kind `vouched`: somebody looked into why key or heads were lost, and answers for the record. */
export interface VouchedBody {
  /** Where the chain ended. */
  readonly head: ChainHead;
  readonly by: Person;
  readonly reason: string;
}

interface SignedVouching {
  readonly kind: 'restored' | 'vouched';
  readonly body: RestoredBody | VouchedBody;
  readonly signature: string;
}

/** Leaves the note, signed with the key of the folder: somebody who can only write into the file cannot leave one. */
export function leaveVouching(
  database: Database,
  station: string,
  key: StationKey,
  { kind, body }: Omit<SignedVouching, 'signature'>,
): void {
  const note: SignedVouching = { kind, body, signature: signVouching(key, station, { kind, body }) };
  writeMeta(database, VOUCHING, toCanonicalJson(note));
}

/** The note, if there is one, signed with this key, about this very end of the chain. */
export function findVouching(
  database: Database,
  station: string,
  key: StationKey | undefined,
): SignedVouching | undefined {
  const text = readMeta(database, VOUCHING);
  if (text === undefined || !key) return undefined;
  const note = JSON.parse(text) as SignedVouching;
  const head = readChainHead(database);
  const isOfHead = note.body?.head?.sequence === head.sequence && note.body.head.hash === head.hash;
  const { kind, body, signature } = note;
  return isOfHead && isValidVouching(key, station, { kind, body }, String(signature)) ? note : undefined;
}

/** Makes a record of the note inside the caller's transaction. */
export function recordVouching(database: Database, station: string, at: string, { kind, body }: SignedVouching): void {
  appendRecord(database, station, { kind, at, body });
  database.run('DELETE FROM meta WHERE name = ?', VOUCHING);
}
