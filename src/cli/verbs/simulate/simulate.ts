// `flashline simulate`: whole shifts on virtual time, with a hidden truth to hold the verdicts against.

import { availableParallelism } from 'node:os';
import { systemClock } from '../../../base/clock.ts';
import { evaluateFigures, hasMetGoals } from '../../../simulation/figures/figures.ts';
import {
  countLots,
  countUnitsOfLot,
  hashLotRecords,
  type SimulationOptions,
  simulatePopulationLot,
  sumLotTallies,
} from '../../../simulation/simulate-population.ts';
import { formatSimulationReport } from '../../../simulation/simulation-report.ts';
import { baselineStrategies, type TestStrategy } from '../../../simulation/test-strategies.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { Cli } from '../verb.ts';
import { ALL_POPULATIONS, compareAllPopulations } from './all-populations.ts';
import { type FinishedLots, noFinishedLots, openFinishedLots } from './finished-lots.ts';
import { buildJobArguments, readSimulation } from './simulate-options.ts';
import type { SimulateOptions } from './simulate-verb.ts';
import { type LotLine, runSimulationJobs } from './simulation-jobs.ts';

/** Each baseline runs this many units of the same population at most. */
const BASELINE_UNITS = 2_500;

export async function runSimulation(cli: Cli, options: SimulateOptions): Promise<void> {
  const jobs = options.jobs === undefined ? availableParallelism() : parsePositiveNumber(options.jobs, '--jobs');
  if (options.population === ALL_POPULATIONS) return compareAllPopulations(cli, options, jobs);
  const simulation = readSimulation(options);
  if (options.lots !== undefined) return runLots(cli, simulation, options.lots.split(',').map(Number));
  const { seed, units, population } = simulation;
  const finished = openResumeFile(options);
  const results = await runTestStrategy(cli, simulation, options, { regime: 'flashline', units, jobs, finished });
  const baselines = options.baselines ? await runBaselines(cli, simulation, options, { units, jobs }) : [];
  const tally = sumLotTallies(results);
  const times = {
    minutes: sumLotTimes(results, 'wallMs') / jobs / MINUTE_MS,
    processorMinutes: sumLotTimes(results, 'processorMs') / MINUTE_MS,
  };
  const summary = { seed, units, population, tally, recordHash: hashLotRecords(results), ...times, jobs, baselines };
  const text = `${formatSimulationReport(summary).join('\n')}\n`;
  cli.terminal.writeOut(text);
  if (options.markdown) replaceFileAtomically(options.markdown, `# A simulated population\n\n${text}`);
  if (options.json) {
    const figures = evaluateFigures(tally, population.goals).map(({ name, found }) => [name, found]);
    cli.terminal.writeOut(`${JSON.stringify({ units: tally.units, ...Object.fromEntries(figures) })}\n`);
  }
  if (!hasMetGoals(tally, population.goals)) cli.exit(exitCodes.unitFailed);
}

const MINUTE_MS = 60_000;

function sumLotTimes(results: readonly LotLine[], key: 'wallMs' | 'processorMs'): number {
  return results.reduce((total, result) => total + result[key], 0);
}

function openResumeFile(options: SimulateOptions): FinishedLots {
  const what = `seed ${options.seed}, population ${options.population}, recipe ${options.recipe}, station ${options.station}`;
  return options.resume === undefined ? noFinishedLots : openFinishedLots(options.resume, what);
}

interface TestStrategyRun {
  readonly regime: TestStrategy;
  readonly units: number;
  readonly jobs: number;
  readonly finished: FinishedLots;
}

/** All lots of the population under one way of working; those that are finished already are not run again. */
async function runTestStrategy(
  cli: Cli,
  { population }: SimulationOptions,
  options: SimulateOptions,
  run: TestStrategyRun,
): Promise<readonly LotLine[]> {
  const { regime, units, jobs, finished } = run;
  const count = countLots(units, population);
  const results = finished.done.filter(
    ({ lot, tally }) => lot < count && tally.units === countUnitsOfLot(units, lot, population),
  );
  const lots = Array.from({ length: count }, (_, lot) => lot).filter(
    (lot) => !results.some((done) => done.lot === lot),
  );
  const onResult = (result: LotLine): void => {
    results.push(result);
    finished.add(result);
    const { escapes, confusion } = result.tally;
    const worst = `bad shipped after failing ${escapes.failedBefore}, good scrapped ${confusion.good.scrap}`;
    cli.terminal.writeErr(`${regime}: ${results.length} of ${count} lots; lot ${result.lot}: ${worst}\n`);
  };
  await runSimulationJobs({ args: buildJobArguments(options, regime, units), lots, jobs, onResult });
  return results;
}

async function runBaselines(
  cli: Cli,
  simulation: SimulationOptions,
  options: SimulateOptions,
  run: Pick<TestStrategyRun, 'units' | 'jobs'>,
) {
  const units = Math.min(run.units, BASELINE_UNITS);
  return Promise.all(
    baselineStrategies.map(async (regime) => {
      const results = await runTestStrategy(cli, simulation, options, {
        ...run,
        regime,
        units,
        finished: noFinishedLots,
      });
      return { regime, tally: sumLotTallies(results) };
    }),
  );
}

async function runLots(cli: Cli, simulation: SimulationOptions, lots: readonly number[]): Promise<void> {
  for (const lot of lots) {
    const before = process.cpuUsage();
    const startedMs = systemClock.readMonotonicMs();
    const result = await simulatePopulationLot(simulation, lot);
    const { user, system } = process.cpuUsage(before);
    const wallMs = systemClock.readMonotonicMs() - startedMs;
    const line: LotLine = { ...result, wallMs, processorMs: (user + system) / 1_000 };
    cli.terminal.writeOut(`${JSON.stringify(line)}\n`);
  }
}
