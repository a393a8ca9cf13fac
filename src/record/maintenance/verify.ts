// Proves a whole record: chain, signatures, head file, evidence and the index of runs, each against the others.
import { computeSha256Hex } from '../../base/digest.ts';
import type { ChainHead, ChainRecord } from '../chain/chain.ts';
import { type ChainFault, createRangeFault, startChainCheck } from '../chain/chain-check.ts';
import { getHeadFilePath, type HeadFile, readHeadFile } from '../chain/head-file.ts';
import { isValidHeadSignature } from '../chain/station-key.ts';
import { collectEvidenceHashes, type RunBody, readEvidenceText } from '../runs/evidence-store.ts';
import type { Database } from '../store/database.ts';
import { openRecordFileForReading, readMeta } from '../store/record-file.ts';
import { type AnsweredRecord, checkKeptHeads, checkSeal, type KeptHeads, readAnsweredRecord } from './outside-heads.ts';
import { iterateChainRecords, type Rebuild, startRebuild } from './rebuild.ts';
import { createDroppedEvidenceCheck } from './retention.ts';

/** What `flashline verify` says. The record holds when `faults` is empty. */
export interface VerifyReport {
  readonly station: string;
  readonly recordCount: number;
  readonly checkpointCount: number;
  readonly head: ChainHead;
  /** Fingerprints of the keys that signed: compare with the one noted when the station was set up. */
  readonly keys: readonly string[];
  readonly faults: readonly ChainFault[];
  /** Where people answer for what no signature carries: backups that were restored, keys and heads that were lost. */
  readonly notices: readonly string[];
}

/**
 * Checks the record of a folder, also while its station runs, against the heads beside it and those of `headFiles`, which
 * are kept elsewhere. Throws StationError when it cannot be read at all.
 */
export function verifyRecord(directory: string, headFiles: readonly string[] = []): VerifyReport {
  // Heads first: what is appended while the check runs is then never mistaken for something cut off.
  const headFile = readHeadFile(getHeadFilePath(directory));
  const elsewhere = headFiles.map((file) => ({ file, ...readHeadFile(file) }));
  const database = openRecordFileForReading(directory);
  try {
    return verifyDatabase(database, headFile, elsewhere);
  } finally {
    database.close();
  }
}

/** Checks an open record against the heads known from outside it; null when there are none to know (a backup). */
export function verifyDatabase(
  database: Database,
  headFile: HeadFile | null,
  elsewhere: readonly KeptHeads[] = [],
): VerifyReport {
  const rebuild = startRebuild(database);
  try {
    return database.withSnapshot(() => verifySnapshot(database, rebuild, { headFile, elsewhere }));
  } finally {
    rebuild.close();
  }
}

interface OutsideHeads {
  readonly headFile: HeadFile | null;
  readonly elsewhere: readonly KeptHeads[];
}

function verifySnapshot(database: Database, rebuild: Rebuild, { headFile, elsewhere }: OutsideHeads): VerifyReport {
  const station = readMeta(database, 'station') ?? '';
  const heads = headFile?.heads ?? [];
  const check = startChainCheck(station, heads);
  const faults: ChainFault[] = [];
  const answered: AnsweredRecord[] = [];
  const isDropped = createDroppedEvidenceCheck(database);
  for (const record of iterateChainRecords(database)) {
    check.addRecord(record);
    rebuild.addRecord(record);
    if (record.kind === 'run') faults.push(...checkRunRecord(database, record, isDropped));
    if (record.kind === 'restored' || record.kind === 'vouched') answered.push(readAnsweredRecord(record));
  }
  const chainFaults = check.finish(heads);
  faults.push(...findIndexRowsWithoutRecord(database), ...rebuild.compare(), ...findStrayEvidence(database));
  faults.push(...checkSeal(database, check));
  if (headFile) faults.push(...checkHeadFile(headFile, check.keys, station, database));
  const kept = elsewhere.map((heads) => checkKeptHeads(heads, { database, station, keys: check.keys, answered }));
  faults.push(...kept.flatMap((found) => found.faults));
  return {
    station,
    recordCount: check.recordCount,
    checkpointCount: check.checkpointCount,
    head: check.head,
    keys: [...check.keys.keys()],
    faults: deduplicateFaults([...chainFaults, ...faults]),
    notices: [...answered.map(({ text }) => text), ...kept.flatMap((found) => found.notices)],
  };
}

