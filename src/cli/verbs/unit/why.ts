// `flashline why UNIT`: where a unit stands, by which rule, on what evidence, and what would change it.

import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import type { AddVerb, Cli } from '../program.ts';

interface WhyOptions extends RecordChoice {
  readonly json?: boolean;
}

export const addWhy: AddVerb = (program, cli) => {
  const command = program
    .command('why')
    .description('tell why a unit stands where it stands, with rule, evidence and history')
    .argument('<unit>', 'label or device id');
  takesRecord(command)
    .option('--json', 'one JSON object on standard output')
    .action(async (unit: string, options: WhyOptions) => why(cli, unit, options));
};

async function why(cli: Cli, unit: string, options: WhyOptions): Promise<void> {
  const { planOfRecord, readingRecord } = await import('../../input/with-record.ts');
  const { judgeAnew } = await import('../../../station/judging/reevaluate-verdict.ts');
  const { safePolicy } = await import('../../../verdict/policy/policy.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  const { lastTelling, permissionNow, runsOf } = await import('../../input/find-unit.ts');
  const { explainUnit } = await import('../../../verdict/explain-unit.ts');
  const { visibleText } = await import('../../../base/visible-text.ts');
  await readingRecord(options, async (record) => {
    const runs = await runsOf(record.history, unit);
    const notes = await record.log.notesOfUnit(runs.at(-1)!.unit);
    const voidedRunIds = await record.log.voidedRunIds();
    const plan = planOfRecord(record, options);
    const policy = plan?.policy ?? safePolicy;
    const permission = await permissionNow(record.log, policy, runs);
    const story = {
      runs,
      notes,
      voidedRunIds,
      standing: await judgeAnew(
        { fixtures: plan?.fixtures ?? [], policy, history: record.history, log: record.log, clock: systemClock },
        lastTelling(runs),
      ),
      runsLeft: permission.allowed ? permission.runsLeft : null,
    };
    if (options.json) cli.terminal.out(`${JSON.stringify({ ...story, voidedRunIds: [...voidedRunIds] })}\n`);
    else for (const line of explainUnit(story)) cli.terminal.out(`${visibleText(line)}\n`);
  });
}
