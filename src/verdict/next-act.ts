// What has to happen next to a unit by its verdict, and who must do it: no verdict but a pass and scrap is without one.

import type { HeldUnit, NextAct } from '../domain/decisions/held-unit.ts';
import { isForReviewBoard } from '../domain/decisions/sign-off.ts';
import type { RunRecord } from '../domain/run/run.ts';
import type { Verdict } from '../domain/run/verdict.ts';
import { formatUnitName } from '../domain/unit/unit.ts';
import { analysisHoldRules } from './history/analysis.ts';
import type { Policy } from './policy/policy.ts';

const MS_PER_HOUR = 3_600_000;

/** Holds that an engineer settles and releases, by rule. */
const ENGINEER_ACTS: Readonly<Record<string, string>> = {
  D2: 'Settle which label belongs to which unit, then release it',
  D4a: 'Send it to the line of its own product, or return it to whoever sent it',
  D11: 'Decide about the lot: release it, sort it, or send it to rework untested',
  D13c: 'Bring the missing proof: the same over SWD once more, or a golden pass on its fixture',
  D15a: 'Find why its runs do not end, then release it',
};

/** Holds in which passes of other units count for nothing. */
const GOLDEN_UNIT_RULES: readonly string[] = ['D13c', 'D13d'];

/** Whether only a golden unit on the fixtures that it waits for decides about it. */
export function isForGoldenUnit({ rule, awaitsFixtures = [] }: Pick<Verdict, 'rule' | 'awaitsFixtures'>): boolean {
  return GOLDEN_UNIT_RULES.includes(rule) && awaitsFixtures.length > 0;
}

/** Null for a unit that has come to its end. */
function findNextAct(verdict: Verdict): NextAct | null {
  switch (verdict.disposition) {
    case 'pass':
    case 'scrap':
      return null;
    case 'retest':
      return { who: 'operator', act: 'Run it again' };
    case 'rework':
      return { who: 'technician', act: 'Repair it, and say what was wrong: flashline repaired' };
    case 'scrap-proposed':
      return { who: 'review-board', act: 'Sign scrap, or use as is' };
    case 'hold':
      return findNextActOnHold(verdict);
  }
}

function findNextActOnHold(verdict: Verdict): NextAct {
  const { rule, awaitsFixtures = [] } = verdict;
  if (isForGoldenUnit(verdict))
    return { who: 'technician', act: `Run a golden unit on fixture ${awaitsFixtures.join(' and ')}` };
  if (awaitsFixtures.length > 0)
    return { who: 'technician', act: `Run a golden unit, or two others, on fixture ${awaitsFixtures.join(' or ')}` };
  if (analysisHoldRules.includes(rule))
    return { who: 'engineer', act: 'Analyse it (flash read over SWD, contacts), then release or repair it' };
  if (isForReviewBoard(verdict))
    return { who: 'review-board', act: 'Sign scrap (to return or regrade it too: say so in the reason) or use as is' };
  return { who: 'engineer', act: ENGINEER_ACTS[rule] ?? 'Look at it, then release or repair it' };
}

/** The unit of this run as it waits; null when it has come to its end or waits only for its next run. */
export function describeHeldUnit(
  run: Pick<RunRecord, 'runId' | 'unit' | 'endedAt'>,
  verdict: Verdict,
  { dispositionHours }: Pick<Policy, 'dispositionHours'>,
): HeldUnit | null {
  const next = findNextAct(verdict);
  if (!next || verdict.disposition === 'retest') return null;
  const { disposition, rule } = verdict;
  const due = new Date(Date.parse(run.endedAt) + dispositionHours * MS_PER_HOUR).toISOString();
  return { ...next, runId: run.runId, unit: formatUnitName(run.unit), disposition, rule, since: run.endedAt, due };
}
