// What a record's own head and the heads outside it say of each other at an opening: nothing goes on that they do not carry.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import { StationError } from '../../base/station-error.ts';
import type { Database } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/record-file.ts';
import { CHAIN_START, type ChainHead, readChainHead } from './chain.ts';
import type { SignedHead } from './head-file.ts';
import { isValidHeadSignature, type StationKey, signChainHead } from './station-key.ts';

/** Never more than this stands without a checkpoint. */
export const RECORDS_PER_CHECKPOINT = 100;

/** What one commit may add beyond it: a group of writes, and the runs that a crash left open. */
export const MAX_RECORDS_PER_COMMIT = 200;

/** Name in the file's meta table of the signed head: the signature goes with every commit, in the same transaction. */
const HEAD = 'head';

/** A head before the first record: a file of heads that begins with it belongs to a chain whose every commit is signed. */
export function createBirthHead(key: StationKey, station: string): SignedHead {
  return createSignedHead(key, station, { sequence: 0, hash: CHAIN_START });
}

/** A head with the station's word for it. */
export function createSignedHead(key: StationKey, station: string, head: ChainHead): SignedHead {
  return { ...head, key: key.fingerprint, signature: signChainHead(key, station, head) };
}

/** Signs the end of the chain inside the caller's transaction. */
export function sealChain(database: Database, key: StationKey, station: string): void {
  const head = readChainHead(database);
  writeMeta(database, HEAD, toCanonicalJson(createSignedHead(key, station, head)));
}

/** The head that was signed with the last commit; undefined in a record that version 0.1.0 wrote last. */
export function readSealedHead(database: Database): SignedHead | undefined {
  const text = readMeta(database, HEAD);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as SignedHead;
  } catch {
    return { sequence: -1, hash: '', key: '', signature: '' };
  }
}

/** Whether the sealed head is that of the chain, signed with this public key (DER, base64). */
export function isSealed(sealed: SignedHead, head: ChainHead, station: string, publicKey: string): boolean {
  const isSame = sealed.sequence === head.sequence && sealed.hash === head.hash;
  return isSame && isValidHeadSignature(publicKey, station, sealed, sealed.signature);
}

/** Sequence of the last checkpoint, 0 before the first. */
export function readLastCheckpointSequence(database: Database): number {
  const row = database.get<{ sequence: number }>(
    "SELECT sequence FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence DESC LIMIT 1",
  );
  return row?.sequence ?? 0;
}

/** The hash of a record; that of the chain's start for 0. */
export function readRecordHash(database: Database, sequence: number): string | undefined {
  if (sequence === 0) return CHAIN_START;
  return database.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', sequence)?.hash;
}

interface KnownHeads {
  readonly key: StationKey;
  readonly station: string;
  /** The last line of the head file; undefined when there is none. */
  readonly last: SignedHead | undefined;
  /** The last heads of mirrors. */
  readonly mirrored: readonly { readonly file: string; readonly head: SignedHead }[];
}

/**
 * Throws StationError `record/cut-off` when a head outside knows of records that are not here, or none is left;
 * `record/unsigned` when the end of the chain carries no signature of this key.
 */
export function assertHeadsCarry(database: Database, { key, station, last, mirrored }: KnownHeads): void {
  const head = readChainHead(database);
  for (const known of [...(last ? [{ file: 'its head file', head: last }] : []), ...mirrored])
    if (readRecordHash(database, known.head.sequence) !== known.head.hash)
      throw createCutOffError(database, `${known.file} vouches for another record ${known.head.sequence}`);
  if (head.sequence === 0) return;
  if (!last) throw createCutOffError(database, 'its head file is gone, and with it what proves how long it was');
  const checkpoints = database.getAll<{ sequence: number }>(
    "SELECT sequence FROM records WHERE kind = 'checkpoint' AND kind <> 'run' AND sequence > ? ORDER BY sequence LIMIT 2",
    last.sequence,
  );
  if (checkpoints.length > 1) throw createCutOffError(database, `its head file ends at record ${last.sequence}`);
  const sealed = readSealedHead(database);
  if (sealed ? isSealed(sealed, head, station, key.publicKey) : isAsOlderProgramsLeftIt(database, head, last)) return;
  throw new StationError({
    code: 'record/unsigned',
    message: `${database.file} ends at record ${head.sequence} without the station's signature: somebody else wrote into it`,
    hint: 'Run "flashline verify", keep the file, and restore the last backup with "flashline restore". Nothing was signed.',
  });
}

/** Version 0.1.0 signed at checkpoints only; a chain that began with a birth head was never without its seal. */
function isAsOlderProgramsLeftIt(database: Database, head: ChainHead, last: SignedHead): boolean {
  const first = database.get<{ body: string }>('SELECT body FROM records WHERE sequence = 1');
  // A birth head is the mark of a chain that was sealed from its first record on, whatever its first record says now.
  const isOlder = last.sequence > 0 && first !== undefined && !first.body.includes('"format":2');
  const since = Math.max(last.sequence, readLastCheckpointSequence(database));
  return isOlder && head.sequence - since <= RECORDS_PER_CHECKPOINT + MAX_RECORDS_PER_COMMIT;
}

function createCutOffError(database: Database, why: string): StationError {
  return new StationError({
    code: 'record/cut-off',
    message: `${database.file} ends at record ${readChainHead(database).sequence} and was cut off or rewritten: ${why}`,
    hint: 'Run "flashline verify" to see what is missing. Put the right record back, restore the last backup with "flashline restore", or have quality vouch for it: flashline vouch.',
  });
}
