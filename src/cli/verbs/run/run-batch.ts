// `flashline run`: a batch at a station, from its first unit to its last.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSeededRandom } from '../../../base/random.ts';
import type { StationError } from '../../../base/station-error.ts';
import { getRecordFilePath } from '../../../record/store/record-folder.ts';
import { formatCount } from '../../../report/text/format-numbers.ts';
import { createDemoUnits } from '../../../simulation/demo/demo-units.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { resolveOperator } from '../../../station/operators/resolve-operator.ts';
import { chooseStation } from '../../input/choose-station.ts';
import { readFaultNames } from '../../input/fault-names.ts';
import { findRecipeOrStationFile, listInputNames } from '../../input/file-locations.ts';
import { createArgumentError, parsePositiveFactor, parsePositiveNumber } from '../../options/arguments.ts';
import { type SessionResult, toSessionExitCode } from '../../session/session-result.ts';
import { chooseDisplayMode } from '../../session/show-station.ts';
import { runVirtualSession } from '../../session/virtual-session.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { runRealSession } from './real-session.ts';
import type { runVerb } from './run-verb.ts';

/** Units put in at a virtual bench when no number is named. */
const DEFAULT_VIRTUAL_UNITS = 8;
/** Runs at the virtual bench as it is. */
const EXAMPLE_RECIPE = 'photon-demo';
/** Batches take their labels from here on; all fit into the shortest pattern of the shipped recipes. */
const MAX_LABELS = 900_000;

type RunInput = VerbInput<typeof runVerb>;
type RunOptions = RunInput & { readonly recipe: string; readonly batch: string };

/** How fast the virtual bench runs when nobody says; by hand as fast as hands and eyes. */
const DEFAULT_PACE = '12';
const PACE_BY_HAND = '1';

export async function runBatch(cli: Cli, options: RunInput): Promise<void> {
  const { byHand = false } = options;
  const recipe = options.recipe ?? (byHand ? EXAMPLE_RECIPE : undefined);
  const batch = options.batch ?? (byHand ? 'practice' : undefined);
  if (recipe === undefined || batch === undefined) throw createIncompleteRunError(options);
  const plan = chooseStation(options.station);
  if (byHand && plan.bench !== 'virtual')
    throw createArgumentError(`${plan.name} has real units`, 'practise at a virtual bench: --station virtual-8');
  nameNewRecord(cli, plan);
  const units = options.units === undefined ? null : parsePositiveNumber(options.units, '--units');
  const end = await (plan.bench === 'virtual' ? runVirtual : runReal)(cli, plan, { ...options, recipe, batch }, units);
  if (!options.json) cli.terminal.writeOut(formatSessionResult(end));
  cli.exit(toSessionExitCode(end));
}

/** In the wrong folder a station would begin a new record, and know nothing of its units. */
function nameNewRecord({ terminal }: Cli, { recordFolder }: StationPlan): void {
  if (existsSync(getRecordFilePath(recordFolder))) return;
  terminal.writeErr(`a new record begins in ${resolve(recordFolder)}: nothing is on record there yet\n`);
}

/** What there is to choose from, and a whole line to type. */
function createIncompleteRunError({ recipe, batch, station }: RunInput): StationError {
  const missing = [...(recipe === undefined ? ['--recipe'] : []), ...(batch === undefined ? ['--batch'] : [])];
  const recipes = listInputNames('recipes');
  const stations = listInputNames('stations');
  const exampleRecipe = recipe ?? recipes.find((name) => name === EXAMPLE_RECIPE) ?? recipes[0] ?? 'NAME';
  const example = ['flashline run', `--recipe ${exampleRecipe}`, `--batch ${batch ?? 'B1'}`];
  if (station === undefined && !existsSync('station.yaml')) example.push(`--station ${stations.at(-1) ?? 'NAME'}`);
  return createArgumentError(
    `run needs ${missing.join(' and ')}`,
    [
      `type for example: ${example.join(' ')}`,
      `  recipes: ${recipes.join(', ')}`,
      `  stations: ${stations.join(', ')}`,
    ].join('\n'),
  );
}

async function runVirtual(
  cli: Cli,
  plan: StationPlan,
  options: RunOptions,
  units: number | null,
): Promise<SessionResult> {
  const random = createSeededRandom(options.seed);
  const faulty = readFaultNames(options.faults);
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
    pace: parsePositiveFactor(options.pace ?? (options.byHand ? PACE_BY_HAND : DEFAULT_PACE), '--pace'),
    ...(options.byHand && {
      byHand: { firstLabel: random.fork(options.batch).drawInteger(MAX_LABELS), targetCount: units },
    }),
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    ...(options.allowOlder === undefined ? {} : { allowOlder: options.allowOlder }),
    reportsFolder: plan.reportsFolder,
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, options),
    board: options,
  });
}

async function runReal(cli: Cli, plan: StationPlan, options: RunOptions, units: number | null): Promise<SessionResult> {
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

function formatSessionResult({ summary, batchPage }: SessionResult): string {
  const units = Object.entries(summary.units).filter(([, count]) => count > 0);
  const counts = units.map(([disposition, count]) => `${count} ${disposition}`).join(', ');
  const waiting =
    summary.waiting.length > 0 ? `${formatCount(summary.waiting.length, 'unit')} waiting: flashline hold\n` : '';
  return `${formatCount(summary.runs, 'run')}; units: ${counts || 'none'}\n${waiting}batch page: ${batchPage}\n`;
}
