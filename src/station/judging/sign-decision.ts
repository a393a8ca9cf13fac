// One person's signature under a decision on a unit: in order by the station's policy, then kept in the record.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { StationLog } from '../../record/log/station-log.ts';
import type { Person } from '../../record/people/roles.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { signatureProblem, signOff } from '../../verdict/policy/sign-off.ts';

export interface SigningPlace {
  readonly log: Pick<StationLog, 'sign' | 'signatures'>;
  readonly policy: Policy;
  readonly clock: Clock;
}

export interface IntendedSignature {
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
export async function signDecision(place: SigningPlace, intended: IntendedSignature): Promise<string | null> {
  const { run, decision, person, reason } = intended;
  await assertInOrder(place, intended);
  const people = decision === 'rework' ? 1 : place.policy.signatures;
  const state = await place.log.sign({ runId: run.runId, decision, person, reason }, people);
  return (await missingByPolicy(place, run)) ?? (state.missing || null);
}

/** The station's policy on top of the record's own rules. */
async function assertInOrder(
  { log, policy, clock }: SigningPlace,
  { run, decision, person, reason }: IntendedSignature,
): Promise<void> {
  const before = await log.signatures(run.runId);
  const at = new Date(clock.wallMs()).toISOString();
  const signature: Signature = { runId: run.runId, by: person.id, role: person.role, at, decision, reason };
  const problem = signatureProblem(signature, before, policy);
  if (problem !== null) throw notInOrder(problem);
  if (decision === 'rework') return;
  const outcome = signOff(run.verdict, run.runId, [...before, signature], policy);
  if (outcome.state === 'refused') throw notInOrder(outcome.reason);
}

/** In words, what the station's policy still waits for; null when nothing. */
async function missingByPolicy({ log, policy }: SigningPlace, run: IntendedSignature['run']): Promise<string | null> {
  const outcome = signOff(run.verdict, run.runId, await log.signatures(run.runId), policy);
  if (outcome.state !== 'waiting' || outcome.signed.length === 0) return null;
  return `${outcome.missing} more to sign`;
}

function notInOrder(reason: string): StationError {
  return new StationError({
    code: 'sign/not-in-order',
    kind: 'input',
    message: reason,
    hint: 'See where the unit stands, and by which rule: flashline why UNIT',
  });
}
