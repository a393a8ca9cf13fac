// Every unit of a record that waits for something, judged by what is known now, oldest first.

import type { HeldUnit } from '../../domain/decisions/held-unit.ts';
import { isAfter, type RecordedRun } from '../../domain/run/record-place.ts';
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
    const held = describeHeldUnit(run, verdict, known.policy);
    const freed = (await known.log.findNotesOfUnit(run.unit)).findLast(
      (note) => isRepair(note) && isAfter(note, run) === 'yes',
    );
    if (held && freed) units.push({ ...held, who: 'operator', act: 'Run the full test', since: freed.at });
    else if (held) units.push(held);
    else if (verdict.disposition === 'retest') units.push(describeFreedUnit(run, verdict.rule, known));
  }
  return units.toSorted((left, right) => Date.parse(left.since) - Date.parse(right.since));
}

/** It lies in the bin, and what is known now lets it run again. */
function describeFreedUnit(run: RecordedRun, rule: string, { policy }: ReevaluationDeps): HeldUnit {
  const held = describeHeldUnit(run, run.verdict, policy)!;
  return { ...held, disposition: 'retest', rule, who: 'operator', act: 'Take it out of the hold bin and run it again' };
}
