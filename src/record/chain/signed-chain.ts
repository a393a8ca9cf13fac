// Signs the chain as it grows: after every hundred records or sixty seconds, and once more at the end.
import type { Clock, TimerHandle } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import type { Database } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/record-file.ts';
import { appendRecord, type ChainHead, readChainHead } from './chain.ts';
import { appendHead, readLastHead, type SignedHead } from './head-file.ts';
import { loadStationKey, type StationKey, signChainHead } from './station-key.ts';
import { assertChainTailIntact } from './tail-check.ts';

/** Never more than this stands unsigned. */
const RECORDS_PER_CHECKPOINT = 100;
const MS_PER_CHECKPOINT = 60_000;

/** The body of a record of kind `checkpoint`: the head before it, signed. */
export type CheckpointBody = SignedHead;

/** The body of a record of kind `key`: from here on this key signs. */
export interface KeyBody {
  readonly fingerprint: string;
  /** DER (SPKI), base64. */
  readonly publicKey: string;
  readonly program: string;
}

/** The one way to add to the chain. */
export interface SignedChain {
  /** Runs `write` in one transaction, signing the head when that is due; durable when it returns. */
  append<T>(write: () => T): T;
  /** Signs what is unsigned and stops. */
  close(): void;
}

interface SignedChainDeps {
  readonly database: Database;
  readonly directory: string;
  readonly station: string;
  readonly clock: Clock;
  readonly program: string;
}

/**
 * The chain of an open store, its end looked at, its key known and its head file brought up to it. Throws StationError
 * `record/damaged`, `record/cut-off` when the head file knows of records that are gone, `record/key`.
 */
export function openSignedChain(ground: SignedChainDeps): SignedChain {
  const { database, directory, clock } = ground;
  const key = loadStationKey(directory);
  assertChainTailIntact(database, ground.station);
  repairHeadFile(ground, key);
  let signedAtMs = clock.readMonotonicMs();
  let timer: TimerHandle | undefined;

  const isDue = (unsignedCount: number): boolean =>
    unsignedCount >= RECORDS_PER_CHECKPOINT ||
    (unsignedCount > 0 && clock.readMonotonicMs() - signedAtMs >= MS_PER_CHECKPOINT);
  const commit = <T>(write: () => T, must: boolean): T => {
    const { result, head } = database.withTransaction(() => {
      const written = write();
      const unsignedCount = readChainHead(database).sequence - readLastCheckpointSequence(database);
      const signed = isDue(unsignedCount) || (must && unsignedCount > 0);
      return { result: written, head: signed ? addCheckpoint(ground, key) : undefined };
    });
    if (head) {
      signedAtMs = clock.readMonotonicMs();
      appendHead(directory, head);
    }
    return result;
  };
  const watch = (): void => {
    if (timer !== undefined) return;
    timer = clock.setTimeout(() => {
      timer = undefined;
      signQuietly(() => commit(() => undefined, true));
    }, MS_PER_CHECKPOINT);
  };

  appendKeyRecord(ground, key);
  return {
    append: (write) => {
      const result = commit(write, false);
      watch();
      return result;
    },
    close: () => {
      clock.clearTimeout(timer);
      commit(() => undefined, true);
    },
  };
}

/** A checkpoint that fails in the background is due again, and fails loudly, with the next record. */
function signQuietly(sign: () => void): void {
  try {
    sign();
  } catch {
    return;
  }
}

/** The heads that the chain's own checkpoints vouch for, oldest first: a head file can be made of them again. */
export function readCheckpointHeads(database: Database): readonly SignedHead[] {
  return database
    .getAll<{ body: string }>("SELECT body FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence")
    .map((row) => JSON.parse(row.body) as CheckpointBody);
}

/** Sequence of the last checkpoint, 0 before the first. */
function readLastCheckpointSequence(database: Database): number {
  const row = database.get<{ sequence: number }>(
    "SELECT sequence FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence DESC LIMIT 1",
  );
  return row?.sequence ?? 0;
}

function addCheckpoint({ database, station, clock }: SignedChainDeps, key: StationKey): SignedHead {
  const before = readChainHead(database);
  const body: CheckpointBody = { ...before, key: key.fingerprint, signature: signChainHead(key, station, before) };
  const link = appendRecord(database, station, { kind: 'checkpoint', at: formatIsoMoment(clock.readWallMs()), body });
  return createSignedHead(key, station, { sequence: link.sequence, hash: link.hash });
}

function createSignedHead(key: StationKey, station: string, head: ChainHead): SignedHead {
  return { ...head, key: key.fingerprint, signature: signChainHead(key, station, head) };
}

function appendKeyRecord({ database, station, clock, program }: SignedChainDeps, key: StationKey): void {
  if (readMeta(database, 'key') === key.fingerprint) return;
  const { fingerprint, publicKey } = key;
  const body: KeyBody = { fingerprint, publicKey, program };
  database.withTransaction(() => {
    appendRecord(database, station, { kind: 'key', at: formatIsoMoment(clock.readWallMs()), body });
    writeMeta(database, 'key', fingerprint);
  });
}

/** Adds the head that a crash between commit and head file lost. */
function repairHeadFile({ database, directory, station }: SignedChainDeps, key: StationKey): void {
  const known = readLastHead(directory) ?? { sequence: 0, hash: '' };
  if (known.sequence > 0 && readRecordHash(database, known.sequence) !== known.hash)
    throw createCutOffError(database, known.sequence);
  const sequence = readLastCheckpointSequence(database);
  if (sequence > known.sequence)
    appendHead(directory, createSignedHead(key, station, { sequence, hash: readRecordHash(database, sequence)! }));
}

function readRecordHash(database: Database, sequence: number): string | undefined {
  return database.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', sequence)?.hash;
}

function createCutOffError(database: Database, knownSequence: number): StationError {
  return new StationError({
    code: 'record/cut-off',
    message: `${database.file} ends at record ${readChainHead(database).sequence} or was rewritten: its head file vouches for another record ${knownSequence}`,
    hint: 'Run "flashline verify" to see what is missing, and restore the last backup with "flashline restore".',
  });
}
