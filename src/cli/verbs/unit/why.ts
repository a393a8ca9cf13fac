// `flashline why UNIT`: where a unit stands, by which rule, on what evidence, and what would change it.

import { systemClock } from '../../../base/clock.ts';
import { toVisibleText } from '../../../base/visible-text.ts';
import { reevaluateVerdict } from '../../../station/judging/reevaluate-verdict.ts';
import { explainUnit } from '../../../verdict/explain-unit.ts';
import { checkRunPermission, findUnitRuns, selectStandingRun } from '../../input/find-unit.ts';
import { readKeptPolicy } from '../../input/kept-policy.ts';
import { findPlanOfRecord, withReadableRecord } from '../../input/with-record.ts';

import type { Cli, VerbInput } from '../verb.ts';
import type { whyVerb } from './unit-verbs.ts';

export async function explainWhy(cli: Cli, { unit, ...options }: VerbInput<typeof whyVerb>): Promise<void> {
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
