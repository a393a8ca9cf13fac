// Bulky evidence kept apart by its hash: the record stays small and provable, and old evidence can be dropped without breaking it.

import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256Hex } from '../../base/digest.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord, WriteIntent } from '../../domain/run/run.ts';
import type { Database } from '../store/database.ts';

/** Evidence whose text is longer than this is kept apart. */
const INLINE_CHARACTERS = 400;

/** Stands in the record for evidence kept apart. */
export interface EvidenceReference {
  readonly kind: 'kept-apart';
  readonly was: Evidence['kind'];
  readonly sha256: string;
  readonly sizeBytes: number;
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
export function storedRun(
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
export function evidenceText(database: Database, sequence: number, sha256: string): string | undefined {
  return database.get<{ body: string }>('SELECT body FROM evidence WHERE sequence = ? AND sha256 = ?', sequence, sha256)
    ?.body;
}

/** The run with its bulky evidence taken out, and that evidence as [hash, text]. */
export function takeEvidenceApart(run: RunRecord): {
  readonly stored: StoredRun;
  readonly evidence: ReadonlyMap<string, string>;
} {
  const evidence = new Map<string, string>();
  const stored = mapEvidence(run, (item) => {
    const text = canonicalJson(item);
    if (text.length <= INLINE_CHARACTERS) return item;
    const sha256 = sha256Hex(text);
    evidence.set(sha256, text);
    return referenceTo(item, text, sha256) as unknown as Evidence;
  });
  return { stored, evidence };
}

/** The run of a record as it was given, evidence fetched by hash; what retention dropped becomes a note that says so. */
export function putEvidenceBack(stored: StoredRun, sequence: number, database: Database): RunRecord {
  return mapEvidence(stored, (item) => {
    const reference = asReference(item);
    if (!reference) return item;
    const text = evidenceText(database, sequence, reference.sha256);
    return text === undefined ? droppedNote(reference) : (JSON.parse(text) as Evidence);
  });
}

/** Hashes of all evidence that a stored run keeps apart. */
export function evidenceHashes(stored: StoredRun): readonly string[] {
  const hashes: string[] = [];
  mapEvidence(stored, (item) => {
    const reference = asReference(item);
    if (reference) hashes.push(reference.sha256);
    return item;
  });
  return hashes;
}

/** Adds a record's evidence inside the caller's transaction. */
export function keepEvidence(database: Database, sequence: number, evidence: ReadonlyMap<string, string>): void {
  for (const [sha256, text] of evidence)
    database.run('INSERT INTO evidence (sequence, sha256, body) VALUES (?, ?, ?)', sequence, sha256, text);
}

function referenceTo(item: Evidence, text: string, sha256: string): EvidenceReference {
  return { kind: 'kept-apart', was: item.kind, sha256, sizeBytes: Buffer.byteLength(text) };
}

function asReference(item: Evidence): EvidenceReference | undefined {
  const reference = item as unknown as EvidenceReference;
  return reference.kind === 'kept-apart' ? reference : undefined;
}

function droppedNote(reference: EvidenceReference): Evidence {
  const { was, sizeBytes, sha256 } = reference;
  return { kind: 'note', text: `${was} of ${sizeBytes} bytes was dropped to save room; its SHA-256 is ${sha256}` };
}

function mapEvidence(run: RunRecord, change: (item: Evidence) => Evidence): RunRecord {
  return { ...run, failure: mapFailure(run.failure, change), steps: run.steps.map((step) => mapStep(step, change)) };
}

function mapStep(step: StepRecord, change: (item: Evidence) => Evidence): StepRecord {
  return { ...step, failure: mapFailure(step.failure, change), evidence: step.evidence.map(change) };
}

function mapFailure(failure: Failure | null, change: (item: Evidence) => Evidence): Failure | null {
  return failure && { ...failure, evidence: failure.evidence.map(change) };
}
