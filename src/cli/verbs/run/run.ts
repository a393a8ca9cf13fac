// `flashline run`: a batch at a station, from its first unit to its last.
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { parsePositiveFactor, parsePositiveNumber } from '../../options/arguments.ts';
import { addBoardOptions, type BoardDisplayOptions } from '../../options/board-options.ts';
import { type SessionResult, toSessionExitCode } from '../../session/session-result.ts';
import type { AddVerb, Cli } from '../program.ts';

interface RunOptions extends BoardDisplayOptions {
  readonly station?: string;
  readonly recipe: string;
  readonly batch: string;
  readonly units?: string;
  readonly operator?: string;
  readonly allowOlder?: string;
  readonly faults?: string;
  readonly seed: string;
  readonly pace: string;
}

/** Units put in at a virtual bench when no number is named. */
const DEFAULT_VIRTUAL_UNITS = 8;
/** Batches take their labels from here on; all fit into the shortest pattern of the shipped recipes. */
const MAX_LABELS = 900_000;

export const addRun: AddVerb = (program, cli) => {
  addBoardOptions(program.command('run'))
    .description('run a batch: units are tested as they are plugged in, until the target or Ctrl-C')
    .requiredOption('--recipe <name>', 'a recipe file, or the name of one in recipes/')
    .requiredOption('--batch <name>', 'name of the batch, as it stands in every record')
    .option('--station <name>', 'a station file; station.yaml when left out')
    .option('--units <number>', 'end after this many units have been put away')
    .option('--operator <name>', 'who works here')
    .option('--allow-older <reason>', 'production only: why an older revision than ran here may run once more')
    .option(
      '--faults <names>',
      'virtual bench only: faults of the units, by comma; `flashline bench faults` lists them',
      '',
    )
    .option('--seed <text>', 'virtual bench only: what differs between its units', '1')
    .option('--pace <factor>', 'virtual bench only: how much faster than real time it runs', '12')
    .addHelpText('after', '\nFirst Ctrl-C: running units finish. Second: they are aborted and power goes off.\n')
    .action(async (options: RunOptions) => runBatch(cli, options));
};

async function runBatch(cli: Cli, options: RunOptions): Promise<void> {
  const { chooseStation } = await import('../../input/choose-station.ts');
  const plan = chooseStation(options.station);
  const units = options.units === undefined ? null : parsePositiveNumber(options.units, '--units');
  const end = await (plan.bench === 'virtual' ? runVirtual : runReal)(cli, plan, options, units);
  if (!options.json) cli.terminal.writeOut(await formatSessionResult(end));
  cli.exit(toSessionExitCode(end));
}

async function runVirtual(
  cli: Cli,
  plan: StationPlan,
  options: RunOptions,
  units: number | null,
): Promise<SessionResult> {
  const { createSeededRandom } = await import('../../../base/random.ts');
  const { createDemoUnits } = await import('../../../simulation/demo/demo-units.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { readFaultNames } = await import('../../input/fault-names.ts');
  const { runVirtualSession } = await import('../../session/virtual-session.ts');
  const { resolveOperator } = await import('../../../station/operators/resolve-operator.ts');
  const random = createSeededRandom(options.seed);
  const faulty = readFaultNames(options.faults ?? '');
  const goodCount = Math.max(0, (units ?? DEFAULT_VIRTUAL_UNITS) - faulty.length);
  return runVirtualSession({
    plan,
    recipeFile: findRecipeOrStationFile('recipes', options.recipe),
    batch: options.batch,
    // Each batch has units of its own: a label that comes again on another board would rightly be held.
    tray: ({ unit }) => {
      const batch = random.fork(options.batch);
      return createDemoUnits(batch, faulty, goodCount, { unit, firstLabel: batch.drawInteger(MAX_LABELS) });
    },
    random,
    pace: parsePositiveFactor(options.pace, '--pace'),
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    ...(options.allowOlder === undefined ? {} : { allowOlder: options.allowOlder }),
    reportsFolder: plan.reportsFolder,
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, options),
    board: options,
  });
}

async function runReal(cli: Cli, plan: StationPlan, options: RunOptions, units: number | null): Promise<SessionResult> {
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { runRealSession } = await import('./real-session.ts');
  const { resolveOperator } = await import('../../../station/operators/resolve-operator.ts');
  return runRealSession({
    plan,
    recipeFile: findRecipeOrStationFile('recipes', options.recipe),
    batch: options.batch,
    targetCount: units,
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    ...(options.allowOlder === undefined ? {} : { allowOlder: options.allowOlder }),
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, options),
    board: options,
  });
}

async function formatSessionResult({ summary, batchPage }: SessionResult): Promise<string> {
  const { formatCount } = await import('../../../report/text/format-numbers.ts');
  const units = Object.entries(summary.units).filter(([, count]) => count > 0);
  const counts = units.map(([disposition, count]) => `${count} ${disposition}`).join(', ');
  const waiting =
    summary.waiting.length > 0 ? `${formatCount(summary.waiting.length, 'unit')} waiting: flashline hold\n` : '';
  return `${formatCount(summary.runs, 'run')}; units: ${counts || 'none'}\n${waiting}batch page: ${batchPage}\n`;
}
