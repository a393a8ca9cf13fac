// Rules for a unit whose flash a probe has proved dead: no rework and no release any more, only what is left to decide.

import type { Verdict } from '../../domain/run/verdict.ts';
import { canProveDeadFlash } from '../attempts/dead-flash-proof.ts';
import { findIndependentProof, type UnitHistory } from '../history/unit-history.ts';
import { describeAttempts, sendToBin } from './next-instruction.ts';
import { isReproduced } from './reproduced-failures.ts';
import type { VerdictRule } from './rule.ts';
import { findMissingScrapEvidence, listFixturesToProve } from './scrap-evidence.ts';

/** Everything is there for a proposal of scrap but what a golden unit has to show. */
export const goldenProofRule: VerdictRule = {
  id: 'D13d',
  text: 'Flash is proved dead over SWD, and for a proposal of scrap only a golden unit is missing: held until it has passed there.',
  applies: (facts) => isProvedDead(facts) && isReproduced(facts) && listFixturesToProve(facts) !== null,
  decide: (facts) => ({
    disposition: 'hold',
    instruction: sendToBin('hold'),
    because: [...describeAttempts(facts.attempts), findIndependentProof(facts.input)!],
    wouldChange: `Missing for a proposal of scrap: ${findMissingScrapEvidence(facts).join('; ')}.`,
    suspects: ['unit'],
    reason: 'Dead over SWD: waiting for a golden unit on its fixture.',
    awaitsFixtures: listFixturesToProve(facts)!,
  }),
};

/** The fixtures have not shown what the probe has, and nothing that is done to the unit makes them. */
export const boardProofRule: VerdictRule = {
  id: 'D13e',
  text: 'Flash is proved dead over SWD, but the fixtures have not shown the same: neither rework nor release, the review board decides.',
  applies: (facts) => isProvedDead(facts) && facts.failures.length > 0,
  decide: (facts) => ({
    disposition: 'hold',
    instruction: sendToBin('hold'),
    because: [...describeAttempts(facts.attempts), findIndependentProof(facts.input)!],
    wouldChange: `Two people decide: scrap, return or regrade. Missing for a proposal of scrap: ${findMissingScrapEvidence(facts).join('; ')}.`,
    suspects: ['unit'],
    reason: 'Dead over SWD: the review board decides.',
  }),
};

/** Whether a unit that waits for rework is to wait no longer for it: a probe has spoken since. Nothing else that is learnt later undoes it. */
export function isEndOfRework({ rule }: Pick<Verdict, 'rule'>): boolean {
  return ['D13', goldenProofRule.id, boardProofRule.id].includes(rule);
}

/** By a probe, in another run than this: one over SWD is judged by D13b and D13c. */
function isProvedDead({ input }: UnitHistory): boolean {
  return !canProveDeadFlash(input.run) && findIndependentProof(input) !== null;
}
