// Signatures and the decisions they add up to, as the record keeps them: what may be signed is the law of domain/people/sign-off.
import { StationError } from '../../base/station-error.ts';
import {
  describeMissingSignatures,
  findMissingSignatures,
  findSignatureProblem,
  getSignedDisposition,
  type SignatureDraft,
  type SignatureProblem,
  type SignOffPolicy,
} from '../../domain/decisions/sign-off.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Signature, SignOff, SignOffDecision } from '../../domain/people/signature.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import type { ChainRecord } from '../chain/chain.ts';
import type { Database } from '../store/database.ts';

/** What one person signs. */
export interface SignatureInput {
  readonly runId: string;
  readonly decision: SignOffDecision;
  readonly person: Person;
  readonly reason: string;
}

/** The body of a record of kind `signature`. */
export interface SignatureBody extends SignatureInput {
  /** Hash of the run's record: what was seen when it was signed. */
  readonly runHash: string;
}

/** The body of a record of kind `sign-off`: enough people signed, the decision stands. */
export interface SignOffBody {
  readonly runId: string;
  readonly runHash: string;
  readonly decision: SignOffDecision;
  readonly disposition: Disposition;
  readonly people: readonly Person[];
  readonly reasons: readonly string[];
}

/** A decision with what its record says of it. */
export type KeptSignOff = SignOff & SignOffBody;

interface SigningTarget {
  readonly database: Database;
  /** Appends to the chain inside the caller's transaction. */
  readonly append: (kind: 'signature' | 'sign-off', body: unknown) => ChainRecord;
}

/** What a kept signature came to: who is still missing, in words; null when the decision stands. */
export interface SigningResult {
  readonly missing: string | null;
}

/**
 * Keeps one signature, and with the last one needed the decision too. Throws StationError `record/no-run`,
 * `record/already-decided`, and one `record/...` for each SignatureProblem.
 */
export function appendSignature(target: SigningTarget, given: SignatureInput, policy: SignOffPolicy): SigningResult {
  const { database, append } = target;
  const run = findSignedRun(database, given.runId);
  const earlier = findSignatureBodies(database, given.runId)
    .map(({ body }) => body)
    .filter(({ decision }) => decision === given.decision);
  const drafts = earlier.map(toSignatureDraft);
  const decisions = findRunSignOffs(database, given.runId);
  assertUndecided(given, decisions);
  const problem = findSignatureProblem(toSignatureDraft(given), drafts, policy);
  if (problem) throw createSignatureError(problem);
  const signature: SignatureBody = { ...given, runHash: run.hash };
  append('signature', signature);
  const missing = findMissingSignatures(given, [...drafts, toSignatureDraft(given)], policy);
  const isDecided = decisions.some(({ decision }) => decision === given.decision);
  if (missing.count === 0 && !isDecided) appendSignOff(target, run, [...earlier, signature]);
  return { missing: describeMissingSignatures(missing) };
}

/** Scrap and use-as-is are decided once; a consent to rework may be given again. */
function assertUndecided({ decision }: SignatureInput, decisions: readonly SignOff[]): void {
  if (decision === 'rework') return;
  const decided = decisions.find((other) => other.decision !== 'rework');
  if (!decided) return;
  throw new StationError({
    code: 'record/already-decided',
    message: `People have decided already: ${decided.decision}, signed by ${decided.by.join(' and ')}`,
    hint: 'See where the unit stands, and by which rule: flashline why UNIT',
  });
}

function appendSignOff({ append }: SigningTarget, run: SignedRun, signatures: readonly SignatureBody[]): void {
  const { decision } = signatures[0]!;
  const disposition = getSignedDisposition(decision);
  const signOff: SignOffBody = {
    runId: run.runId,
    runHash: run.hash,
    decision,
    disposition,
    people: signatures.map(({ person }) => person),
    reasons: signatures.map(({ reason }) => reason),
  };
  append('sign-off', signOff);
}

interface SignedRun {
  readonly runId: string;
  readonly hash: string;
}

function findSignedRun(database: Database, runId: string): SignedRun {
  const run = database.get<SignedRun>(
    'SELECT run_id AS runId, hash FROM runs JOIN records USING (sequence) WHERE run_id = ?',
    runId,
  );
  if (run) return run;
  throw new StationError({
    code: 'record/no-run',
    message: `There is no finished run ${runId}`,
    hint: 'Take the run id from the unit page or from "flashline report".',
  });
}

/** Signatures about a run, oldest first. */
export function findRunSignatures(database: Database, runId: string): readonly Signature[] {
  return findSignatureBodies(database, runId).map(({ at, body }) => toSignature(at, body));
}

function findSignatureBodies(database: Database, runId: string): readonly { at: string; body: SignatureBody }[] {
  return database
    .getAll<{ at: string; body: string }>(
      'SELECT at, body FROM signatures JOIN records USING (sequence) WHERE run_id = ? ORDER BY sequence',
      runId,
    )
    .map(({ at, body }) => ({ at, body: JSON.parse(body) as SignatureBody }));
}

/** Decisions that stand about a run, oldest first. They need signatures, so they are found through them. */
export function findRunSignOffs(database: Database, runId: string): readonly KeptSignOff[] {
  return database
    .getAll<{ at: string; body: string }>(
      `SELECT at, body FROM records WHERE kind = 'sign-off' AND kind <> 'run' AND sequence IN
         (SELECT sequence + 1 FROM signatures WHERE run_id = ?) ORDER BY sequence`,
      runId,
    )
    .map(({ at, body }) => toKeptSignOff(at, JSON.parse(body) as SignOffBody));
}

/** A signature as reports and the judge read it. */
export function toSignature(at: string, body: SignatureBody): Signature {
  return { ...toSignatureDraft(body), at };
}

function toSignatureDraft({ runId, person, decision, reason }: SignatureInput): SignatureDraft {
  return { runId, by: person.id, role: person.role, decision, reason };
}

function toKeptSignOff(at: string, body: SignOffBody): KeptSignOff {
  return { ...body, at, by: body.people.map(({ id }) => id) };
}

/** A decision as the judge reads it. */
export function toSignOff(at: string, { runId, decision, people }: SignOffBody): SignOff {
  return { runId, at, decision, by: people.map(({ id }) => id) };
}

/** Throws StationError `record/no-reason` unless somebody says why. */
export function assertReason({ id }: Person, reason: string): void {
  if (reason.trim().length >= MIN_REASON_CHARACTERS) return;
  throw createSignatureError({ code: 'no-reason', message: `${id} gave no reason`, hint: 'Say in a few words why.' });
}

const MIN_REASON_CHARACTERS = 3;

function createSignatureError({ code, message, hint }: SignatureProblem): StationError {
  return new StationError({ code: `record/${code}`, message, hint });
}
