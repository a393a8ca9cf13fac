// `flashline hold`: every unit that waits, since when, for what, and who must act, oldest first.

import { systemClock } from '../../../base/clock.ts';
import { listHeldUnits } from '../../../station/judging/list-held-units.ts';
import { defaultPolicy } from '../../../verdict/policy/policy.ts';
import { findPlanOfRecord, withReadableRecord } from '../../input/with-record.ts';
import { formatHeldUnits } from '../../output/held-units-table.ts';

import type { Cli, VerbInput } from '../verb.ts';
import type { holdVerb } from './unit-verbs.ts';

export async function printHeldUnits(cli: Cli, options: VerbInput<typeof holdVerb>): Promise<void> {
  const units = await withReadableRecord(options, async (record) => {
    const plan = findPlanOfRecord(record, options);
    const { history, log } = record;
    const known = { fixtures: plan?.fixtures ?? [], policy: plan?.policy ?? defaultPolicy, clock: systemClock };
    return listHeldUnits({ ...known, history, log }, await history.findWaitingRuns());
  });
  if (options.json) for (const unit of units) cli.terminal.writeOut(`${JSON.stringify(unit)}\n`);
  else cli.terminal.writeOut(formatHeldUnits(units, systemClock.readWallMs()));
}
