// `flashline simulate`: whole shifts on virtual time, with a hidden truth to hold the verdicts against.
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import type { Simulation } from '../../../simulation/simulate-population.ts';
import type { Regime } from '../../../simulation/test-strategies.ts';
import { positiveNumber, wrongArgument } from '../../input/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';
import { type FinishedLots, noFinishedLots, openFinishedLots } from './finished-lots.ts';
import type { LotLine } from './simulation-jobs.ts';

interface SimulateOptions {
  readonly units: string;
  readonly seed: string;
  readonly recipe: string;
  readonly station: string;
  readonly jobs?: string;
  readonly json?: boolean;
  readonly baselines: boolean;
  readonly markdown?: string;
  readonly resume?: string;
  readonly regime: string;
  readonly lots?: string;
}

/** Memory as a disk: the record is synced at every step, and what is simulated need not survive a power cut. */
const MEMORY_FOLDER = '/dev/shm';
/** Each baseline runs this many units of the same population at most. */
const BASELINE_UNITS = 2_500;

export const addSimulate: AddVerb = (program, cli) => {
  program
    .command('simulate')
    .description('run whole shifts on virtual time, with units whose truth is known, and hold the verdicts against it')
    .option('--units <number>', 'units presented', '10000')
    .option('--seed <text>', 'the same seed gives the same record, byte for byte', '1')
    .option('--recipe <name>', 'a recipe file, or the name of one in recipes/', 'photon-line')
    .option('--station <name>', 'a station file, or the name of one in stations/', 'virtual-8')
    .option('--jobs <number>', 'processes that share the work; one for each processor when left out')
    .option('--no-baselines', 'leave out the other ways of working beside it')
    .option('--markdown <file>', 'write the result to a file as well')
    .option('--resume <file>', 'keep each lot in this file as it ends, and leave out those it already has')
    .option('--json', 'one JSON object on the last line of standard output')
    .option('--regime <name>', 'way of working', 'flashline')
    .option('--lots <numbers>', 'only these lots, each as one line of JSON')
    .action(async (options: SimulateOptions) => simulate(cli, options));
};

async function simulate(cli: Cli, options: SimulateOptions): Promise<void> {
  const simulation = await readSimulation(options);
  if (options.lots !== undefined) return runLots(cli, simulation, options.lots.split(',').map(Number));
  const { targetFigures } = await import('../../../simulation/score/tally.ts');
  const { meetsTargets, simulationLines } = await import('../../../simulation/simulation-report.ts');
  const { hashOfLots, tallyOfLots } = await import('../../../simulation/simulate-population.ts');
  const jobs = options.jobs === undefined ? availableParallelism() : positiveNumber(options.jobs, '--jobs');
  const { seed, units } = simulation;
  const results = await runRegime(cli, options, { regime: 'flashline', units, jobs, finished: finishedIn(options) });
  const baselines = options.baselines ? await runBaselines(cli, options, { units, jobs }) : [];
  const tally = tallyOfLots(results);
  const times = {
    minutes: sum(results, 'wallMs') / jobs / MINUTE_MS,
    processorMinutes: sum(results, 'processorMs') / MINUTE_MS,
  };
  const summary = { seed, units, tally, recordHash: hashOfLots(results), ...times, jobs, baselines };
  const text = `${simulationLines(summary).join('\n')}\n`;
  cli.terminal.out(text);
  if (options.markdown) writeFileSync(options.markdown, `# A simulated population\n\n${text}`);
  if (options.json) cli.terminal.out(`${JSON.stringify(targetFigures(tally))}\n`);
  if (!meetsTargets(tally)) cli.exit(exitCodes.unitFailed);
}

const MINUTE_MS = 60_000;

function sum(results: readonly LotLine[], key: 'wallMs' | 'processorMs'): number {
  return results.reduce((total, result) => total + result[key], 0);
}

function finishedIn(options: SimulateOptions): FinishedLots {
  const what = `seed ${options.seed}, recipe ${options.recipe}, station ${options.station}`;
  return options.resume === undefined ? noFinishedLots : openFinishedLots(options.resume, what);
}

