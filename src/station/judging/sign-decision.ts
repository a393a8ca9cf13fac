// One person's signature under a decision on a unit: in order by the station's policy, then kept in the record.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { StationLog } from '../../record/log/station-log.ts';
import type { Person } from '../../record/people/roles.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { decideSignOff, findSignatureProblem } from '../../verdict/policy/sign-off.ts';

export interface SigningDeps {
  readonly log: Pick<StationLog, 'sign' | 'findSignatures'>;
  readonly policy: Policy;
  readonly clock: Clock;
}

export interface SignatureRequest {
  /** With the verdict that stands now. */
  readonly run: Pick<RunRecord, 'runId' | 'verdict'>;
  readonly decision: Signature['decision'];
  readonly person: Person;
  readonly reason: string;
}

/**
 * Keeps the signature and tells in words what is still missing, or null when the decision stands. Throws StationError
 * `sign/not-in-order` by the station's policy, `record/...` by the record's own rules.
 */
export async function signDecision(place: SigningDeps, intended: SignatureRequest): Promise<string | null> {
  const { run, decision, person, reason } = intended;
  await assertSignatureAllowed(place, intended);
  const people = decision === 'rework' ? 1 : place.policy.signatures;
  const state = await place.log.sign({ runId: run.runId, decision, person, reason }, people);
  return (await describeMissingSignatures(place, run)) ?? (state.missing || null);
}

/** The station's policy on top of the record's own rules. */
async function assertSignatureAllowed(
  { log, policy, clock }: SigningDeps,
  { run, decision, person, reason }: SignatureRequest,
): Promise<void> {
  const before = await log.findSignatures(run.runId);
  const at = new Date(clock.readWallMs()).toISOString();
  const signature: Signature = { runId: run.runId, by: person.id, role: person.role, at, decision, reason };
  const problem = findSignatureProblem(signature, before, policy);
  if (problem !== null) throw createSignatureRefusedError(problem);
  if (decision === 'rework') return;
  const outcome = decideSignOff(run.verdict, run.runId, [...before, signature], policy);
  if (outcome.state === 'refused') throw createSignatureRefusedError(outcome.reason);
}

/** In words, what the station's policy still waits for; null when nothing. */
async function describeMissingSignatures(
  { log, policy }: SigningDeps,
  run: SignatureRequest['run'],
): Promise<string | null> {
  const outcome = decideSignOff(run.verdict, run.runId, await log.findSignatures(run.runId), policy);
  if (outcome.state !== 'waiting' || outcome.signed.length === 0) return null;
  return `${outcome.missing} more to sign`;
}

function createSignatureRefusedError(reason: string): StationError {
  return new StationError({
    code: 'sign/not-in-order',
    kind: 'input',
    message: reason,
    hint: 'See where the unit stands, and by which rule: flashline why UNIT',
  });
}
