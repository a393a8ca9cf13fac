// Signs the chain as it grows: after every hundred records or sixty seconds, and once more at the end.
import type { Clock, TimerHandle } from '../../base/clock.ts';
import { isoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import type { Database } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/record-file.ts';
import { appendRecord, type ChainHead, headOf } from './chain.ts';
import { appendHead, lastHead, type SignedHead } from './head-file.ts';
import { type StationKey, signHead, stationKey } from './station-key.ts';
import { checkTail } from './tail-check.ts';

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

interface ChainGround {
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
export function openSignedChain(ground: ChainGround): SignedChain {
  const { database, directory, clock } = ground;
  const key = stationKey(directory);
  checkTail(database, ground.station);
  mendHeadFile(ground, key);
  let signedAtMs = clock.monotonicMs();
  let timer: TimerHandle | undefined;

  const isDue = (unsignedCount: number): boolean =>
    unsignedCount >= RECORDS_PER_CHECKPOINT ||
    (unsignedCount > 0 && clock.monotonicMs() - signedAtMs >= MS_PER_CHECKPOINT);
  const commit = <T>(write: () => T, must: boolean): T => {
    const { result, head } = database.transaction(() => {
      const written = write();
      const unsignedCount = headOf(database).sequence - lastCheckpoint(database);
      const signed = isDue(unsignedCount) || (must && unsignedCount > 0);
      return { result: written, head: signed ? addCheckpoint(ground, key) : undefined };
    });
    if (head) {
      signedAtMs = clock.monotonicMs();
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

  introduceKey(ground, key);
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
export function checkpointHeads(database: Database): readonly SignedHead[] {
  return database
    .all<{ body: string }>("SELECT body FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence")
    .map((row) => JSON.parse(row.body) as CheckpointBody);
}

/** Sequence of the last checkpoint, 0 before the first. */
function lastCheckpoint(database: Database): number {
  const row = database.get<{ sequence: number }>(
    "SELECT sequence FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence DESC LIMIT 1",
  );
  return row?.sequence ?? 0;
}

function addCheckpoint({ database, station, clock }: ChainGround, key: StationKey): SignedHead {
  const before = headOf(database);
  const body: CheckpointBody = { ...before, key: key.fingerprint, signature: signHead(key, station, before) };
  const link = appendRecord(database, station, { kind: 'checkpoint', at: isoMoment(clock.wallMs()), body });
  return signedHead(key, station, { sequence: link.sequence, hash: link.hash });
}

function signedHead(key: StationKey, station: string, head: ChainHead): SignedHead {
  return { ...head, key: key.fingerprint, signature: signHead(key, station, head) };
}

function introduceKey({ database, station, clock, program }: ChainGround, key: StationKey): void {
  if (readMeta(database, 'key') === key.fingerprint) return;
  const { fingerprint, publicKey } = key;
  const body: KeyBody = { fingerprint, publicKey, program };
  database.transaction(() => {
    appendRecord(database, station, { kind: 'key', at: isoMoment(clock.wallMs()), body });
    writeMeta(database, 'key', fingerprint);
  });
}

/** Adds the head that a crash between commit and head file lost. */
function mendHeadFile({ database, directory, station }: ChainGround, key: StationKey): void {
  const known = lastHead(directory) ?? { sequence: 0, hash: '' };
  if (known.sequence > 0 && hashAt(database, known.sequence) !== known.hash) throw cutOff(database, known.sequence);
  const sequence = lastCheckpoint(database);
  if (sequence > known.sequence)
    appendHead(directory, signedHead(key, station, { sequence, hash: hashAt(database, sequence)! }));
}

function hashAt(database: Database, sequence: number): string | undefined {
  return database.get<{ hash: string }>('SELECT hash FROM records WHERE sequence = ?', sequence)?.hash;
}

function cutOff(database: Database, knownSequence: number): StationError {
  return new StationError({
    code: 'record/cut-off',
    message: `${database.file} ends at record ${headOf(database).sequence} or was rewritten: its head file vouches for another record ${knownSequence}`,
    hint: 'Run "flashline verify" to see what is missing, and restore the last backup with "flashline restore".',
  });
}