interface RegimeRun {
  readonly regime: Regime;
  readonly units: number;
  readonly jobs: number;
  readonly finished: FinishedLots;
}

/** All lots of the population under one way of working; those that are finished already are not run again. */
async function runRegime(cli: Cli, options: SimulateOptions, run: RegimeRun): Promise<readonly LotLine[]> {
  const { lotCount, unitsOfLot } = await import('../../../simulation/simulate-population.ts');
  const { targetFigures } = await import('../../../simulation/score/tally.ts');
  const { runInJobs } = await import('./simulation-jobs.ts');
  const { regime, units, jobs, finished } = run;
  const count = lotCount(units);
  const results = finished.done.filter(({ lot, tally }) => lot < count && tally.units === unitsOfLot(units, lot));
  const lots = Array.from({ length: count }, (_, lot) => lot).filter(
    (lot) => !results.some((done) => done.lot === lot),
  );
  const onResult = (result: LotLine): void => {
    results.push(result);
    finished.add(result);
    const { badPassed, goodScrapped, goodReworked } = targetFigures(result.tally);
    const worst = `bad passed ${badPassed}, good scrapped ${goodScrapped}, good to rework ${goodReworked}`;
    cli.terminal.err(`${regime}: ${results.length} of ${count} lots; lot ${result.lot}: ${worst}\n`);
  };
  await runInJobs({ args: argumentsFor(options, regime, units), lots, jobs, onResult });
  return results;
}

async function runBaselines(cli: Cli, options: SimulateOptions, run: Pick<RegimeRun, 'units' | 'jobs'>) {
  const { baselines } = await import('../../../simulation/test-strategies.ts');
  const { tallyOfLots } = await import('../../../simulation/simulate-population.ts');
  const units = Math.min(run.units, BASELINE_UNITS);
  return Promise.all(
    baselines.map(async (regime) => {
      const results = await runRegime(cli, options, { ...run, regime, units, finished: noFinishedLots });
      return { regime, tally: tallyOfLots(results) };
    }),
  );
}

async function runLots(cli: Cli, simulation: Simulation, lots: readonly number[]): Promise<void> {
  const { simulateOneLot } = await import('../../../simulation/simulate-population.ts');
  const { systemClock } = await import('../../../base/clock.ts');
  for (const lot of lots) {
    const before = process.cpuUsage();
    const startedMs = systemClock.monotonicMs();
    const result = await simulateOneLot(simulation, lot);
    const { user, system } = process.cpuUsage(before);
    const wallMs = systemClock.monotonicMs() - startedMs;
    const line: LotLine = { ...result, wallMs, processorMs: (user + system) / 1_000 };
    cli.terminal.out(`${JSON.stringify(line)}\n`);
  }
}

async function readSimulation(options: SimulateOptions): Promise<Simulation> {
  const { loadStation } = await import('../../../station/file/load-station.ts');
  const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
  const { imageSource } = await import('../../../recipe/load/image-source.ts');
  const { stepKinds } = await import('../../../recipe/steps/step-kinds.ts');
  const { syntheticImageNamed } = await import('../../../bench/photon/find-synthetic-image.ts');
  const { regimes } = await import('../../../simulation/test-strategies.ts');
  const { FIRMWARE_FOLDER, findFile } = await import('../../input/file-locations.ts');
  const images = imageSource([FIRMWARE_FOLDER], syntheticImageNamed);
  return {
    seed: options.seed,
    units: positiveNumber(options.units, '--units'),
    recipe: loadRecipe(findFile('recipes', options.recipe), { stepKinds, images }),
    station: loadStation(findFile('stations', options.station)),
    regime: regimeNamed(options.regime, Object.keys(regimes)),
    workFolder: existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(),
  };
}

function regimeNamed(name: string, known: readonly string[]): Regime {
  if (known.includes(name)) return name as Regime;
  throw wrongArgument(`there is no way of working named ${name}`, `known are ${known.join(', ')}`);
}

function argumentsFor({ seed, recipe, station }: SimulateOptions, regime: string, units: number): readonly string[] {
  return ['--units', String(units), '--seed', seed, '--recipe', recipe, '--station', station, '--regime', regime];
}
