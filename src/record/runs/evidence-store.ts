// Bulky evidence kept apart by its hash: the record stays small and provable, and old evidence can be dropped without breaking it.

import { toCanonicalJson } from '../../base/canonical-json.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord, WriteIntent } from '../../domain/run/run.ts';
import type { Database } from '../store/database.ts';

/** Evidence whose text is longer than this is kept apart. */
const MAX_INLINE_CHARACTERS = 400;

/** Stands in the record for evidence kept apart. */
export interface EvidenceReference {
  readonly kind: 'kept-apart';
  readonly was: Evidence['kind'];
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Of a `flash-image`: that it was read back is known also when the evidence itself was dropped. */
  readonly image?: string;
}

/** A run as the chain holds it: the same shape, bulky evidence replaced by references. */
export type StoredRun = RunRecord;

/** The body of a record of kind `run`. */
export interface RunBody {
  readonly run: StoredRun;
  /** What the run announced that it would write. */
  readonly intents: readonly WriteIntent[];
}

/** A finished run where the record has it, its evidence still apart; undefined when there is none of that id. */
export function findStoredRun(
  database: Database,
  runId: string,
): { readonly sequence: number; readonly run: StoredRun } | undefined {
  const row = database.get<{ sequence: number; body: string }>(
    'SELECT sequence, body FROM runs JOIN records USING (sequence) WHERE run_id = ?',
    runId,
  );
  return row && { sequence: row.sequence, run: (JSON.parse(row.body) as RunBody).run };
}

/** The text of one piece of a record's evidence; undefined when retention dropped it. */
export function readEvidenceText(database: Database, sequence: number, sha256: string): string | undefined {
  return database.get<{ body: string }>('SELECT body FROM evidence WHERE sequence = ? AND sha256 = ?', sequence, sha256)
    ?.body;
}

/** The run with its bulky evidence taken out, and that evidence as [hash, text]. */
export function detachEvidence(run: RunRecord): {
  readonly stored: StoredRun;
  readonly evidence: ReadonlyMap<string, string>;
} {
  const evidence = new Map<string, string>();
  const stored = mapEvidence(run, (item) => {
    const text = toCanonicalJson(item);
    if (text.length <= MAX_INLINE_CHARACTERS) return item;
    const sha256 = computeSha256Hex(text);
    evidence.set(sha256, text);
    return createEvidenceReference(item, text, sha256) as unknown as Evidence;
  });
  return { stored, evidence };
}

/** The run of a record as it was given, evidence fetched by hash; what retention dropped becomes a note that says so. */
export function attachEvidence(stored: StoredRun, sequence: number, database: Database): RunRecord {
  return mapEvidence(stored, (item) => {
    const reference = toEvidenceReference(item);
    if (!reference) return item;
    const text = readEvidenceText(database, sequence, reference.sha256);
    return text === undefined ? createDroppedEvidenceNote(reference) : (JSON.parse(text) as Evidence);
  });
}

/** Hashes of all evidence that a stored run keeps apart. */
export function collectEvidenceHashes(stored: StoredRun): readonly string[] {
  const hashes: string[] = [];
  mapEvidence(stored, (item) => {
    const reference = toEvidenceReference(item);
    if (reference) hashes.push(reference.sha256);
    return item;
  });
  return hashes;
}

/** Adds a record's evidence inside the caller's transaction. */
export function storeEvidence(database: Database, sequence: number, evidence: ReadonlyMap<string, string>): void {
  for (const [sha256, text] of evidence)
    database.run('INSERT INTO evidence (sequence, sha256, body) VALUES (?, ?, ?)', sequence, sha256, text);
}

function createEvidenceReference(item: Evidence, text: string, sha256: string): EvidenceReference {
  const reference = { kind: 'kept-apart', was: item.kind, sha256, sizeBytes: Buffer.byteLength(text) } as const;
  return item.kind === 'flash-image' ? { ...reference, image: item.image } : reference;
}

/** The image that a piece of evidence proves whole, kept apart or not. */
export function findProvedImage(item: Evidence): string | undefined {
  if (item.kind === 'flash-image') return item.image;
  const reference = toEvidenceReference(item);
  return reference?.was === 'flash-image' ? reference.image : undefined;
}

function toEvidenceReference(item: Evidence): EvidenceReference | undefined {
  const reference = item as unknown as EvidenceReference;
  return reference.kind === 'kept-apart' ? reference : undefined;
}

function createDroppedEvidenceNote(reference: EvidenceReference): Evidence {
  const { was, sizeBytes, sha256 } = reference;
  return { kind: 'note', text: `${was} of ${sizeBytes} bytes was dropped to save room; its SHA-256 is ${sha256}` };
}

function mapEvidence(run: RunRecord, change: (item: Evidence) => Evidence): RunRecord {
  return {
    ...run,
    failure: mapFailureEvidence(run.failure, change),
    steps: run.steps.map((step) => mapStepEvidence(step, change)),
  };
}

function mapStepEvidence(step: StepRecord, change: (item: Evidence) => Evidence): StepRecord {
  return { ...step, failure: mapFailureEvidence(step.failure, change), evidence: step.evidence.map(change) };
}

function mapFailureEvidence(failure: Failure | null, change: (item: Evidence) => Evidence): Failure | null {
  return failure && { ...failure, evidence: failure.evidence.map(change) };
}
