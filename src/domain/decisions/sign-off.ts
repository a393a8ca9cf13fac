// The one law of decisions that no single person makes: who may sign, how many must, who is still missing, and what stands then.

import { hasPermission, type Permission } from '../people/permissions.ts';
import {
  findPersonByName,
  isSamePerson,
  normalizePersonName,
  type Person,
  type Role,
  roles,
} from '../people/person.ts';
import type { Signature, SignOffDecision } from '../people/signature.ts';
import type { Disposition, Verdict } from '../run/verdict.ts';

/** The part of a station's policy that speaks of signatures. */
export interface SignOffPolicy {
  /** Signatures of different people for scrap and for use-as-is. */
  readonly signatures: number;
  /** Roles that may sign scrap. */
  readonly scrapRoles: readonly Role[];
  /** Roles that may sign use-as-is. */
  readonly useAsIsRoles: readonly Role[];
  /** The people who may sign; when empty, a signer states name and role. */
  readonly people: readonly Person[];
}

/** What a station asks for that says nothing else. */
export const defaultSignOffPolicy: SignOffPolicy = {
  signatures: 2,
  scrapRoles: ['engineer', 'quality'],
  useAsIsRoles: ['engineer', 'quality'],
  people: [],
};

/** What a decision takes and makes, at every station. */
interface SignOffRequirement {
  readonly permission: Permission;
  /** Different people, at least. */
  readonly people: number;
  /** At least one of them has this role; null for any that may sign. */
  readonly oneOf: Role | null;
  /** What the unit is from then on. */
  readonly disposition: Disposition;
  /** Where the unit stands when this is signed; null for anywhere. */
  readonly from: readonly Disposition[] | null;
}

const requirements: Readonly<Record<SignOffDecision, SignOffRequirement>> = {
  scrap: { permission: 'sign-scrap', people: 2, oneOf: 'quality', disposition: 'scrap', from: ['scrap-proposed'] },
  'use-as-is': {
    permission: 'sign-use-as-is',
    people: 2,
    oneOf: 'quality',
    disposition: 'pass',
    from: ['hold', 'rework', 'scrap-proposed'],
  },
  rework: { permission: 'sign-rework', people: 1, oneOf: null, disposition: 'rework', from: null },
};

/** The rules by which people decide, in words. */
export const signOffRuleTexts = {
  D14: 'Scrap was proposed, or the review board had to decide, and authorised people have signed it.',
  D14a: 'Authorised people have signed that the unit is used as it is.',
} as const;

/** What the unit is once the decision stands. */
export function getSignedDisposition(decision: SignOffDecision): Disposition {
  return requirements[decision].disposition;
}

/** The roles that may sign a decision under a policy: a station can take the right away and never give it. */
export function listSigningRoles(decision: SignOffDecision, policy: SignOffPolicy): readonly Role[] {
  const { permission } = requirements[decision];
  const chosen = { scrap: policy.scrapRoles, 'use-as-is': policy.useAsIsRoles, rework: roles }[decision];
  return chosen.filter((role) => hasPermission(role, permission));
}

/** A role that must be among those who sign a decision; null for any that may. */
export function getRequiredRole(decision: SignOffDecision): Role | null {
  return requirements[decision].oneOf;
}

/** One person's word under a decision, before it is kept. */
export type SignatureDraft = Omit<Signature, 'at'>;

/** Why a signature is not in order. */
export interface SignatureProblem {
  readonly code: 'no-name' | 'no-reason' | 'not-allowed' | 'not-listed' | 'same-person';
  readonly message: string;
  readonly hint: string;
}

const MIN_REASON_CHARACTERS = 3;

/** What is wrong with one more signature under a decision; null when it is in order. `earlier` may speak of anything. */
export function findSignatureProblem(
  signature: SignatureDraft,
  earlier: readonly SignatureDraft[],
  policy: SignOffPolicy,
): SignatureProblem | null {
  const { by, role, decision, reason } = signature;
  if (normalizePersonName(by) === '')
    return { code: 'no-name', message: 'A signature needs a name.', hint: 'Say who signs.' };
  const allowed = listSigningRoles(decision, policy);
  if (!allowed.includes(role)) {
    const message = `${by} (${role}) may not sign ${decision}.`;
    return { code: 'not-allowed', message, hint: `Ask somebody with the role ${allowed.join(' or ')}.` };
  }
  if (policy.people.length > 0 && findPersonByName(policy.people, by)?.role !== role) {
    const message = `${by} is not listed at this station as ${role}.`;
    return { code: 'not-listed', message, hint: 'An engineer adds people to the station file, under people.' };
  }
  if (reason.trim().length < MIN_REASON_CHARACTERS)
    return { code: 'no-reason', message: 'A signature needs a reason.', hint: 'Say in a few words why.' };
  if (selectSignatures(earlier, signature).some((other) => isSamePerson(other.by, by)))
    return {
      code: 'same-person',
      message: `${by} has signed already; another person is needed.`,
      hint: 'Ask somebody else who may sign.',
    };
  return null;
}

