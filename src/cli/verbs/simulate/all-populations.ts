// `flashline simulate --population all`: every population file, so many at once, in one table with every goal that is set.

import { writeFileSync } from 'node:fs';
import { hasMetGoals } from '../../../simulation/figures/figures.ts';
import { formatPopulationTable, type PopulationResult } from '../../../simulation/population-table.ts';
import { countLots, sumLotTallies } from '../../../simulation/simulate-population.ts';
import { listInputFiles } from '../../input/file-locations.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli } from '../verb.ts';
import { buildJobArguments, readSimulation } from './simulate-options.ts';
import type { SimulateOptions } from './simulate-verb.ts';
import { type LotLine, runSimulationJobs } from './simulation-jobs.ts';

/** Name that stands for all populations. */
export const ALL_POPULATIONS = 'all';

/** Runs every population, each in a process of its own, and prints the table. Exits with 1 when a goal is missed. */
export async function compareAllPopulations(cli: Cli, options: SimulateOptions, jobs: number): Promise<void> {
  const files = listInputFiles('populations');
  const results: PopulationResult[] = [];
  const waiting = files.map((file, at) => ({ file, at }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next.at] = await runPopulation({ ...options, population: next.file });
      const { population, tally } = results[next.at]!;
      cli.terminal.writeErr(`${population.name}: ${tally.units} units\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const text = `${formatPopulationTable(results).join('\n')}\n`;
  cli.terminal.writeOut(text);
  if (options.markdown) writeFileSync(options.markdown, `# Populations beside each other\n\n${text}`);
  if (!results.every(({ population, tally }) => hasMetGoals(tally, population.goals))) cli.exit(exitCodes.unitFailed);
}

async function runPopulation(options: SimulateOptions): Promise<PopulationResult> {
  const { population } = readSimulation(options);
  const most = options.units === undefined ? Number.POSITIVE_INFINITY : parsePositiveNumber(options.units, '--units');
  const units = Math.min(population.sampleUnits, most);
  const lots = Array.from({ length: countLots(units, population) }, (_, lot) => lot);
  const lines: LotLine[] = [];
  const args = buildJobArguments(options, options.regime, units);
  await runSimulationJobs({ args, lots, jobs: 1, onResult: (line) => lines.push(line) });
  return { population, tally: sumLotTallies(lines) };
}
