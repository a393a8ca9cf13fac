// The outcome of a step whose unit failed, in one line.
import type { Evidence } from '../domain/run/evidence.ts';
import type { FailureCode, FailureSite } from '../domain/run/failure.ts';
import type { StepOutcome } from './step.ts';

/** A failed outcome; without evidence of its own the message is the evidence. */
export function createFailedOutcome(
  code: FailureCode,
  message: string,
  evidence: readonly Evidence[] = [],
  site: FailureSite = {},
): StepOutcome & { readonly result: 'failed' } {
  const quoted: readonly Evidence[] = evidence.length > 0 ? evidence : [{ kind: 'note', text: message }];
  return { result: 'failed', failure: { code, message, site, evidence: quoted } };
}
