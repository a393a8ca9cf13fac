// The shape of a rule and of what it decides.
import type { Disposition, Instruction, Mark, Suspect } from '../../domain/run/verdict.ts';
import type { UnitHistory } from '../history/unit-history.ts';

/** What a rule decides. What is left out: no marks, the symptom's suspects, counted. */
export interface RuleDecision {
  readonly disposition: Disposition;
  readonly instruction: Instruction;
  /** Sentences with the numbers of this case. */
  readonly because: readonly string[];
  /** The cheapest next test that could overturn the decision. */
  readonly wouldChange: string;
  readonly marks?: readonly Mark[];
  readonly suspects?: readonly Suspect[];
  /** False when the run does not use up the unit's budget. */
  readonly counts?: boolean;
  /** Fixtures on which a pass of other units would decide. */
  readonly awaitsFixtures?: readonly number[];
  /** For the tag on the unit. */
  readonly reason?: string;
}

export interface VerdictRule {
  readonly id: string;
  /** The rule in words, as printed with each verdict. */
  readonly text: string;
  readonly applies: (facts: UnitHistory) => boolean;
  readonly decide: (facts: UnitHistory) => RuleDecision;
}