/** The run's evidence is what the record hashed, and the index by which it is found says the same as the record. */
function checkRunRecord(
  database: Database,
  record: ChainRecord,
  isDropped: (sequence: number) => boolean,
): readonly ChainFault[] {
  const { sequence } = record;
  const held = parseRunRecord(record);
  if (!held) return [createRangeFault('edited', sequence, sequence, 'cannot be read as a run')];
  const faults: ChainFault[] = [...findSurplusEvidence(database, sequence, held.evidence)];
  for (const sha256 of held.evidence) {
    const text = readEvidenceText(database, sequence, sha256);
    if (text === undefined && !isDropped(sequence))
      faults.push(
        createRangeFault('evidence-missing', sequence, sequence, 'lacks evidence that nobody recorded as dropped'),
      );
    if (text !== undefined && computeSha256Hex(text) !== sha256)
      faults.push(createRangeFault('evidence-edited', sequence, sequence, 'has evidence that was changed'));
  }
  const index = database.get<{ runId: string; result: string }>(
    'SELECT run_id AS runId, result FROM runs WHERE sequence = ?',
    sequence,
  );
  if (index?.runId !== held.run.runId || index.result !== held.run.result)
    faults.push(createRangeFault('index-differs', sequence, sequence, 'is listed otherwise in the index of runs'));
  return faults;
}

/** Undefined when the body was edited into something that is no run. */
function parseRunRecord(
  record: ChainRecord,
): { readonly run: RunBody['run']; readonly evidence: readonly string[] } | undefined {
  try {
    const { run } = JSON.parse(record.body) as RunBody;
    return { run, evidence: collectEvidenceHashes(run) };
  } catch {
    return undefined;
  }
}

/** What lies with a run is what the run speaks of. */
function findSurplusEvidence(database: Database, sequence: number, known: readonly string[]): readonly ChainFault[] {
  const rows = database.getAll<{ sha256: string }>('SELECT sha256 FROM evidence WHERE sequence = ?', sequence);
  const isStrange = rows.some(({ sha256 }) => !known.includes(sha256));
  return isStrange
    ? [createRangeFault('evidence-edited', sequence, sequence, 'has evidence that it does not speak of')]
    : [];
}

function findStrayEvidence(database: Database): readonly ChainFault[] {
  return database
    .getAll<{ sequence: number }>(
      "SELECT DISTINCT evidence.sequence FROM evidence LEFT JOIN records USING (sequence) WHERE kind IS NULL OR kind <> 'run' LIMIT 100",
    )
    .map(({ sequence }) => createRangeFault('evidence-edited', sequence, sequence, 'has evidence and is no run'));
}

function findIndexRowsWithoutRecord(database: Database): readonly ChainFault[] {
  return database
    .getAll<{ sequence: number }>(
      "SELECT runs.sequence FROM runs LEFT JOIN records USING (sequence) WHERE kind IS NULL OR kind <> 'run' LIMIT 100",
    )
    .map(({ sequence }) => createRangeFault('index-differs', sequence, sequence, 'is listed as a run and is none'));
}

function checkHeadFile(
  { heads, damagedLines }: HeadFile,
  keys: ReadonlyMap<string, string>,
  station: string,
  database: Database,
): readonly ChainFault[] {
  const forged = heads.filter((head) => !isValidHeadSignature(keys.get(head.key) ?? '', station, head, head.signature));
  const furthest = Math.max(0, ...heads.slice(-1).map((head) => head.sequence));
  const isCut = heads.length === 0 && database.get('SELECT 1 FROM records LIMIT 1') !== undefined;
  return [
    ...(isCut ? [CUT_HEAD_FILE] : []),
    ...forged.map((head) =>
      createRangeFault('head-file', head.sequence, head.sequence, 'has a head with a wrong signature'),
    ),
    ...damagedLines.map((line) => createHeadFileFault(`Line ${line} of the head file is damaged`)),
    ...findMissingHeads(database, furthest),
  ];
}

/** A crash may cost the head file its last line, never two. */
function findMissingHeads(database: Database, furthest: number): readonly ChainFault[] {
  const beyond = database.getAll<{ sequence: number }>(
    "SELECT sequence FROM records WHERE kind = 'checkpoint' AND kind <> 'run' AND sequence > ? ORDER BY sequence LIMIT 2",
    furthest,
  );
  return beyond.length < 2 ? [] : [createHeadFileFault(`The head file was cut: it ends at record ${furthest}`)];
}

const CUT_HEAD_FILE = createHeadFileFault(
  'The head file is gone or empty, and with it what proves how long the record was',
);

function createHeadFileFault(text: string): ChainFault {
  return { what: 'head-file', from: 0, to: 0, text };
}

/** A record that is named as edited needs no second finding for what follows from it. */
function deduplicateFaults(faults: readonly ChainFault[]): readonly ChainFault[] {
  const seen = new Set<string>();
  return faults
    .filter(({ what, from, to }) => {
      const key = `${what} ${from} ${to}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((left, right) => left.from - right.from);
}
