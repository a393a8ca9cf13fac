// `flashline grr`: runs the golden and known-bad units ten times at each fixture and judges the fixtures by it.
import { type BoardOptions, takesBoard } from '../board-options.ts';
import { exitCodes } from '../exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

type GrrOptions = BoardOptions & {
  readonly station?: string;
  readonly recipe: string;
  readonly batch: string;
  readonly operator?: string;
};

export const addGrr: AddVerb = (program, cli) => {
  takesBoard(
    program
      .command('grr')
      .description('run the reference units ten times at each fixture, and judge repeatability and reproducibility')
      .requiredOption('--recipe <name>', 'a recipe with a challenge set')
      .option('--station <name>', 'a station file; station.yaml when left out')
      .option('--batch <name>', 'name under which the runs are recorded', 'grr')
      .option('--operator <name>', 'who works here'),
  ).action(async (options: GrrOptions) => grr(cli, options));
};

async function grr(cli: Cli, options: GrrOptions): Promise<void> {
  const { chooseStation } = await import('../station-choice.ts');
  const { chooseShowing } = await import('../show-station.ts');
  const { findFile } = await import('../places.ts');
  const { operatorNamed } = await import('../../station/operator-named.ts');
  const { runStudy } = await import('../grr-study.ts');
  const { grrLines } = await import('../../report/grr-lines.ts');
  const { textStyleOf } = await import('../text-style.ts');
  const plan = chooseStation(options.station);
  const report = await runStudy({
    plan,
    recipeFile: findFile('recipes', options.recipe),
    batch: options.batch,
    operator: options.operator === undefined ? null : operatorNamed(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseShowing(cli.terminal, options),
    board: options,
  });
  if (options.json) cli.terminal.out(`${JSON.stringify(report)}\n`);
  else cli.terminal.out(`${grrLines(report, textStyleOf(cli.terminal)).join('\n')}\n`);
  const grades = [...report.fixtures, ...report.measurements].map(({ grade }) => grade);
  if (grades.length === 0 || grades.some((grade) => grade === 'not capable' || grade === 'too few')) {
    cli.exit(exitCodes.unitFailed);
  }
}
