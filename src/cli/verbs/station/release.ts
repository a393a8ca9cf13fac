// `flashline release`: a stopped fixture, or a unit on hold, allowed to work again by somebody who says why.
import type { ChallengeSet } from '../../../recipe/recipe.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import type { WritableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ReleaseOptions extends RecordOptions, PersonOptions {
  readonly unit?: string;
  readonly cause: string;
  readonly recipe?: string;
}

export const addRelease: AddVerb = (program, cli) => {
  const release = program
    .command('release')
    .description('let a stopped fixture, or a unit on hold, work again')
    .argument('[fixture]', 'number of the fixture')
    .option('--unit <unit>', 'label or device id of a unit on hold, instead of a fixture')
    .option('--recipe <name>', 'for a fixture that a rule stopped: the recipe whose challenge set it has shown')
    .requiredOption('--cause <text>', 'what was wrong and what was done');
  addPersonOptions(addRecordOption(release))
    .addHelpText('after', HELP)
    .action(async (fixture: string | undefined, options: ReleaseOptions) => {
      if ((fixture === undefined) === (options.unit === undefined))
        throw createArgumentError('it is not said what is released', 'give the number of a fixture, or --unit LABEL');
      await (options.unit === undefined
        ? releaseFixture(cli, parsePositiveNumber(fixture!, 'fixture'), options)
        : releaseUnit(cli, options.unit, options));
    });
};

const HELP = `
Examples:
  flashline release 3 --cause "cable replaced" --name "T. Nician" --recipe photon-2.3.1
  flashline release --unit P000000017 --cause "label corrected" --name "Q. Uality"

A fixture that a rule stopped must first show that it passes the golden units and fails the known-bad ones, each with its
code: those run on a stopped fixture. A unit that waits for rework needs a repair: flashline repaired.
`;

async function releaseFixture(cli: Cli, fixture: number, options: ReleaseOptions): Promise<void> {
  const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
  const { findFixture } = await import('../../input/find-fixture.ts');
  const { releaseFixtureOffline } = await import('../../../station/health/release-offline.ts');
  const { findPerson } = await import('../../options/person-options.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  await withWritableRecord(options, END_THE_STATION_FIRST, async (writable) => {
    const { record, policy } = writable;
    const plan = requirePlan(writable);
    findFixture(plan, fixture);
    const station = {
      ...{ fixtures: plan.fixtures, policy, clock: systemClock },
      ...{ history: record.history, log: record.log },
      challengeFor: (number: number) => findShownChallenge(writable, plan, number, options.recipe),
    };
    await releaseFixtureOffline(station, { fixture, cause: options.cause, by: findPerson(policy, options) });
    cli.terminal.writeOut(`fixture ${fixture}: released; it works from the next start on\n`);
  });
}

function requirePlan({ plan }: WritableRecord): StationPlan {
  if (plan) return plan;
  throw createArgumentError('the station file of this record is not here', 'name it with --station');
}

/** Only the recipe that ran there last, byte for byte, says what the fixture has to show: nobody proves it with another. */
async function findShownChallenge(
  { record }: WritableRecord,
  plan: StationPlan,
  fixture: number,
  name: string | undefined,
): Promise<ChallengeSet | null> {
  const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
  const { buildLoadRecipeOptions } = await import('../../input/load-recipe-options.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { MAX_RESTORED_RUNS } = await import('../../../station/health/fixture-status-store.ts');
  const last = (await record.history.findRecentRuns(MAX_RESTORED_RUNS)).find(
    (run) => run.fixture === fixture && run.purpose !== 'engineering',
  );
  if (!last) return null;
  const named = `${last.recipe.name} revision ${last.recipe.revision}`;
  if (name === undefined)
    throw createArgumentError(
      `fixture ${fixture} was stopped by a rule`,
      `name the recipe that ran there: --recipe (${named})`,
    );
  const recipe = loadRecipe(
    findRecipeOrStationFile('recipes', name),
    buildLoadRecipeOptions(plan.bench, plan.firmwareFolder),
  );
  if (recipe.sha256 === last.recipe.sha256) return recipe.challenge;
  throw createArgumentError(
    `${name} is not the recipe that ran on fixture ${fixture} last`,
    `that was ${named}, unchanged`,
  );
}

async function releaseUnit(cli: Cli, name: string, options: ReleaseOptions): Promise<void> {
  const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
  const { selectStandingRun, checkRunPermission, findUnitRuns } = await import('../../input/find-unit.ts');
  const { findPerson } = await import('../../options/person-options.ts');
  const { applyDecisions } = await import('../../../domain/decisions/decided-run.ts');
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
    const by = findPerson(policy, options);
    const runs = await findUnitRuns(record.history, name);
    const run = selectStandingRun(runs, await record.log.readVoidedRunIds());
    const { unit } = run;
    const verdict = applyDecisions(run.verdict, run.runId, await record.log.findNotesOfUnit(unit));
    if (verdict.disposition !== 'hold' && verdict.disposition !== 'scrap-proposed')
      throw createArgumentError(
        `${name} is not on hold: it stands at ${verdict.disposition}`,
        `see flashline why ${name}`,
      );
    await record.log.append('unit-released', { unit, by, reason: options.cause });
    const permission = await checkRunPermission(record.log, policy, runs);
    const isSpent = !permission.allowed && permission.rule === 'D15';
    const next = isSpent ? permission.reason : 'it may be tested again while its budget lasts';
    cli.terminal.writeOut(`${name}: released by ${by.id}; ${next}\n`);
  });
}
