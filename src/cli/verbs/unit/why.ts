// `flashline why UNIT`: where a unit stands, by which rule, on what evidence, and what would change it.

import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface WhyOptions extends RecordOptions {
  readonly json?: boolean;
}

export const addWhy: AddVerb = (program, cli) => {
  const command = program
    .command('why')
    .description('tell why a unit stands where it stands, with rule, evidence and history')
    .argument('<unit>', 'label or device id');
  addRecordOption(command)
    .option('--json', 'one JSON object on standard output')
    .action(async (unit: string, options: WhyOptions) => printExplanation(cli, unit, options));
};

async function printExplanation(cli: Cli, unit: string, options: WhyOptions): Promise<void> {
  const { findPlanOfRecord, withReadableRecord } = await import('../../input/with-record.ts');
  const { reevaluateVerdict } = await import('../../../station/judging/reevaluate-verdict.ts');
  const { readKeptPolicy } = await import('../../input/kept-policy.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  const { selectStandingRun, checkRunPermission, findUnitRuns } = await import('../../input/find-unit.ts');
  const { explainUnit } = await import('../../../verdict/explain-unit.ts');
  const { toVisibleText } = await import('../../../base/visible-text.ts');
  await withReadableRecord(options, async (record) => {
    const runs = await findUnitRuns(record.history, unit);
    const notes = await record.log.findNotesOfUnit(runs.at(-1)!.unit);
    const voidedRunIds = await record.log.readVoidedRunIds();
    const plan = findPlanOfRecord(record, options);
    const policy = await readKeptPolicy(record.log, plan);
    const permission = await checkRunPermission(record.log, policy, runs);
    const story = {
      runs,
      notes,
      voidedRunIds,
      standing: await reevaluateVerdict(
        { fixtures: plan?.fixtures ?? [], policy, history: record.history, log: record.log, clock: systemClock },
        selectStandingRun(runs, voidedRunIds),
      ),
      runsLeft: permission.allowed ? permission.runsLeft : null,
    };
    if (options.json) cli.terminal.writeOut(`${JSON.stringify({ ...story, voidedRunIds: [...voidedRunIds] })}\n`);
    else for (const line of explainUnit(story)) cli.terminal.writeOut(`${toVisibleText(line)}\n`);
  });
}
