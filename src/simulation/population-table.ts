// All populations beside each other: one row for each, and every goal that one of them sets.

import { countShipped, countUndecided, evaluateGoals, measureFigure } from './figures/figures.ts';
import type { Tally } from './figures/tally.ts';
import { formatMarkdownTable } from './markdown-table.ts';
import type { Population } from './population/population.ts';

export interface PopulationResult {
  readonly population: Pick<Population, 'name' | 'title' | 'goals'>;
  readonly tally: Tally;
}

/** The table of all populations, then that of their goals, as Markdown. */
export function formatPopulationTable(results: readonly PopulationResult[]): readonly string[] {
  return [
    ...formatMarkdownTable(HEADINGS, results.map(formatPopulationRow)),
    '',
    'Every goal that a population sets, by population:',
    '',
    ...formatMarkdownTable(['population', 'figure', 'goal', 'found', ''], results.flatMap(formatGoalRows)),
  ];
}

const HEADINGS = [
  'population',
  'units',
  'bad shipped: never failed / failed / not covered, ppm',
  'good not shipped',
  'good scrapped',
  'good repaired, of failing',
  'no fault found, of failing',
  'runs per failing unit / per unit',
  'stops right / wrong',
  'lot stops',
  'undecided per 1,000',
  'in the bin at once',
  'line min per unit',
  'reference runs per unit',
];

function formatPopulationRow({ population, tally }: PopulationResult): readonly string[] {
  const shipped = Math.max(1, countShipped(tally));
  const ppm = (count: number): string => ((1e6 * count) / shipped).toFixed(0);
  const { neverFailed, failedBefore, notCovered } = tally.escapes;
  const stops = sum(tally.stops) - (tally.stops['C1'] ?? 0) - (tally.stops['C3'] ?? 0) - (tally.stops['D11'] ?? 0);
  const wrong = sum(tally.wrongStops);
  const round = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));
  return [
    population.name,
    tally.units.toLocaleString('en'),
    `${ppm(neverFailed)} / ${ppm(failedBefore)} / ${ppm(notCovered)}`,
    String(countGoodNotShipped(tally)),
    String(tally.confusion.good.scrap),
    `${round(measureFigure(tally, 'good repaired of failing'), 2)} %`,
    `${round(measureFigure(tally, 'no fault found of failing'), 0)} %`,
    `${round(measureFigure(tally, 'runs per failing unit'), 2)} / ${(tally.runs / tally.units).toFixed(3)}`,
    `${stops - wrong} / ${wrong}`,
    String(tally.lotStops),
    ((1000 * countUndecided(tally)) / tally.units).toFixed(1),
    round(measureFigure(tally, 'most in the bin'), 0),
    round(measureFigure(tally, 'line minutes per unit'), 3),
    round(measureFigure(tally, 'reference runs per unit'), 3),
  ];
}

function countGoodNotShipped({ confusion: { good } }: Tally): number {
  return Object.entries(good).reduce((total, [end, count]) => (end.startsWith('pass') ? total : total + count), 0);
}

function formatGoalRows({ population, tally }: PopulationResult): readonly (readonly string[])[] {
  return evaluateGoals(tally, population.goals).map(({ name, goal, text, isMet }) => [
    population.name,
    name,
    goal ?? '',
    text,
    isMet === null ? '' : isMet ? 'met' : 'MISSED',
  ]);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
