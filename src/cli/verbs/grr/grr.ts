// `flashline grr`: runs the golden and known-bad units ten times at each fixture and judges the fixtures by it.
import type { GrrReport } from '../../../verdict/quality/grr.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { addBoardOptions, type BoardDisplayOptions } from '../../options/board-options.ts';
import { addFilterOptions, type FilterOptions } from '../../options/filter-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

type GrrOptions = BoardDisplayOptions &
  RecordOptions &
  FilterOptions & { readonly onRecord?: boolean; readonly operator?: string };

export const addGrr: AddVerb = (program, cli) => {
  const grr = program
    .command('grr')
    .description('run the reference units ten times at each fixture, and judge repeatability and reproducibility')
    .option('--operator <name>', 'who works here')
    .option('--on-record', 'run nothing: judge the runs of reference units that are on record');
  addBoardOptions(addFilterOptions(addRecordOption(grr)))
    .addHelpText('after', EXAMPLES)
    .action(async (options: GrrOptions) => printGrrReport(cli, options, await buildGrrReport(cli, options)));
};

const EXAMPLES = `
Examples:
  flashline grr --recipe photon-line --station bench-1      each unit of the recipe's challenge set, ten times at each fixture
  flashline grr --on-record --since 2026-01-05              what the runs since that day already tell

Exit code 1 when a fixture is not capable, or too little was run to say.
`;

async function buildGrrReport(cli: Cli, options: GrrOptions): Promise<GrrReport> {
  if (options.onRecord) return readGrrReport(options);
  if (options.recipe === undefined) {
    throw createArgumentError('no recipe is named', 'name one with a challenge set: --recipe NAME; or --on-record');
  }
  return runStudyAtStation(cli, options, options.recipe);
}

async function readGrrReport(options: GrrOptions): Promise<GrrReport> {
  const { analyseGrr, collectGrrLimits, readRecordedGrrTrial } = await import('../../../verdict/quality/grr.ts');
  const { withReadableRecord } = await import('../../input/with-record.ts');
  const { buildRunFilter } = await import('../../options/filter-options.ts');
  const { assertFilterOnRecord } = await import('../../input/check-run-filter.ts');
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
  const { chooseStation } = await import('../../input/choose-station.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { resolveOperator } = await import('../../../station/operators/resolve-operator.ts');
  const { runGrrStudy } = await import('./grr-study.ts');
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

async function printGrrReport(cli: Cli, { json }: GrrOptions, report: GrrReport): Promise<void> {
  const { formatGrrReport } = await import('../../../report/terminal/grr-lines.ts');
  const { chooseTextStyle } = await import('../../output/text-style.ts');
  if (json) cli.terminal.writeOut(`${JSON.stringify(report)}\n`);
  else if (report.fixtures.length === 0) cli.terminal.writeOut(NOTHING_RUN);
  else cli.terminal.writeOut(`${formatGrrReport(report, chooseTextStyle(cli.terminal)).join('\n')}\n`);
  const grades = [...report.fixtures, ...report.measurements].map(({ grade }) => grade);
  if (grades.length === 0 || grades.some((grade) => grade === 'not capable' || grade === 'too few')) {
    cli.exit(exitCodes.unitFailed);
  }
}
