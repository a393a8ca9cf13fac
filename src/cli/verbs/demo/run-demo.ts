// `flashline demo` and `npm start`: a whole batch on the virtual bench, every fault of the library in it, ending by itself.

import { existsSync, rmSync } from 'node:fs';
import { systemClock } from '../../../base/clock.ts';
import { createSeededRandom } from '../../../base/random.ts';
import { createLockOwner, lockStation } from '../../../record/store/lock.ts';
import { checkDemoOutcome, createFullDemoUnits } from '../../../simulation/demo/demo-units.ts';
import { loadStation } from '../../../station/file/load-station.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { parsePositiveFactor } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { chooseDisplayMode } from '../../session/show-station.ts';
import { runVirtualSession } from '../../session/virtual-session.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { formatDemoTable } from './demo-table.ts';
import type { demoVerb } from './demo-verb.ts';

/** Where the demonstration keeps its record; made anew each time. */
const DEMO_RECORD = '.flashline/demo';
export async function runDemo(cli: Cli, options: VerbInput<typeof demoVerb>): Promise<void> {
  const random = createSeededRandom(options.seed);
  const plan = loadStation(findRecipeOrStationFile('stations', options.station));
  clearRecord();
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
function clearRecord(): void {
  const since = new Date(systemClock.readWallMs()).toISOString();
  if (existsSync(DEMO_RECORD)) lockStation(DEMO_RECORD, createLockOwner('flashline demo', since)).release();
  rmSync(DEMO_RECORD, { recursive: true, force: true });
}