/** Holds that neither a release nor another test ends: two people decide (material review board), or a repair with a finding. */
const reviewBoardRules: readonly string[] = ['D4b', 'D12a', 'D12b', 'D10b', 'D13a', 'D13e', 'D15'];

/** Whether the hold waits for the material review board, which may scrap the unit without a proposal. */
export function isForReviewBoard({ disposition, rule }: Pick<Verdict, 'disposition' | 'rule'>): boolean {
  return disposition === 'hold' && reviewBoardRules.includes(rule);
}

/** Why a decision cannot be signed about a unit that stands there; null when it can. */
export function findSigningObstacle(decision: SignOffDecision, { disposition, rule }: Verdict): string | null {
  const { from } = requirements[decision];
  if (from === null || from.includes(disposition)) return null;
  if (decision === 'scrap' && isForReviewBoard({ disposition, rule })) return null;
  if (decision === 'scrap')
    return `Scrap was not proposed for this unit: it stands at ${disposition} (${rule}), which is not for the review board.`;
  return `Use-as-is is for a unit on hold, in rework or proposed for scrap; this one stands at ${disposition} (${rule}).`;
}

/** Who has still to sign. */
export interface MissingSignatures {
  readonly count: number;
  /** One of them has this role; null for any that may sign. */
  readonly oneOf: Role | null;
}

/** Who has still to sign a decision about a run; signatures that are not in order count for nothing. */
export function findMissingSignatures(
  about: Pick<Signature, 'runId' | 'decision'>,
  signatures: readonly SignatureDraft[],
  policy: SignOffPolicy,
): MissingSignatures {
  const { people, oneOf } = requirements[about.decision];
  const asked = about.decision === 'rework' ? people : Math.max(people, policy.signatures);
  const valid = selectValidSignatures(selectSignatures(signatures, about), policy);
  const lacking = oneOf !== null && !valid.some(({ role }) => role === oneOf) ? oneOf : null;
  return { count: Math.max(asked - valid.length, lacking === null ? 0 : 1), oneOf: lacking };
}

/** The same in words; null when nobody is missing. */
export function describeMissingSignatures({ count, oneOf }: MissingSignatures): string | null {
  if (count === 0) return null;
  if (oneOf === null) return `${count} more to sign`;
  return count === 1 ? `1 more to sign: of ${oneOf}` : `${count} more to sign, one of them of ${oneOf}`;
}

function selectSignatures<Given extends SignatureDraft>(
  signatures: readonly Given[],
  about: Pick<Signature, 'runId' | 'decision'>,
): readonly Given[] {
  return signatures.filter(({ runId, decision }) => runId === about.runId && decision === about.decision);
}

/** Those of the signatures that are in order, each person's once. */
function selectValidSignatures(
  signatures: readonly SignatureDraft[],
  policy: SignOffPolicy,
): readonly SignatureDraft[] {
  const valid: SignatureDraft[] = [];
  for (const signature of signatures)
    if (findSignatureProblem(signature, valid, policy) === null) valid.push(signature);
  return valid;
}

/** The verdict that a decision makes of the one it was signed about; a consent to rework changes none. */
export function applySignOff(
  verdict: Verdict,
  about: Pick<Signature, 'runId' | 'decision'>,
  signatures: readonly Signature[],
): Verdict {
  const { decision } = about;
  if (decision === 'rework') return verdict;
  const signed = selectSignatures(signatures, about);
  const isScrap = decision === 'scrap';
  const reason = signed.at(-1)?.reason;
  return {
    ...verdict,
    disposition: getSignedDisposition(decision),
    rule: isScrap ? 'D14' : 'D14a',
    ruleText: signOffRuleTexts[isScrap ? 'D14' : 'D14a'],
    because: [
      ...verdict.because,
      ...signed.map(({ by, role, at, reason: why }) => `${by} (${role}) signed ${decision} at ${at}: ${why}`),
    ],
    marks: isScrap ? verdict.marks : [...verdict.marks, 'use-as-is'],
    wouldChange: 'Nothing: people have decided.',
    instruction: { do: 'put-in-bin', bin: isScrap ? 'scrap' : 'pass' },
    ...(reason !== undefined && { reason }),
  };
}
