// One person's signature under a decision on a unit: in order by where the unit stands, then kept in the record.
import { StationError } from '../../base/station-error.ts';
import { findSigningObstacle, type SignOffPolicy } from '../../domain/decisions/sign-off.ts';
import type { Person } from '../../domain/people/person.ts';
import type { SignOffDecision } from '../../domain/people/signature.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { StationLog } from '../../record/log/station-log.ts';

export interface SigningDeps {
  readonly log: Pick<StationLog, 'sign'>;
  readonly policy: SignOffPolicy;
}

export interface SignatureRequest {
  /** With the verdict that stands now. */
  readonly run: Pick<RunRecord, 'runId' | 'verdict'>;
  readonly decision: SignOffDecision;
  readonly person: Person;
  readonly reason: string;
}

/**
 * Keeps the signature and tells in words what is still missing, or null when the decision stands. Throws StationError
 * `sign/not-in-order` by where the unit stands, `record/...` by the law of signatures.
 */
export async function signDecision(deps: SigningDeps, request: SignatureRequest): Promise<string | null> {
  const { run, decision, person, reason } = request;
  const obstacle = findSigningObstacle(decision, run.verdict);
  if (obstacle !== null) throw createSignatureRefusedError(obstacle);
  return (await deps.log.sign({ runId: run.runId, decision, person, reason }, deps.policy)).missing;
}

function createSignatureRefusedError(reason: string): StationError {
  return new StationError({
    code: 'sign/not-in-order',
    message: reason,
    hint: 'See where the unit stands, and by which rule: flashline why UNIT',
  });
}
