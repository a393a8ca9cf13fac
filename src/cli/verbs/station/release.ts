// `flashline release`: a stopped fixture, or a unit on hold, allowed to work again by somebody who says why.

import { systemClock } from '../../../base/clock.ts';
import { applyDecisions } from '../../../domain/decisions/decided-run.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import type { ChallengeSet } from '../../../recipe/recipe.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { MAX_RESTORED_RUNS } from '../../../station/health/fixture-status-store.ts';
import { releaseFixtureOffline } from '../../../station/health/release-offline.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { findFixture } from '../../input/find-fixture.ts';
import { checkRunPermission, findUnitRuns, selectStandingRun } from '../../input/find-unit.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { END_THE_STATION_FIRST, type WritableRecord, withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { releaseVerb } from './station-verbs.ts';

type ReleaseOptions = VerbInput<typeof releaseVerb>;

/** A fixture or a unit, whichever is named. */
export async function releaseFixtureOrUnit(cli: Cli, options: ReleaseOptions): Promise<void> {
  const { fixture, unit } = options;
  if ((fixture === undefined) === (unit === undefined))
    throw createArgumentError('it is not said what is released', 'give the number of a fixture, or --unit LABEL');
  await (unit === undefined
    ? releaseFixture(cli, parsePositiveNumber(fixture!, 'fixture'), options)
    : releaseUnit(cli, unit, options));
}

async function releaseFixture(cli: Cli, fixture: number, options: ReleaseOptions): Promise<void> {
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
