// What is to be done with a unit, and why.
import type { FailureCode } from './failure.ts';

export const dispositions = ['pass', 'retest', 'rework', 'hold', 'scrap-proposed', 'scrap'] as const;

export type Disposition = (typeof dispositions)[number];

/** How often each disposition is among them; zero for one that is not. */
export function countDispositions(among: Iterable<Disposition>): Readonly<Record<Disposition, number>> {
  const counts: Record<Disposition, number> = {
    pass: 0,
    retest: 0,
    rework: 0,
    hold: 0,
    'scrap-proposed': 0,
    scrap: 0,
  };
  for (const disposition of among) counts[disposition] += 1;
  return counts;
}

/** Marks that stay with a unit for ever. */
export type Mark =
  | 'no-fault-found'
  | 'marginal'
  | 'reworked'
  | 'resumed'
  | 'no-earlier-operation'
  | 'failure-voided'
  | 'use-as-is';

/** Whom the evidence points at, most likely first. */
export type Suspect = 'unit' | 'fixture' | 'cable' | 'station' | 'recipe' | 'lot' | 'handling';

/** What board and pages call a suspect. */
export const suspectLabels: Readonly<Record<Suspect, string>> = {
  unit: 'the unit',
  fixture: 'the fixture',
  cable: 'the cable',
  station: 'the station',
  recipe: 'the recipe',
  lot: 'the lot',
  handling: 'handling',
};

/** The one thing the operator does next; the screen's catalogue puts it into words. */
export type Instruction =
  | { readonly do: 'put-in-bin'; readonly bin: Bin }
  | { readonly do: 'move-to-fixture'; readonly fixture: number }
  | { readonly do: 'retest-anywhere' }
  | { readonly do: 'reseat' }
  | { readonly do: 'call-technician' };

export const bins = ['pass', 'retest', 'rework', 'hold', 'scrap'] as const;

export type Bin = (typeof bins)[number];

/** The bin of units that stand so. */
export function getBinOf(disposition: Disposition): Bin {
  return disposition === 'scrap-proposed' ? 'scrap' : disposition;
}

/** What people call a bin, on the board and on every page; a tile is filled with the colour of the bin that it names. */
export const binColours: Readonly<Record<Bin, string>> = {
  pass: 'BLUE',
  retest: 'WHITE',
  rework: 'YELLOW',
  hold: 'BLACK',
  scrap: 'RED',
};

/** The decision on one run. Every field is printed: nothing is decided that cannot be read afterwards. */
export interface Verdict {
  readonly disposition: Disposition;
  /** Rule of the decision table: D1 to D16 and those added since. */
  readonly rule: string;
  /** The rule in words. */
  readonly ruleText: string;
  readonly code: FailureCode | null;
  /** One line for the operator: likely cause. */
  readonly operatorText: string;
  /** One paragraph for the engineer. */
  readonly engineerText: string;
  /** Why, as sentences with the numbers of this case. */
  readonly because: readonly string[];
  readonly suspects: readonly Suspect[];
  readonly marks: readonly Mark[];
  /** The cheapest next test that could overturn this verdict. */
  readonly wouldChange: string;
  readonly instruction: Instruction;
  /** False when this run does not use up the unit's retest budget. */
  readonly countsAgainstUnit: boolean;
  /** Reason for rework, hold or scrap, as printed on the tag. */
  readonly reason?: string;
  /** Row of the symptom table (`G7`) and failure class (`F5`), for a failure. */
  readonly symptom?: string;
  readonly failureClass?: string;
  /** Fixtures on which a pass of other units or of a golden unit would decide; the unit is judged again when it comes. */
  readonly awaitsFixtures?: readonly number[];
  /** Probability of each cause by the history alone, 0 to 1: advice, not the authority for the disposition. */
  readonly likelihood?: Readonly<Record<string, number>>;
}
