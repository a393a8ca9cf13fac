// Signs the chain as it grows: its end with every commit, a checkpoint after every hundred records or sixty seconds.
import type { Clock, TimerHandle } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import type { ErrorRecord } from '../../domain/run/run.ts';
import type { Database } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/record-file.ts';
import { appendRecord, readChainHead } from './chain.ts';
import {
  assertHeadsCarry,
  createBirthHead,
  createSignedHead,
  RECORDS_PER_CHECKPOINT,
  readLastCheckpointSequence,
  readRecordHash,
  sealChain,
} from './chain-heads.ts';
import { appendHead, getHeadFilePath, readLastHead, type SignedHead, writeHeadFile } from './head-file.ts';
import { type HeadMirrors, openHeadMirrors } from './head-mirrors.ts';
import { createStationKey, readStationKey, type StationKey, signChainHead } from './station-key.ts';
import { assertChainTailIntact } from './tail-check.ts';
import { findVouching, recordVouching } from './vouching.ts';

const MS_PER_CHECKPOINT = 60_000;

/** More records than can stand after the last head of the head file; one that ends sooner is refused anyway. */
const MAX_TAIL = 1_000;

/** The body of a record of kind `checkpoint`: the head before it, signed. */
export type CheckpointBody = SignedHead;

/** The body of a record of kind `key`: from here on this key signs. */
export interface KeyBody {
  readonly fingerprint: string;
  /** DER (SPKI), base64. */
  readonly publicKey: string;
  readonly program: string;
  /** 2: the end of the chain is signed with every commit. Absent in chains that version 0.1.0 began. */
  readonly format?: 2;
}

/** The one way to add to the chain. */
export interface SignedChain {
  /** Runs `write` in one transaction, signing the head when that is due; durable when it returns. */
  append<T>(write: () => T): T;
  /** What is not well with the mirrors of its heads. */
  listTroubles(): readonly ErrorRecord[];
  /** Signs what is unsigned and stops; resolves when the mirrors have it, or cannot have it. */
  close(): Promise<void>;
}

interface SignedChainDeps {
  readonly database: Database;
  readonly directory: string;
  readonly station: string;
  readonly clock: Clock;
  readonly program: string;
  /** Files elsewhere that get every head. */
  readonly headMirrors?: readonly string[];
}

/**
 * The chain of an open store: its end looked at, its key and heads those that vouch for it, its head file brought up to
 * it. Throws StationError `record/damaged`, `record/cut-off`, `record/unsigned`, `record/key-lost`, `record/key-foreign`,
 * `record/key`. A person's word, left by restoring or vouching, stands in for what is lost.
 */
