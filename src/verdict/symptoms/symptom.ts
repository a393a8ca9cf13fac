// The shape of one row of the symptom table: when it applies, what it means, what people are told.
import type { Suspect } from '../../domain/run/verdict.ts';
import type { FailureClass } from './failure-class.ts';
import type { FailureFacts } from './failure-facts.ts';

/** What rework has to do, where the evidence itself says so; `none`: nothing ever helps. */
export type Remedy = 'replace-bootloader' | 'remove-protection' | 'sort-out' | 'none';

export interface Symptom {
  /** `G7` is row 7 of the table of known symptoms; a letter after it tells faces of one row apart; `P` rows are this program's own. */
  readonly id: string;
  readonly class: FailureClass;
  /** Likely cause, for the operator: one line. */
  readonly operator: string;
  /** One paragraph for the engineer: what the evidence means and what to look at next. */
  readonly engineer: string;
  /** First suspicion, most likely first. */
  readonly suspects: readonly Suspect[];
  /** True when the evidence comes out of the unit's own flash or firmware, so that no cable can have made it. */
  readonly hard?: true;
  readonly remedy?: Remedy;
  /** Evidence that must be there; a row without it is the last of its code. */
  readonly when?: (facts: FailureFacts) => boolean;
}

/** Rows of one failure code, most particular first; the last has no condition, so every failure finds a row. */
export type SymptomRows = readonly [...(Symptom & { readonly when: NonNullable<Symptom['when']> })[], Symptom];
