// Every unit of a record that waits for something, judged by what is known now, oldest first.

import type { HeldUnit } from '../../domain/decisions/held-unit.ts';
import { isAfter, type RecordedRun } from '../../domain/run/record-place.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { isRepair } from '../../domain/unit/unit-note.ts';
import { describeHeldUnit } from '../../verdict/next-act.ts';
import { createVerdictReevaluator, type ReevaluationDeps } from './reevaluate-verdict.ts';

/** `waiting`: the last run of each unit that may wait. One that was released or repaired since waits for its next run. */
export async function listHeldUnits(
  known: ReevaluationDeps,
  waiting: readonly RecordedRun[],
): Promise<readonly HeldUnit[]> {
  const reevaluate = createVerdictReevaluator(known);
  const units: HeldUnit[] = [];
  for (const run of waiting) {
    const verdict = await reevaluate(run);
    const held = await describeWaiting(known, run, verdict);
    if (held) units.push(held);
    else if (verdict.disposition === 'retest') units.push(describeFreedUnit(run, verdict.rule, known));
  }
  return units.toSorted((left, right) => Date.parse(left.since) - Date.parse(right.since));
}

/** Where a unit stands, and what it waits for; `who`, `act` and `due` are null at its end. */
export type UnitStanding = Omit<HeldUnit, 'who' | 'act' | 'due'> & {
  readonly [Key in 'who' | 'act' | 'due']: HeldUnit[Key] | null;
};

/** Every unit by its last run, as it stands by what is known now, in the order of those runs. */
export async function* listUnits(
  known: ReevaluationDeps,
  lastRuns: Iterable<RecordedRun>,
): AsyncIterable<UnitStanding> {
  const reevaluate = createVerdictReevaluator(known);
  for (const run of lastRuns) {
    const verdict = await reevaluate(run);
    const { runId, endedAt: since } = run;
    const { disposition, rule } = verdict;
    const standing = { runId, unit: formatUnitName(run.unit), disposition, rule, since };
    const again = { who: 'operator', act: 'Run it again', due: null } as const;
    const end = { who: null, act: null, due: null };
    yield (await describeWaiting(known, run, verdict)) ?? { ...standing, ...(disposition === 'retest' ? again : end) };
  }
}

async function describeWaiting(
  { log, policy }: ReevaluationDeps,
  run: RecordedRun,
  verdict: Verdict,
): Promise<HeldUnit | null> {
  const held = describeHeldUnit(run, verdict, policy);
  if (!held) return null;
  const notes = await log.findNotesOfUnit(run.unit);
  const freed = notes.findLast((note) => isRepair(note) && isAfter(note, run) === 'yes');
  return freed ? { ...held, who: 'operator', act: 'Run the full test', since: freed.at } : held;
}

/** It lies in the bin, and what is known now lets it run again. */
function describeFreedUnit(run: RecordedRun, rule: string, { policy }: ReevaluationDeps): HeldUnit {
  const held = describeHeldUnit(run, run.verdict, policy)!;
  return { ...held, disposition: 'retest', rule, who: 'operator', act: 'Take it out of the hold bin and run it again' };
}
