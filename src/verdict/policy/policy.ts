// What a station may decide by itself and where people come in: safe defaults, and the bounds nobody can loosen.

import {
  defaultSignOffPolicy,
  getRequiredRole,
  listSigningRoles,
  type SignOffPolicy,
} from '../../domain/decisions/sign-off.ts';
import { normalizePersonName } from '../../domain/people/person.ts';

/** Numbers of a policy: each has a safe default and bounds. Shares and probabilities are 0 to 1. */
export interface PolicyNumbers {
  /** Counted runs of a unit at one operation without a repair in between. */
  readonly runsWithoutRepair: number;
  /** Runs that do not count (station faults, voided, aborted) before the unit is held all the same. */
  readonly uncountedRuns: number;
  /** Repairs with a cause before rework is no longer an answer. */
  readonly repairs: number;
  /** Passes in a row that a unit needs after a failure before it is a pass with no fault found. */
  readonly passesAfterFailure: number;
  /** The same after an analysis that found nothing. */
  readonly passesAfterAnalysis: number;
  /** Releases after an analysis before a further failure goes to the material review board. */
  readonly analyses: number;
  /** Passes in a row after a repair that found nothing, over the unit's whole life and on two fixtures; 0: such a unit never passes by itself. */
  readonly passesAfterUnexplainedRepair: number;
  /** Fixtures on which a failure must be seen before the unit is condemned. */
  readonly fixturesToCondemn: number;
  /** Signatures of different people for scrap and for use-as-is. */
  readonly signatures: number;
  /** Hours after which golden and known-bad units must be run again at the latest; a recipe may only name fewer. */
  readonly challengeHours: number;
  /** Hours after which a unit on hold, in rework or proposed for scrap is overdue for its disposition. */
  readonly dispositionHours: number;
  /** Plug-ins a cable is rated for. */
  readonly cableRatedCycles: number;
  /** Share of the rating at which a warning is given. */
  readonly cableWarnShare: number;
  /** How long a label that was scanned first waits for its unit; 0: labels are scanned only when a fixture asks. */
  readonly scanFirstSeconds: number;
}

/** What is done with a unit that has no record of the operation that its recipe expects before. */
export const missingOperationActions = ['mark', 'hold'] as const;

export type MissingOperationAction = (typeof missingOperationActions)[number];

/** The whole policy of a station. */
export interface Policy extends PolicyNumbers, SignOffPolicy {
  /** A unit with a record there that is no pass is held in any case. */
  readonly noEarlierOperation: MissingOperationAction;
}

/** For each number: the safe default and the range a station file may choose from. */
export const policyBounds: {
  readonly [Key in keyof PolicyNumbers]: { readonly safe: number; readonly least: number; readonly most: number };
} = {
  runsWithoutRepair: { safe: 4, least: 2, most: 4 },
  uncountedRuns: { safe: 6, least: 2, most: 12 },
  repairs: { safe: 2, least: 0, most: 3 },
  passesAfterFailure: { safe: 3, least: 2, most: 12 },
  passesAfterAnalysis: { safe: 4, least: 2, most: 12 },
  analyses: { safe: 1, least: 0, most: 2 },
  passesAfterUnexplainedRepair: { safe: 0, least: 0, most: 12 },
  fixturesToCondemn: { safe: 2, least: 2, most: 3 },
  signatures: { safe: 2, least: 2, most: 4 },
  challengeHours: { safe: 8, least: 1, most: 24 },
  dispositionHours: { safe: 24, least: 1, most: 168 },
  cableRatedCycles: { safe: 1500, least: 100, most: 10_000 },
  cableWarnShare: { safe: 0.8, least: 0.5, most: 0.95 },
  scanFirstSeconds: { safe: 20, least: 0, most: 60 },
};

/** The policy of a station whose file says nothing. */
export const defaultPolicy: Policy = {
  ...defaultSignOffPolicy,
  ...(Object.fromEntries(
    Object.entries(policyBounds).map(([key, bound]) => [key, bound.safe]),
  ) as unknown as PolicyNumbers),
  noEarlierOperation: 'mark',
};

/** What is wrong with a station's policy, by key; empty when it is within bounds. */
export interface PolicyProblem {
  readonly key: keyof Policy;
  readonly message: string;
}

/** Every key that is out of bounds. The caller adds file, line and column. */
export function checkPolicy(policy: Policy): readonly PolicyProblem[] {
  return [...checkPolicyNumbers(policy), ...checkPolicyRoles(policy), ...checkPolicyPeople(policy)];
}

function checkPolicyNumbers(policy: Policy): readonly PolicyProblem[] {
  return (Object.keys(policyBounds) as (keyof PolicyNumbers)[]).flatMap((key) => {
    const { least, most } = policyBounds[key];
    const value = policy[key];
    if (value >= least && value <= most && (Number.isInteger(value) || key === 'cableWarnShare')) return [];
    const kind = key === 'cableWarnShare' ? 'a number' : 'a whole number';
    return [{ key, message: `${key} is ${value}; it must be ${kind} from ${least} to ${most}` }];
  });
}

function checkPolicyRoles(policy: Policy): readonly PolicyProblem[] {
  return (['scrapRoles', 'useAsIsRoles'] as const).flatMap((key) => {
    const decision = key === 'scrapRoles' ? 'scrap' : 'use-as-is';
    const allowed = listSigningRoles(decision, policy);
    const needed = getRequiredRole(decision);
    if (policy[key].length === 0) return [{ key, message: `${key} is empty; name at least one role that may sign` }];
    const unable = policy[key].filter((role) => !allowed.includes(role));
    if (unable.length > 0)
      return unable.map((role) => ({ key, message: `${key} names ${role}; a person of this role cannot sign` }));
    if (needed === null || allowed.includes(needed)) return [];
    return [
      { key, message: `${key} leaves out ${needed}; nothing is decided before a person of this role has signed` },
    ];
  });
}

function checkPolicyPeople(policy: Policy): readonly PolicyProblem[] {
  const names = policy.people.map(({ id }) => normalizePersonName(id));
  return policy.people
    .filter((_, at) => names.indexOf(names[at]!) !== at)
    .map((person) => ({ key: 'people' as const, message: `${person.id} is listed twice` }));
}
