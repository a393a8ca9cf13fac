// The result of a simulated population in words: figures and goals, truth by end, characteristic, calibration, cost.

import { countShipped, countUnitsInRow, evaluateFigures, type FigureGoals, measureFigure } from './figures/figures.ts';
import { type Tally, type TruthRow, truthRows } from './figures/tally.ts';
import { unitEnds } from './figures/unit-end.ts';
import { formatFrontierLines } from './frontier-lines.ts';
import { formatMarkdownTable } from './markdown-table.ts';
import type { Population } from './population/population.ts';
import { type TestStrategy, testStrategies } from './test-strategies.ts';

export interface SimulationSummary {
  readonly seed: string;
  readonly units: number;
  readonly population: Population;
  readonly tally: Tally;
  readonly recordHash: string;
  /** Wall time of the whole run and processor time of all its processes, minutes; processes that shared it. */
  readonly minutes: number;
  readonly processorMinutes: number;
  readonly jobs: number;
  readonly baselines: readonly { readonly regime: TestStrategy; readonly tally: Tally }[];
}

/** The whole result as Markdown, which reads well as plain text too. */
export function formatSimulationReport(summary: SimulationSummary): readonly string[] {
  const { seed, units, tally, recordHash, minutes, processorMinutes, jobs, population } = summary;
  const processes = `${jobs} ${jobs === 1 ? 'process' : 'processes'}`;
  return [
    `${population.name}: ${population.title}.`,
    '',
    `${formatCount(units)} units, seed ${seed}: ${minutes.toFixed(1)} minutes on ${processes} (${processorMinutes.toFixed(1)} minutes of processor time), record hash ${recordHash.slice(0, 16)}`,
    '',
    ...formatFigureTable(tally, population.goals),
    '',
    'Truth (rows) by where the units ended. A unit is good when it fails at most 0.1 % of full-coverage runs on a sound fixture, bad when it fails at least 5 %; "not covered" is bad in a way that the recipe cannot see:',
    '',
    ...formatMarkdownTable(
      ['truth', ...unitEnds, 'all'],
      truthRows.map((row) => formatConfusionRow(tally, row)),
    ),
    '',
    ...formatEscapeLines(tally),
    '',
    ...formatCharacteristicLines(tally),
    ...formatFrontierLines(population, tally),
    ...formatCalibrationLines(tally),
    'Cost and events:',
    '',
    ...formatMarkdownTable(['what', 'count'], formatEventRows(tally)),
    ...formatBaselineLines(summary),
  ];
}

function formatFigureTable(tally: Tally, goals: FigureGoals): readonly string[] {
  const rows = evaluateFigures(tally, goals)
    .filter(({ found, goal }) => found !== null || goal !== null)
    .map(({ name, goal, text, isMet }) => [name, goal ?? '', text, isMet === null ? '' : isMet ? 'met' : 'MISSED']);
  return formatMarkdownTable(['figure', 'goal', 'found', ''], rows);
}

function formatConfusionRow({ confusion }: Tally, row: TruthRow): readonly string[] {
  const counts = confusion[row];
  return [row, ...unitEnds.map((end) => formatCount(counts[end])), formatCount(countUnitsInRow(counts))];
}

/** Escapes in parts per million of what was shipped; beside a zero stands 3/n, the 95 % bound that n shipped units allow. */
function formatEscapeLines(tally: Tally): readonly string[] {
  const shipped = countShipped(tally);
  const { neverFailed, failedBefore, notCovered } = tally.escapes;
  const ppm = (count: number): string =>
    shipped === 0
      ? 'none shipped'
      : count === 0
        ? `0 (95 % bound ${((3e6 * 1) / shipped).toFixed(0)} ppm)`
        : `${((1e6 * count) / shipped).toFixed(0)} ppm`;
  return [
    `Bad units among the ${formatCount(shipped)} shipped: never failed ${ppm(neverFailed)}, failed before ${ppm(failedBefore)}, not covered ${ppm(notCovered)}.`,
  ];
}

/** P(shipped) for each probability to fail a run. */
function formatCharacteristicLines({ characteristic }: Tally): readonly string[] {
  const rows = Object.entries(characteristic).flatMap(([face, points]) =>
    Object.entries(points)
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([share, { units, shipped, failed }]) => [
        face,
        share,
        formatCount(units),
        formatCount(failed),
        (shipped / units).toFixed(3),
        formatInterval(shipped, units),
      ]),
  );
  if (rows.length === 0) return [];
  return [
    'Operating characteristic: share shipped of units with about that probability to fail a run, repaired ones left out:',
    '',
    ...formatMarkdownTable(['face', 'p', 'units', 'failed a run', 'P(shipped)', '95 % interval'], rows),
    '',
  ];
}

