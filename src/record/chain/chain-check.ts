// Finds what was done to a chain: which record was edited, removed, inserted, exchanged, rewritten or cut off.
import { computeSha256Hex } from '../../base/digest.ts';
import { CHAIN_START, type ChainHead, type ChainRecord, computeRecordHash, type HashedFields } from './chain.ts';
import { MAX_RECORDS_PER_COMMIT, RECORDS_PER_CHECKPOINT } from './chain-heads.ts';
import type { CheckpointBody, KeyBody } from './signed-chain.ts';
import { computeKeyFingerprint, isValidHeadSignature } from './station-key.ts';

/** One finding; `from` and `to` are sequence numbers, both inclusive. */
export interface ChainFault {
  readonly what:
    | 'edited'
    | 'removed'
    | 'inserted'
    | 'swapped'
    | 'rewritten'
    | 'cut-off'
    | 'checkpoint-invalid'
    | 'head-file'
    | 'unsigned'
    | 'key'
    | 'evidence-edited'
    | 'evidence-missing'
    | 'index-differs'
    | 'schema-differs';
  readonly from: number;
  readonly to: number;
  /** One sentence for people. */
  readonly text: string;
}

/** Walks a chain record by record; `finish` says what was found. */
export interface ChainCheck {
  addRecord(record: ChainRecord): void;
  /** The heads that are known from elsewhere, signatures already checked. */
  finish(knownHeads: readonly ChainHead[]): readonly ChainFault[];
  readonly recordCount: number;
  readonly checkpointCount: number;
  readonly head: ChainHead;
  /** Public keys (DER, base64) by fingerprint, as the chain introduced them. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Past this many broken records their exchange among each other is no longer looked for: they are all named as edited. */
const MAX_EXCHANGE_SEARCH = 200;

interface BrokenRecord extends HashedFields {
  readonly hash: string;
}

/** A check of the chain of a station. */
export function startChainCheck(station: string, heads: readonly ChainHead[] = []): ChainCheck {
  const faults: ChainFault[] = [];
  const broken: BrokenRecord[] = [];
  const keys = new Map<string, string>();
  const headHashes = new Map(heads.map((head) => [head.sequence, head.hash]));
  let head: ChainHead = { sequence: 0, hash: CHAIN_START };
  let isHeadIntact = true;
  let vouchedFor = 0;
  let recordCount = 0;
  let checkpointCount = 0;
  let lastCheckpoint = 0;
  const keyTrail = startKeyTrail(faults);

  const rewritten = (to: number): void => {
    faults.push(createRangeFault('rewritten', vouchedFor + 1, to, 'no longer agrees with what the station signed'));
  };
  return {
    addRecord: (record) => {
      recordCount += 1;
      const { sequence } = record;
      const fields = { ...record, bodySha256: computeSha256Hex(record.body) };
      const isIntact = computeRecordHash(fields, station) === record.hash;
      const isNext = sequence === head.sequence + 1;
      if (!isNext) faults.push(createRangeFault('removed', head.sequence + 1, sequence - 1, 'is missing'));
      if (!isIntact) broken.push(fields);
      else if (isNext && isHeadIntact && record.prevHash !== head.hash)
        faults.push(createRangeFault('edited', head.sequence, head.sequence, 'was changed and its hash made to fit'));
      const isTold = isIntact && isNext && isHeadIntact;
      keyTrail.addRecord(record, isTold);
      if (isTold && record.kind === 'key') registerKey(keys, record);
      if (record.kind === 'checkpoint') {
        faults.push(...checkStretch(lastCheckpoint, sequence));
        lastCheckpoint = sequence;
      }
      if (isTold && record.kind === 'checkpoint') {
        checkpointCount += 1;
        if (isCheckpointValid(record, head, station, keys)) vouchedFor = sequence;
        else rewritten(sequence);
      }
      const vouched = headHashes.get(sequence);
      if (vouched !== undefined && isIntact && vouched !== record.hash) rewritten(sequence);
      head = { sequence, hash: record.hash };
      isHeadIntact = isIntact;
    },
    finish: (knownHeads) => {
      faults.push(...checkStretch(lastCheckpoint, head.sequence));
      keyTrail.finish();
      const furthest = Math.max(0, ...knownHeads.map((known) => known.sequence));
      if (furthest > head.sequence)
        faults.push(
          createRangeFault('cut-off', head.sequence + 1, furthest, 'was cut off: the head file still knows of it'),
        );
      return [...faults, ...explainBrokenRecords(broken, station)].sort((left, right) => left.from - right.from);
    },
    get recordCount() {
      return recordCount;
    },
    get checkpointCount() {
      return checkpointCount;
    },
    get head() {
      return head;
    },
    keys,
  };
}

/** A key is known by the hash of its public half, and by nothing that a record says. */
function registerKey(keys: Map<string, string>, record: ChainRecord): void {
  const body = parseRecordBody<KeyBody>(record);
  if (body && computeKeyFingerprint(String(body.publicKey)) === body.fingerprint)
    keys.set(body.fingerprint, body.publicKey);
}

/** Not even a crash leaves so many records without a signed checkpoint. */
function checkStretch(after: number, upTo: number): readonly ChainFault[] {
  if (upTo - after <= RECORDS_PER_CHECKPOINT + MAX_RECORDS_PER_COMMIT) return [];
  return [createRangeFault('unsigned', after + 1, upTo, 'stands without a signed checkpoint')];
}

/** The first record brings the key; a later key is told, and a person has to answer for it in the records that follow. */
function startKeyTrail(faults: ChainFault[]) {
  let unanswered: number | undefined;
  const accuse = (): void => {
    if (unanswered === undefined) return;
    faults.push(createRangeFault('key', unanswered, unanswered, 'brings in a key for which nobody answers'));
    unanswered = undefined;
  };
  return {
    addRecord: ({ sequence, kind, body }: ChainRecord, isTold: boolean): void => {
      if (sequence === 1 && kind !== 'key')
        faults.push(createRangeFault('key', 1, 1, 'should bring the key of the station, and does not'));
      if (kind === 'restored' || kind === 'vouched') unanswered = undefined;
      else if (unanswered !== undefined && sequence > unanswered + 1) accuse();
      if (kind !== 'key' || !isTold) return;
      if (sequence > 1) unanswered = sequence;
      const told = parseRecordBody<KeyBody>({ body } as ChainRecord);
      if (computeKeyFingerprint(String(told?.publicKey)) !== told?.fingerprint)
        faults.push(createRangeFault('key', sequence, sequence, 'gives a key a name that is not its own'));
    },
    finish: accuse,
  };
}

function isCheckpointValid(
  record: ChainRecord,
  before: ChainHead,
  station: string,
  keys: ReadonlyMap<string, string>,
): boolean {
  const body = parseRecordBody<CheckpointBody>(record);
  const publicKey = body && keys.get(body.key);
  if (!publicKey || body.sequence !== before.sequence || body.hash !== before.hash) return false;
  return isValidHeadSignature(publicKey, station, before, body.signature);
}

/** A forger may give any body a hash that fits: one that is no object says nothing. */
function parseRecordBody<Body>(record: ChainRecord): Body | undefined {
  try {
    return (JSON.parse(record.body) as Body | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A record whose hash does not fit was edited, unless it fits at another place: then it was moved there. */
function explainBrokenRecords(broken: readonly BrokenRecord[], station: string): readonly ChainFault[] {
  const origins = new Map(broken.map((record) => [record.sequence, findOriginalSequence(record, broken, station)]));
  const faults: ChainFault[] = [];
  let shifted = 0;
  for (const { sequence } of broken) {
    const origin = origins.get(sequence);
    if (origin === undefined) {
      faults.push(createRangeFault('edited', sequence, sequence, 'was changed'));
      shifted = 0;
    } else if (origins.get(origin) === sequence) {
      if (sequence < origin) faults.push(createSwapFault(sequence, origin));
      shifted = 0;
    } else {
      const shift = origin - sequence;
      if (shift !== shifted) faults.push(createShiftFault(sequence, shift));
      shifted = shift;
    }
  }
  return faults;
}

/** The sequence at which the record's hash fits, looked for among its neighbours and the other broken records. */
function findOriginalSequence(
  record: BrokenRecord,
  broken: readonly BrokenRecord[],
  station: string,
): number | undefined {
  const others = broken.length <= MAX_EXCHANGE_SEARCH ? broken.map((other) => other.sequence) : [];
  return [record.sequence - 1, record.sequence + 1, ...others].find(
    (sequence) => computeRecordHash({ ...record, sequence }, station) === record.hash,
  );
}

function createShiftFault(sequence: number, shift: number): ChainFault {
  if (shift < 0)
    return createRangeFault('inserted', sequence - 1, sequence - 1, 'was inserted and the later ones renumbered');
  return createRangeFault('removed', sequence, sequence, 'was removed and the later ones renumbered');
}

function createSwapFault(from: number, to: number): ChainFault {
  return { what: 'swapped', from, to, text: `Records ${from} and ${to} were exchanged` };
}

/** A finding about one record or a range of them. */
export function createRangeFault(what: ChainFault['what'], from: number, to: number, said: string): ChainFault {
  return { what, from, to, text: from === to ? `Record ${from} ${said}` : `Records ${from} to ${to}: each ${said}` };
}
