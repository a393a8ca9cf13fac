// Decisions that people make: scrap and use-as-is, each by several signatures of different people (rule D14).

import type { Verdict } from '../../domain/run/verdict.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import { normalizePersonName, type Policy } from './policy.ts';

/** What became of the signatures so far. */
export type SignOffResult =
  | { readonly state: 'decided'; readonly verdict: Verdict }
  | { readonly state: 'waiting'; readonly missing: number; readonly signed: readonly string[] }
  | { readonly state: 'refused'; readonly reason: string };

/** Whether one more signature is in order; null when it is, else why not. */
export function findSignatureProblem(
  signature: Signature,
  before: readonly Signature[],
  policy: Policy,
): string | null {
  const allowed = signature.decision === 'use-as-is' ? policy.useAsIsRoles : policy.scrapRoles;
  const name = normalizePersonName(signature.by);
  if (name === '') return 'A signature needs a name.';
  if (signature.reason.trim() === '') return 'A signature needs a reason.';
  if (!allowed.includes(signature.role))
    return `A person with the role ${signature.role} cannot sign ${signature.decision}; ${allowed.join(' or ')} can.`;
  const listed = policy.people.find((person) => normalizePersonName(person.name) === name);
  if (policy.people.length > 0 && listed?.role !== signature.role)
    return `${signature.by} is not listed at this station as ${signature.role}.`;
  const same = before.some((other) => isSameDecision(other, signature) && normalizePersonName(other.by) === name);
  return same ? `${signature.by} has signed already; another person is needed.` : null;
}

/**
 * The verdict that signatures on a run amount to. Scrap only confirms a standing proposal of scrap; use-as-is turns a
 * hold, rework or proposed scrap into a marked pass. Signatures that are not in order are not counted.
 */
export function decideSignOff(
  standing: Verdict,
  runId: string,
  signatures: readonly Signature[],
  policy: Policy,
): SignOffResult {
  const onRun = signatures.filter((signature) => signature.runId === runId && signature.decision !== 'rework');
  const decision = onRun.at(-1)?.decision;
  if (!decision) return { state: 'waiting', missing: policy.signatures, signed: [] };
  if (decision === 'scrap' && standing.disposition !== 'scrap-proposed') {
    return {
      state: 'refused',
      reason: `Scrap was not proposed for this unit: it stands at ${standing.disposition} (${standing.rule}).`,
    };
  }
  if (decision === 'use-as-is' && !['hold', 'rework', 'scrap-proposed'].includes(standing.disposition)) {
    return {
      state: 'refused',
      reason: `Use-as-is is for a unit on hold, in rework or proposed for scrap; this one stands at ${standing.disposition}.`,
    };
  }
  const valid = selectValidSignatures(
    onRun.filter((signature) => signature.decision === decision),
    policy,
  );
  if (valid.length < policy.signatures) {
    return { state: 'waiting', missing: policy.signatures - valid.length, signed: valid.map(({ by }) => by) };
  }
  return { state: 'decided', verdict: buildSignedVerdict(standing, decision, valid) };
}

/** Those of the signatures that are in order, each person's once. All must be under one decision on one run. */
export function selectValidSignatures(signatures: readonly Signature[], policy: Policy): readonly Signature[] {
  const valid: Signature[] = [];
  for (const signature of signatures)
    if (findSignatureProblem(signature, valid, policy) === null) valid.push(signature);
  return valid;
}

function isSameDecision(left: Signature, right: Signature): boolean {
  return left.runId === right.runId && left.decision === right.decision;
}

/** The verdict that a decision for scrap or use-as-is makes of another; at least one signature under it. */
export function buildSignedVerdict(
  standing: Verdict,
  decision: Signature['decision'],
  signatures: readonly Signature[],
): Verdict {
  const because = signatures.map(
    ({ by, role, at, reason }) => `${by} (${role}) signed ${decision} at ${at}: ${reason}`,
  );
  const scrap = decision === 'scrap';
  return {
    ...standing,
    disposition: scrap ? 'scrap' : 'pass',
    rule: scrap ? 'D14' : 'D14a',
    ruleText: scrap
      ? 'Scrap was proposed, and authorised people have signed it.'
      : 'Authorised people have signed that the unit is used as it is.',
    because: [...standing.because, ...because],
    marks: scrap ? standing.marks : [...standing.marks, 'use-as-is'],
    wouldChange: 'Nothing: people have decided.',
    instruction: { do: 'put-in-bin', bin: scrap ? 'scrap' : 'pass' },
    reason: signatures.at(-1)!.reason,
  };
}
