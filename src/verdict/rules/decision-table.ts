// The decision table: numbered rules, evaluated top down; the first that applies decides.
//
// D1 to D16 are those of the practice sheet. Added, each for a hole in it:
//   D1a  the second half of D1, with an id of its own: only it leads to a stop of the station
//   D4a  another product is sorted out, not reworked
//   D5a  a second failure on the same fixture condemns nobody
//   D6a  evidence out of the unit's own flash is not wiped out by a pass
//   D6b  analysed and released by an engineer after such a hold: as many passes again, counted from the release
//   D6c  failures laid to others again and again, or to the lot: as many passes as after one of its own
//   D8a  classes that one-off trouble can make need three failures alike: with two, 0.7 % of failing units would be good ones sent to rework
//   D8b  rework waits until one of the fixtures has passed another unit since
//   D10a failed on two fixtures, passed on a third: intermittent
//   D12a a repaired unit that fails as before goes back at once (the sheet's own D12: no new round of retests)
//   D13a repairs spent, evidence for scrap incomplete
//   D13b the run over SWD itself completes the evidence; D13c it lacks one of the two proofs
//   D13d proved dead over SWD: only a golden pass is missing; D13e the fixtures have not shown the same
//   D15a runs that never tell anything (pulled out, aborted) are bounded too
//   D16a passed only because the recipe's own retry repeated a step
//   D17  the clean pass; D18 reference units
// D14 and use-as-is are decided by people: sign-off.ts.

import { budgetRule, failureRules, retestRules } from './failure-rules.ts';
import { confirmationRule, passRules } from './pass-rules.ts';
import type { VerdictRule } from './rule.ts';
import { stationRules } from './station-rules.ts';

/** In the order of evaluation; the last always applies. */
export const decisionTable: readonly VerdictRule[] = [
  ...stationRules,
  ...passRules,
  ...failureRules.map(restrictToFailures),
  budgetRule,
  confirmationRule,
  ...retestRules,
];

function restrictToFailures(rule: VerdictRule): VerdictRule {
  return { ...rule, applies: (facts) => facts.input.run.result !== 'pass' && rule.applies(facts) };
}
