// `flashline sign UNIT|RUN`: one person's signature under scrap, use-as-is or a repair that cannot be undone.

import { systemClock } from '../../../base/clock.ts';
import { findDecidingRun } from '../../../domain/decisions/unit-standing.ts';
import type { SignOffDecision } from '../../../domain/people/signature.ts';
import type { RecordedRun } from '../../../domain/run/record-place.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import { formatUnitName } from '../../../domain/unit/unit.ts';
import type { StationRecord } from '../../../record/open-record.ts';
import { reevaluateVerdict } from '../../../station/judging/reevaluate-verdict.ts';
import { signDecision } from '../../../station/judging/sign-decision.ts';
import { findStandingRun } from '../../input/find-unit.ts';
import { END_THE_STATION_FIRST, type WritableRecord, withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { signVerb } from './unit-verbs.ts';

export async function signUnit(cli: Cli, { what, ...options }: VerbInput<typeof signVerb>): Promise<void> {
  const decision = parseDecision(options);
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy, plan }) => {
    const person = findPerson(policy, options);
    const run = await reevaluateRun(await findRunToSign(record, what), { record, policy, plan });
    const missing = await signDecision({ log: record.log, policy }, { run, decision, person, reason: options.reason });
    cli.terminal.writeOut(`${what}: ${person.id} signed ${decision}; ${missing ?? 'the decision stands'}\n`);
  });
}

function parseDecision({ scrap, useAsIs, rework }: Partial<VerbInput<typeof signVerb>>): SignOffDecision {
  const given: readonly SignOffDecision[] = [
    ...(scrap ? (['scrap'] as const) : []),
    ...(useAsIs ? (['use-as-is'] as const) : []),
    ...(rework ? (['rework'] as const) : []),
  ];
  if (given.length === 1) return given[0]!;
  throw createArgumentError(
    given.length === 0 ? 'nothing is decided' : `${given.join(' and ')} cannot both be signed`,
    'give one of --scrap, --use-as-is, --rework',
  );
}

async function findRunToSign(record: StationRecord, what: string): Promise<RecordedRun> {
  const run = await record.history.findRun(what);
  if (run === undefined) return findStandingRun(record, what);
  await assertDecidingRun(record, run);
  return run;
}

/** An older run says nothing of where its unit stands, so nothing can be signed about it. */
async function assertDecidingRun({ history, log }: StationRecord, run: RecordedRun): Promise<void> {
  const runs = await history.findRunsOfUnit(run.unit, run.recipe.name);
  const deciding = findDecidingRun(runs, await log.readVoidedRunIds());
  if (deciding === undefined || deciding.runId === run.runId) return;
  throw createArgumentError(
    `${run.runId} is not the run by which its unit stands: that is ${deciding.runId}`,
    `see flashline why ${formatUnitName(run.unit)}`,
  );
}

/** The run with the verdict that stands now: a hold may have become a proposal of scrap since. */
async function reevaluateRun(run: RecordedRun, { record, policy, plan }: WritableRecord): Promise<RunRecord> {
  const { history, log } = record;
  const known = { fixtures: plan?.fixtures ?? [], policy, history, log, clock: systemClock };
  return { ...run, verdict: await reevaluateVerdict(known, run) };
}
