// The chain: every record is numbered without gaps and carries the hash of the one before, so that none can change unseen.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import type { Database } from '../store/database.ts';

/** What is kept for ever. Append only; the words are written into files. */
export const recordKinds = [
  'key',
  'run',
  'checkpoint',
  'operator-login',
  'signature',
  'sign-off',
  'override',
  'put-away',
  'cable-replaced',
  'fixture-stopped',
  'fixture-released',
  'reference-unit',
  'unit-repaired',
  'unit-released',
  'runs-voided',
  'verdict-revised',
  'batch-opened',
  'batch-closed',
  'station-fault',
  'evidence-dropped',
  'restored',
  'vouched',
  'station-policy',
  'recipe-floor',
  'older-recipe-allowed',
  'note',
] as const;

export type RecordKind = (typeof recordKinds)[number];

/** One link. `body` is canonical JSON; the hashes are SHA-256 in hex. */
export interface ChainRecord {
  readonly sequence: number;
  readonly kind: RecordKind;
  /** ISO 8601 with offset: for people, the order is the sequence's. */
  readonly at: string;
  readonly prevHash: string;
  readonly hash: string;
  readonly body: string;
}

/** What the first record has as its predecessor. */
export const CHAIN_START = '0'.repeat(64);

/** What the hash of a link covers: everything but the hash itself, the body by its own SHA-256. */
export interface HashedFields extends Omit<ChainRecord, 'hash' | 'body'> {
  readonly bodySha256: string;
}

/** The hash of a link; the station's name goes in, so that records of two stations cannot be exchanged. */
export function computeRecordHash(record: HashedFields, station: string): string {
  const { sequence, kind, at, prevHash, bodySha256 } = record;
  return computeSha256Hex(toCanonicalJson({ at, body: bodySha256, kind, prevHash, sequence, station }));
}

/** Where the chain ends. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** The last link; sequence 0 when there is none. */
export function readChainHead(database: Database): ChainHead {
  const head = database.get<ChainHead>('SELECT sequence, hash FROM records ORDER BY sequence DESC LIMIT 1');
  return head ? { sequence: head.sequence, hash: head.hash } : { sequence: 0, hash: CHAIN_START };
}

/** Adds a link inside the caller's transaction. The head is read from the file, so a failed commit leaves nothing stale. */
export function appendRecord(
  database: Database,
  station: string,
  fields: { readonly kind: RecordKind; readonly at: string; readonly body: unknown },
): ChainRecord {
  const head = readChainHead(database);
  const link = {
    sequence: head.sequence + 1,
    kind: fields.kind,
    at: fields.at,
    prevHash: head.hash,
    body: toCanonicalJson(fields.body),
  };
  const record: ChainRecord = {
    ...link,
    hash: computeRecordHash({ ...link, bodySha256: computeSha256Hex(link.body) }, station),
  };
  database.run(
    'INSERT INTO records (sequence, kind, at, prev_hash, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
    record.sequence,
    record.kind,
    record.at,
    record.prevHash,
    record.hash,
    record.body,
  );
  return record;
}

/** Columns of a link, named as in `ChainRecord`. */
export const RECORD_COLUMNS = 'sequence, kind, at, prev_hash AS prevHash, hash, body';
