// `flashline run`: a batch at a station, from its first unit to its last.
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { positiveFactor, positiveNumber } from '../../input/arguments.ts';
import { type BoardOptions, takesBoard } from '../../input/board-options.ts';
import { exitCodeOf, type ShiftEnd } from '../../session/session-result.ts';
import type { AddVerb, Cli } from '../program.ts';

interface RunOptions extends BoardOptions {
  readonly station?: string;
  readonly recipe: string;
  readonly batch: string;
  readonly units?: string;
  readonly operator?: string;
  readonly faults?: string;
  readonly seed: string;
  readonly pace: string;
}

/** Units put in at a virtual bench when no number is named. */
const DEFAULT_VIRTUAL_UNITS = 8;
/** Batches take their labels from here on; all fit into the shortest pattern of the shipped recipes. */
const MOST_LABELS = 900_000;

export const addRun: AddVerb = (program, cli) => {
  takesBoard(program.command('run'))
    .description('run a batch: units are tested as they are plugged in, until the target or Ctrl-C')
    .requiredOption('--recipe <name>', 'a recipe file, or the name of one in recipes/')
    .requiredOption('--batch <name>', 'name of the batch, as it stands in every record')
    .option('--station <name>', 'a station file; station.yaml when left out')
    .option('--units <number>', 'end after this many units have been put away')
    .option('--operator <name>', 'who works here')
    .option(
      '--faults <names>',
      'virtual bench only: faults of the units, by comma; `flashline bench faults` lists them',
      '',
    )
    .option('--seed <text>', 'virtual bench only: what differs between its units', '1')
    .option('--pace <factor>', 'virtual bench only: how much faster than real time it runs', '12')
    .addHelpText('after', '\nFirst Ctrl-C: running units finish. Second: they are aborted and power goes off.\n')
    .action(async (options: RunOptions) => run(cli, options));
};

async function run(cli: Cli, options: RunOptions): Promise<void> {
  const { chooseStation } = await import('../../input/choose-station.ts');
  const plan = chooseStation(options.station);
  const units = options.units === undefined ? null : positiveNumber(options.units, '--units');
  const end = await (plan.bench === 'virtual' ? runVirtual : runReal)(cli, plan, options, units);
  if (!options.json) cli.terminal.out(await closingLines(end));
  cli.exit(exitCodeOf(end));
}

async function runVirtual(cli: Cli, plan: StationPlan, options: RunOptions, units: number | null): Promise<ShiftEnd> {
  const { seededRandom } = await import('../../../base/random.ts');
  const { makeTray } = await import('../../../simulation/demo/demo-units.ts');
  const { findFile } = await import('../../input/file-locations.ts');
  const { chooseShowing } = await import('../../session/show-station.ts');
  const { readFaultNames } = await import('../../input/fault-names.ts');
  const { runVirtualShift } = await import('../../session/virtual-session.ts');
  const { operatorNamed } = await import('../../../station/operators/resolve-operator.ts');
  const random = seededRandom(options.seed);
  const faulty = readFaultNames(options.faults ?? '');
  const goodCount = Math.max(0, (units ?? DEFAULT_VIRTUAL_UNITS) - faulty.length);
  return runVirtualShift({
    plan,
    recipeFile: findFile('recipes', options.recipe),
    batch: options.batch,
    // Each batch has units of its own: a label that comes again on another board would rightly be held.
    tray: ({ unit }) => {
      const batch = random.fork(options.batch);
      return makeTray(batch, faulty, goodCount, { dfu: unit.dfu, firstLabel: batch.below(MOST_LABELS) });
    },
    random,
    pace: positiveFactor(options.pace, '--pace'),
    operator: options.operator === undefined ? null : operatorNamed(plan.policy, options.operator),
    reportsFolder: plan.reportsFolder,
    terminal: cli.terminal,
    showing: chooseShowing(cli.terminal, options),
    board: options,
  });
}

async function runReal(cli: Cli, plan: StationPlan, options: RunOptions, units: number | null): Promise<ShiftEnd> {
  const { findFile } = await import('../../input/file-locations.ts');
  const { chooseShowing } = await import('../../session/show-station.ts');
  const { runRealShift } = await import('./real-session.ts');
  const { operatorNamed } = await import('../../../station/operators/resolve-operator.ts');
  return runRealShift({
    plan,
    recipeFile: findFile('recipes', options.recipe),
    batch: options.batch,
    targetCount: units,
    operator: options.operator === undefined ? null : operatorNamed(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseShowing(cli.terminal, options),
    board: options,
  });
}

async function closingLines({ summary, batchPage }: ShiftEnd): Promise<string> {
  const { countText } = await import('../../../report/text/format-numbers.ts');
  const units = Object.entries(summary.units).filter(([, count]) => count > 0);
  const counts = units.map(([disposition, count]) => `${count} ${disposition}`).join(', ');
  return `${countText(summary.runs, 'run')}; units: ${counts || 'none'}\nbatch page: ${batchPage}\n`;
}