/** Wilson's interval of a share. */
function formatInterval(part: number, whole: number): string {
  const z = 1.96;
  const share = part / whole;
  const middle = (share + z ** 2 / (2 * whole)) / (1 + z ** 2 / whole);
  const half = (z / (1 + z ** 2 / whole)) * Math.sqrt((share * (1 - share)) / whole + z ** 2 / (4 * whole ** 2));
  return `${Math.max(0, middle - half).toFixed(3)} to ${Math.min(1, middle + half).toFixed(3)}`;
}

function formatCalibrationLines({ calibration }: Tally): readonly string[] {
  const rows = Object.entries(calibration).flatMap(([of, { count, brierSum, predictedSum, badSum, bins }]) => [
    [
      of,
      'all',
      formatCount(count),
      percent(predictedSum, count),
      percent(badSum, count),
      (brierSum / count).toFixed(3),
    ],
    ...Object.entries(bins)
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([bin, part]) => [
        of,
        `${percent(Number(bin), 1)} and more`,
        formatCount(part.count),
        percent(part.predictedSum, part.count),
        percent(part.badSum, part.count),
        '',
      ]),
  ]);
  if (rows.length === 0) return [];
  return [
    'Probability that the unit is bad, as said after a failure, beside how many were:',
    '',
    ...formatMarkdownTable(['said', 'said, at least', 'runs', 'said, mean', 'bad', 'Brier'], rows),
    '',
  ];
}

function formatEventRows(tally: Tally): readonly (readonly string[])[] {
  const { runs, units, hours, fixtureHours, lineHours, referenceRuns, stops, wrongStops } = tally;
  const byRule = Object.entries(stops)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([rule, times]) => `${rule} ${formatCount(times)}${wrongStops[rule] ? ` (${wrongStops[rule]} wrongly)` : ''}`);
  const waits = Object.entries(tally.waitMinutes)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([rule, minutes]) => `${rule} ${formatCount(minutes.length)} (${formatQuantiles(minutes)})`);
  return [
    ['runs per unit', (runs / units).toFixed(3)],
    ['minutes at a fixture per unit', ((fixtureHours * 60) / units).toFixed(3)],
    ['minutes of the line per unit, until the last unit was first run', ((lineHours * 60) / units).toFixed(3)],
    ['the same until the last that was held is decided', ((hours * 60) / units).toFixed(3)],
    ['runs of golden and known-bad units', formatCount(referenceRuns)],
    ['fixture stops by rule', byRule.join(', ') || 'none'],
    ['bad fixtures that nothing had stopped when their lot ended', formatCount(tally.badFixturesLeft)],
    ['station stopped, lot doubted', `${Math.round(tally.stationStops)}, ${tally.lotStops}`],
    ['units without a disposition by the rule of their last run', formatCounts(tally.undecidedByRule)],
    ['waits in a bin by rule: how many (median, p95, longest in minutes)', waits.join(', ') || 'none'],
    [
      'good units sent to rework, repaired, held a while',
      [tally.goodReworked, tally.goodRepaired, tally.goodHeld].map(formatCount).join(', '),
    ],
    ['repairs, scrap signed by two', `${formatCount(tally.repairs)}, ${formatCount(tally.scrapSigned)}`],
    ['hub resets, program killed', `${formatCount(tally.hubResets)}, ${formatCount(tally.kills)}`],
    ['runs beyond the budget of a unit', formatCount(tally.overBudget)],
  ];
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));
  return parts.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ') || 'none';
}

function formatQuantiles(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  return `${at(0.5)}, ${at(0.95)}, ${at(1)}`;
}

function formatBaselineLines({ baselines, tally }: SimulationSummary): readonly string[] {
  if (baselines.length === 0) return [];
  const all = [{ regime: 'flashline' as const, tally }, ...baselines];
  return [
    '',
    'Beside it, the same population under other ways of working:',
    '',
    ...formatMarkdownTable(
      [
        'way of working',
        'units',
        'bad shipped, ppm',
        'of these failed before',
        'good not shipped',
        'good repaired',
        'runs per failing unit',
        'runs per unit',
        'min at a fixture per unit',
      ],
      all.map(({ regime, tally: own }) => formatStrategyRow(regime, own)),
    ),
  ];
}

function formatStrategyRow(regime: TestStrategy, tally: Tally): readonly string[] {
  const { good } = tally.confusion;
  const goodShipped = unitEnds.filter((end) => end.startsWith('pass')).reduce((sum, end) => sum + good[end], 0);
  return [
    testStrategies[regime],
    formatCount(tally.units),
    (measureFigure(tally, 'bad shipped ppm') ?? 0).toFixed(0),
    formatCount(tally.escapes.failedBefore),
    `${formatCount(countUnitsInRow(good) - goodShipped)} of ${formatCount(countUnitsInRow(good))}`,
    formatCount(tally.goodRepaired),
    (measureFigure(tally, 'runs per failing unit') ?? 0).toFixed(2),
    (tally.runs / tally.units).toFixed(3),
    ((tally.fixtureHours * 60) / tally.units).toFixed(3),
  ];
}

function formatCount(value: number): string {
  return value.toLocaleString('en');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}
