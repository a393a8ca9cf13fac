// `flashline sign UNIT|RUN`: one person's signature under scrap, use-as-is or a repair that cannot be undone.

import type { SignOffDecision } from '../../../domain/people/signature.ts';
import type { RecordedRun } from '../../../domain/run/record-sequence.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { StationRecord } from '../../../record/open-record.ts';
import type { WritableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface SignOptions extends RecordOptions, PersonOptions {
  readonly scrap?: boolean;
  readonly useAsIs?: boolean;
  readonly rework?: boolean;
  readonly reason: string;
}

export const addSign: AddVerb = (program, cli) => {
  const sign = program
    .command('sign')
    .description('sign that a unit is scrapped, used as it is, or repaired beyond return')
    .argument('<unit-or-run>', 'label, device id or run id')
    .option('--scrap', 'confirm a proposal of scrap')
    .option('--use-as-is', 'pass a unit that stands at hold, rework or scrap proposed')
    .option('--rework', 'consent to a repair that cannot be undone, such as one that erases its keys')
    .requiredOption('--reason <text>', 'why, in a few words');
  addPersonOptions(addRecordOption(sign))
    .addHelpText('after', HELP)
    .action(async (what: string, options: SignOptions) => signUnit(cli, what, options));
};

const HELP = `
Examples:
  flashline sign P000000017 --scrap --name "E. Ngineer" --reason "sector 7 dead over DFU and SWD"
  flashline sign P000000017 --scrap --name "Q. Uality" --reason "agreed"

Scrap and use-as-is stand when as many different people have signed as the station asks for, one of them quality.
Nothing is scrapped that no rule has proposed for scrap: see flashline why UNIT.
`;

async function signUnit(cli: Cli, what: string, options: SignOptions): Promise<void> {
  const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
  const { findPerson } = await import('../../options/person-options.ts');
  const { signDecision } = await import('../../../station/judging/sign-decision.ts');
  const decision = parseDecision(options);
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy, plan }) => {
    const person = findPerson(policy, options);
    const run = await reevaluateRun(await findRunToSign(record, what), { record, policy, plan });
    const missing = await signDecision({ log: record.log, policy }, { run, decision, person, reason: options.reason });
    cli.terminal.writeOut(`${what}: ${person.id} signed ${decision}; ${missing ?? 'the decision stands'}\n`);
  });
}

function parseDecision({ scrap, useAsIs, rework }: SignOptions): SignOffDecision {
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
  const { findStandingRun } = await import('../../input/find-unit.ts');
  const run = await record.history.findRun(what);
  if (run === undefined) return findStandingRun(record, what);
  await assertDecidingRun(record, run);
  return run;
}

/** An older run says nothing of where its unit stands, so nothing can be signed about it. */
async function assertDecidingRun({ history, log }: StationRecord, run: RecordedRun): Promise<void> {
  const { findDecidingRun } = await import('../../../domain/decisions/unit-standing.ts');
  const { formatUnitName } = await import('../../../domain/unit/unit.ts');
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
  const { reevaluateVerdict } = await import('../../../station/judging/reevaluate-verdict.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  const { history, log } = record;
  const known = { fixtures: plan?.fixtures ?? [], policy, history, log, clock: systemClock };
  return { ...run, verdict: await reevaluateVerdict(known, run) };
}
