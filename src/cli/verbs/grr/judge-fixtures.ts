// `flashline grr`: runs the golden and known-bad units ten times at each fixture and judges the fixtures by it.

import { formatGrrReport } from '../../../report/terminal/grr-lines.ts';
import { resolveOperator } from '../../../station/operators/resolve-operator.ts';
import { analyseGrr, collectGrrLimits, type GrrReport, readRecordedGrrTrial } from '../../../verdict/quality/grr.ts';
import { assertFilterOnRecord } from '../../input/check-run-filter.ts';
import { chooseStation } from '../../input/choose-station.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { withReadableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { buildRunFilter } from '../../options/filter-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { chooseTextStyle } from '../../output/text-style.ts';
import { chooseDisplayMode } from '../../session/show-station.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { runGrrStudy } from './grr-study.ts';
import type { grrVerb } from './grr-verb.ts';

type GrrOptions = VerbInput<typeof grrVerb>;

export async function judgeFixtures(cli: Cli, options: GrrOptions): Promise<void> {
  printGrrReport(cli, options, await buildGrrReport(cli, options));
}

async function buildGrrReport(cli: Cli, options: GrrOptions): Promise<GrrReport> {
  if (options.onRecord) return readGrrReport(options);
  if (options.recipe === undefined) {
    throw createArgumentError('no recipe is named', 'name one with a challenge set: --recipe NAME; or --on-record');
  }
  return runStudyAtStation(cli, options, options.recipe);
}

async function readGrrReport(options: GrrOptions): Promise<GrrReport> {
  const filter = buildRunFilter(options);
  return withReadableRecord(options, async (record) => {
    await assertFilterOnRecord(record, filter, options);
    const runs = [...record.history.iterateRuns(filter)].filter((run) => readRecordedGrrTrial(run) !== null);
    return analyseGrr(
      runs.flatMap((run) => readRecordedGrrTrial(run) ?? []),
      new Map(runs.flatMap((run) => [...collectGrrLimits(run)])),
    );
  });
}

async function runStudyAtStation(cli: Cli, options: GrrOptions, recipe: string): Promise<GrrReport> {
  const plan = chooseStation(options.station);
  return runGrrStudy({
    plan,
    recipeFile: findRecipeOrStationFile('recipes', recipe),
    batch: options.batch ?? 'grr',
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, options),
    board: options,
  });
}

const NOTHING_RUN = 'no run of a reference unit to judge; make some with: flashline grr --recipe NAME\n';

function printGrrReport(cli: Cli, { json }: GrrOptions, report: GrrReport): void {
  if (json) cli.terminal.writeOut(`${JSON.stringify(report)}\n`);
  else if (report.fixtures.length === 0) cli.terminal.writeOut(NOTHING_RUN);
  else cli.terminal.writeOut(`${formatGrrReport(report, chooseTextStyle(cli.terminal)).join('\n')}\n`);
  const grades = [...report.fixtures, ...report.measurements].map(({ grade }) => grade);
  if (grades.length === 0 || grades.some((grade) => grade === 'not capable' || grade === 'too few')) {
    cli.exit(exitCodes.unitFailed);
  }
}
