// `flashline demo` and `npm start`: a whole batch on the virtual bench, every fault of the library in it, ending by itself.
import { existsSync, rmSync } from 'node:fs';
import { parsePositiveFactor } from '../../options/arguments.ts';
import { addBoardOptions, type BoardDisplayOptions } from '../../options/board-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

/** Where the demonstration keeps its record; made anew each time. */
const DEMO_RECORD = '.flashline/demo';
const DEFAULT_SEED = '1';
const DEFAULT_PACE = '12';

interface DemoOptions extends BoardDisplayOptions {
  readonly seed: string;
  readonly pace: string;
  readonly recipe: string;
  readonly station: string;
}

export const addDemo: AddVerb = (program, cli) => {
  addBoardOptions(program.command('demo'))
    .description('run a whole batch on the virtual bench: good units and every fault, with reports')
    .option('--seed <text>', 'what decides the order of units and what differs between them', DEFAULT_SEED)
    .option('--pace <factor>', 'how much faster than real time the bench runs', DEFAULT_PACE)
    .option('--station <name>', 'a station file with a virtual bench', 'virtual-8')
    .option('--recipe <name>', 'a recipe', 'photon-demo')
    .action(async (options: DemoOptions) => runDemo(cli, options));
};

async function runDemo(cli: Cli, options: DemoOptions): Promise<void> {
  const { createSeededRandom } = await import('../../../base/random.ts');
  const { createFullDemoUnits, checkDemoOutcome } = await import('../../../simulation/demo/demo-units.ts');
  const { loadStation } = await import('../../../station/file/load-station.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { runVirtualSession } = await import('../../session/virtual-session.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { formatDemoTable } = await import('./demo-table.ts');
  const random = createSeededRandom(options.seed);
  const plan = loadStation(findRecipeOrStationFile('stations', options.station));
  await clearRecord();
  const showing = chooseDisplayMode(cli.terminal, options);
  const end = await runVirtualSession({
    plan,
    recipeFile: findRecipeOrStationFile('recipes', options.recipe),
    batch: `demo-${options.seed}`,
    tray: () => createFullDemoUnits(random.fork('tray')),
    random,
    pace: parsePositiveFactor(options.pace, '--pace'),
    operator: null,
    reportsFolder: 'reports/demo',
    recordFolder: DEMO_RECORD,
    terminal: cli.terminal,
    showing,
    board: options,
  });
  if (end.endedBy !== null) return cli.exit(end.endedBy);
  const judgements = end.outcomes.map(checkDemoOutcome);
  if (showing !== 'json') cli.terminal.writeOut(formatDemoTable(judgements, end));
  const isAsExpected = judgements.length > 0 && judgements.every(({ asExpected }) => asExpected);
  cli.exit(isAsExpected ? exitCodes.ok : exitCodes.unitFailed);
}

/** Throws StationError `record/in-use` while another demonstration runs in this folder: its record stays. */
async function clearRecord(): Promise<void> {
  const { lockStation, createLockOwner } = await import('../../../record/store/lock.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  const since = new Date(systemClock.readWallMs()).toISOString();
  if (existsSync(DEMO_RECORD)) lockStation(DEMO_RECORD, createLockOwner('flashline demo', since)).release();
  rmSync(DEMO_RECORD, { recursive: true, force: true });
}