export function openSignedChain(ground: SignedChainDeps): SignedChain {
  const { database, directory, station, clock } = ground;
  const headFile = getHeadFilePath(directory);
  const mirrors = openHeadMirrors(ground.headMirrors ?? []);
  const key = openChain(ground, mirrors);
  let signedAtMs = clock.readMonotonicMs();
  let timer: TimerHandle | undefined;

  const isDue = (unsignedCount: number): boolean =>
    unsignedCount >= RECORDS_PER_CHECKPOINT ||
    (unsignedCount > 0 && clock.readMonotonicMs() - signedAtMs >= MS_PER_CHECKPOINT);
  const commit = <T>(write: () => T, must: boolean): T => {
    const { result, head } = database.withTransaction(() => {
      const before = readChainHead(database).sequence;
      const written = write();
      const unsignedCount = readChainHead(database).sequence - readLastCheckpointSequence(database);
      const signed = isDue(unsignedCount) || (must && unsignedCount > 0);
      const checkpoint = signed ? addCheckpoint(ground, key) : undefined;
      if (readChainHead(database).sequence > before) sealChain(database, key, station);
      return { result: written, head: checkpoint };
    });
    if (head) {
      signedAtMs = clock.readMonotonicMs();
      appendHead(headFile, head);
      mirrors.append(head);
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
  return {
    append: (write) => {
      const result = commit(write, false);
      watch();
      return result;
    },
    listTroubles: () => mirrors.listTroubles(),
    close: async () => {
      clock.clearTimeout(timer);
      commit(() => undefined, true);
      await mirrors.settle();
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

/** Makes sure that everything here is vouched for, and gives the key that goes on. */
function openChain(ground: SignedChainDeps, mirrors: HeadMirrors): StationKey {
  const { database, directory, station, clock } = ground;
  const headFile = getHeadFilePath(directory);
  const last = readLastHead(headFile);
  const found = readStationKey(directory);
  const vouching = findVouching(database, station, found);
  assertChainTailIntact(database, station, Math.max(last?.sequence ?? 0, readChainHead(database).sequence - MAX_TAIL));
  const isNew = readChainHead(database).sequence === 0;
  const key =
    isNew && !vouching ? (found ?? createStationKey(directory)) : getKeyOfChain(ground, found, vouching !== undefined);
  if (!vouching) assertHeadsCarry(database, { key, station, last, mirrored: mirrors.known });
  const birth = createBirthHead(key, station);
  if (!last && isNew) appendHead(headFile, birth);
  const at = formatIsoMoment(clock.readWallMs());
  database.withTransaction(() => {
    const before = readChainHead(database).sequence;
    if (readMeta(database, 'key') !== key.fingerprint) appendKeyRecord(ground, key);
    if (vouching) recordVouching(database, station, at, vouching);
    if (readChainHead(database).sequence > before) sealChain(database, key, station);
  });
  const sequence = readLastCheckpointSequence(database);
  const furthest = createSignedHead(key, station, { sequence, hash: readRecordHash(database, sequence)! });
  if (vouching && !last) writeHeadFile(headFile, [birth, ...readCheckpointHeads(database)]);
  if (sequence > (readLastHead(headFile)?.sequence ?? -1)) appendHead(headFile, furthest);
  bringMirrors(mirrors, furthest, ground.headMirrors?.length ?? 0);
  return key;
}

/** A mirror that knows less, or nothing yet, learns where the chain is now. */
function bringMirrors(mirrors: HeadMirrors, head: SignedHead, count: number): void {
  const isKnown =
    mirrors.known.length === count && mirrors.known.every((known) => known.head.sequence === head.sequence);
  if (!isKnown) mirrors.append(head);
}

/** The key that the chain itself names last; with a person's word any. */
function getKeyOfChain(
  { database, directory }: SignedChainDeps,
  found: StationKey | undefined,
  isVouched: boolean,
): StationKey {
  const named = database.get<{ body: string }>(
    "SELECT body FROM records WHERE kind = 'key' AND kind <> 'run' ORDER BY sequence DESC LIMIT 1",
  );
  const fingerprint = named && (JSON.parse(named.body) as KeyBody).fingerprint;
  if (found && (isVouched || found.fingerprint === fingerprint)) return found;
  throw new StationError({
    code: found ? 'record/key-foreign' : 'record/key-lost',
    message: found
      ? `${directory}/station.key is not the key that signed this record: that is ${fingerprint}`
      : `${directory}/station.key is gone: it signed this record as ${fingerprint}`,
    hint: 'Put the key back from where it is kept. When it is lost, somebody of quality looks into it and vouches for the record with a new key: flashline vouch.',
  });
}

/** The heads that the chain's own checkpoints vouch for, oldest first: a head file can be made of them again. */
export function readCheckpointHeads(database: Database): readonly SignedHead[] {
  return database
    .getAll<{ body: string }>("SELECT body FROM records WHERE kind = 'checkpoint' AND kind <> 'run' ORDER BY sequence")
    .map((row) => JSON.parse(row.body) as CheckpointBody);
}

function addCheckpoint({ database, station, clock }: SignedChainDeps, key: StationKey): SignedHead {
  const before = readChainHead(database);
  const body: CheckpointBody = { ...before, key: key.fingerprint, signature: signChainHead(key, station, before) };
  const link = appendRecord(database, station, { kind: 'checkpoint', at: formatIsoMoment(clock.readWallMs()), body });
  return createSignedHead(key, station, { sequence: link.sequence, hash: link.hash });
}

function appendKeyRecord({ database, station, clock, program }: SignedChainDeps, key: StationKey): void {
  const { fingerprint, publicKey } = key;
  const body: KeyBody = { fingerprint, publicKey, program, format: 2 };
  appendRecord(database, station, { kind: 'key', at: formatIsoMoment(clock.readWallMs()), body });
  writeMeta(database, 'key', fingerprint);
}
