// `flashline hold`: every unit that waits, since when, for what, and who must act, oldest first.

import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface HoldOptions extends RecordOptions {
  readonly json?: boolean;
}

export const addHold: AddVerb = (program, cli) => {
  const hold = program
    .command('hold')
    .description('list units on hold, in rework or proposed for scrap: since when, waiting for what, who must act');
  addRecordOption(hold)
    .option('--json', 'one JSON object per unit on standard output')
    .addHelpText('after', HELP)
    .action(async (options: HoldOptions) => printHeldUnits(cli, options));
};

const HELP = `
The oldest unit comes first. One that waits longer than the station's policy allows (decide within) is OVERDUE: whoever
must act, quality is told. Each unit's whole story: flashline why UNIT
`;

async function printHeldUnits(cli: Cli, options: HoldOptions): Promise<void> {
  const { findPlanOfRecord, withReadableRecord } = await import('../../input/with-record.ts');
  const { listHeldUnits } = await import('../../../station/judging/list-held-units.ts');
  const { defaultPolicy } = await import('../../../verdict/policy/policy.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  const { formatHeldUnits } = await import('../../output/held-units-table.ts');
  const units = await withReadableRecord(options, async (record) => {
    const plan = findPlanOfRecord(record, options);
    const { history, log } = record;
    const known = { fixtures: plan?.fixtures ?? [], policy: plan?.policy ?? defaultPolicy, clock: systemClock };
    return listHeldUnits({ ...known, history, log }, await history.findWaitingRuns());
  });
  if (options.json) for (const unit of units) cli.terminal.writeOut(`${JSON.stringify(unit)}\n`);
  else cli.terminal.writeOut(formatHeldUnits(units, systemClock.readWallMs()));
}
