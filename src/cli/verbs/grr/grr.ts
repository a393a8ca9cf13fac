// `flashline grr`: runs the golden and known-bad units ten times at each fixture and judges the fixtures by it.
import type { GrrReport } from '../../../verdict/quality/grr.ts';
import { wrongArgument } from '../../input/arguments.ts';
import { type BoardOptions, takesBoard } from '../../input/board-options.ts';
import { type FilterOptions, takesFilter } from '../../input/filter-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

type GrrOptions = BoardOptions &
  RecordChoice &
  FilterOptions & { readonly onRecord?: boolean; readonly operator?: string };

export const addGrr: AddVerb = (program, cli) => {
  const grr = program
    .command('grr')
    .description('run the reference units ten times at each fixture, and judge repeatability and reproducibility')
    .option('--operator <name>', 'who works here')
    .option('--on-record', 'run nothing: judge the runs of reference units that are on record');
  takesBoard(takesFilter(takesRecord(grr)))
    .addHelpText('after', EXAMPLES)
    .action(async (options: GrrOptions) => show(cli, options, await reportOf(cli, options)));
};

const EXAMPLES = `
Examples:
  flashline grr --recipe photon-line --station bench-1      each unit of the recipe's challenge set, ten times at each fixture
  flashline grr --on-record --since 2026-01-05              what the runs since that day already tell

Exit code 1 when a fixture is not capable, or too little was run to say.
`;

async function reportOf(cli: Cli, options: GrrOptions): Promise<GrrReport> {
  if (options.onRecord) return fromRecord(options);
  if (options.recipe === undefined) {
    throw wrongArgument('no recipe is named', 'name one with a challenge set: --recipe NAME; or --on-record');
  }
  return study(cli, options, options.recipe);
}

async function fromRecord(options: GrrOptions): Promise<GrrReport> {
  const { judgeGrr, limitsOf, recordedTrial } = await import('../../../verdict/quality/grr.ts');
  const { readingRecord } = await import('../../input/with-record.ts');
  const { filterOf } = await import('../../input/filter-options.ts');
  const { assertNamesOnRecord } = await import('../../input/check-run-filter.ts');
  const filter = filterOf(options);
  return readingRecord(options, async (record) => {
    await assertNamesOnRecord(record, filter, options);
    const runs = [...record.history.runs(filter)].filter((run) => recordedTrial(run) !== null);
    return judgeGrr(
      runs.flatMap((run) => recordedTrial(run) ?? []),
      new Map(runs.flatMap((run) => [...limitsOf(run)])),
    );
  });
}

async function study(cli: Cli, options: GrrOptions, recipe: string): Promise<GrrReport> {
  const { chooseStation } = await import('../../input/choose-station.ts');
  const { chooseShowing } = await import('../../session/show-station.ts');
  const { findFile } = await import('../../input/file-locations.ts');
  const { operatorNamed } = await import('../../../station/operators/resolve-operator.ts');
  const { runStudy } = await import('./grr-study.ts');
  const plan = chooseStation(options.station);
  return runStudy({
    plan,
    recipeFile: findFile('recipes', recipe),
    batch: options.batch ?? 'grr',
    operator: options.operator === undefined ? null : operatorNamed(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseShowing(cli.terminal, options),
    board: options,
  });
}

const NOTHING_RUN = 'no run of a reference unit to judge; make some with: flashline grr --recipe NAME\n';

async function show(cli: Cli, { json }: GrrOptions, report: GrrReport): Promise<void> {
  const { grrLines } = await import('../../../report/terminal/grr-lines.ts');
  const { textStyleOf } = await import('../../output/text-style.ts');
  if (json) cli.terminal.out(`${JSON.stringify(report)}\n`);
  else if (report.fixtures.length === 0) cli.terminal.out(NOTHING_RUN);
  else cli.terminal.out(`${grrLines(report, textStyleOf(cli.terminal)).join('\n')}\n`);
  const grades = [...report.fixtures, ...report.measurements].map(({ grade }) => grade);
  if (grades.length === 0 || grades.some((grade) => grade === 'not capable' || grade === 'too few')) {
    cli.exit(exitCodes.unitFailed);
  }
}
