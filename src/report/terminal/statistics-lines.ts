// The record's own statistics as lines for a terminal: quick over a million units, for any filter.
import { toVisibleText } from '../../base/visible-text.ts';
import { type YieldName, yieldRules } from '../../domain/quality/yields.ts';
import type { MeasurementFigures } from '../../record/statistics/measurement-figures.ts';
import type { ParetoCount, ProductionFigures, Statistics, StepFigures } from '../../record/statistics/statistics.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { formatCapability, formatDuration, formatFigure, formatPercent, formatRate } from '../text/format-numbers.ts';
import { formatYieldRates } from './summary-lines.ts';
import { drawTextBar, drawTextPlot, formatTextTable, type TextColumn, type TextStyle } from './text-table.ts';

const MAX_ROWS = 20;
const BAR_WIDTH = 16;

/** Yields with their rules, days, batches, fixtures, Pareto, measurements and steps. */
export function formatStatistics(statistics: Statistics, filter: RunFilter, style: TextStyle): readonly string[] {
  const figures = statistics.computeFigures(filter);
  const parts = [
    formatHeading(figures, filter),
    formatYieldRates(Object.keys(yieldRules) as YieldName[], figures.rates, style),
    formatGroups('Days', statistics.computeFiguresByDay(filter), style),
    formatGroups('Batches', statistics.computeFiguresByBatch(filter), style),
    formatGroups('Fixtures', statistics.computeFiguresByFixture(filter), style),
    formatParetoCounts(statistics.computePareto(filter, MAX_ROWS), style),
    formatMeasurementFigures(statistics.computeMeasurementFigures(filter), style),
    formatStepFigures(statistics.computeStepFigures(filter), style),
  ];
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, at) => (at === 0 ? part : ['', ...part]))
    .map(toVisibleText);
}

function formatHeading({ runCount, unitCount, meanRunMs }: ProductionFigures, filter: RunFilter): readonly string[] {
  const chosen = Object.entries(filter).map(([name, value]) => `${name} ${value}`);
  const testHours = (runCount * (meanRunMs ?? 0)) / 3_600_000;
  const rate = testHours > 0 ? `, ${formatFigure(unitCount / testHours)} units an hour of test time` : '';
  const mean = meanRunMs === null ? '' : `, ${formatDuration(meanRunMs)} a run`;
  return [
    chosen.length > 0 ? chosen.join(', ') : 'All runs of the record',
    `${formatFigure(unitCount)} units in ${formatFigure(runCount)} runs${mean}${rate}`,
  ];
}

function formatGroups(
  title: string,
  groups: ReadonlyMap<string | number, ProductionFigures>,
  style: TextStyle,
): readonly string[] {
  if (groups.size < 2) return [];
  const rows = [...groups]
    .slice(-MAX_ROWS)
    .map(([name, { runCount, unitCount, rates }]) => [
      String(name),
      formatFigure(unitCount),
      formatFigure(runCount),
      formatPercent(rates['unit-fpy'].share),
      drawTextBar(rates['unit-fpy'].share ?? 0, BAR_WIDTH, style),
      formatRate(rates['unit-fpy']),
      formatPercent(rates['station-fault'].share),
      formatPercent(rates['no-fault-found'].share),
    ]);
  const columns: readonly TextColumn[] = [
    { heading: title, grow: true },
    { heading: 'Units', side: 'right' },
    { heading: 'Runs', side: 'right' },
    { heading: 'First pass', side: 'right' },
    { heading: '' },
    { heading: '', side: 'right' },
    { heading: 'Station faults', side: 'right' },
    { heading: 'No fault found', side: 'right' },
  ];
  const course = [...groups.values()].map(({ rates }) => rates['unit-fpy'].share ?? 0);
  return [
    ...formatTextTable(columns, rows, style),
    ...(groups.size > 3 ? [`First-pass yield: ${drawTextPlot(course, style)}`] : []),
  ];
}

function formatParetoCounts(rows: readonly ParetoCount[], style: TextStyle): readonly string[] {
  const most = rows[0]?.runCount;
  if (most === undefined) return [];
  const columns: readonly TextColumn[] = [
    { heading: 'Runs', side: 'right' },
    { heading: '' },
    { heading: 'First failing step' },
    { heading: 'Failure', grow: true },
    { heading: 'Fixture', side: 'right' },
  ];
  return formatTextTable(
    columns,
    rows.map(({ step, code, fixture, runCount }) => [
      formatFigure(runCount),
      drawTextBar(runCount / most, BAR_WIDTH, style),
      step,
      code,
      String(fixture),
    ]),
    style,
  );
}

function formatMeasurementFigures(all: readonly MeasurementFigures[], style: TextStyle): readonly string[] {
  if (all.length === 0) return [];
  const right = (heading: string): TextColumn => ({ heading, side: 'right' });
  const columns: readonly TextColumn[] = [
    { heading: 'Measurement', grow: true },
    right('Count'),
    right('Failed'),
    right('Mean'),
    right('Sigma'),
    right('Least'),
    right('Most'),
    right('Cp'),
    right('Cpk'),
    right('Ppk'),
  ];
  const rows = all
    .slice(0, MAX_ROWS)
    .map((item) => [
      `${item.step}: ${item.name}${item.unit && ` [${item.unit}]`}`,
      formatFigure(item.count),
      formatFigure(item.failedCount),
      formatFigure(item.mean),
      formatFigure(item.sigma),
      formatFigure(item.min),
      formatFigure(item.max),
      formatCapability(item.cp),
      formatCapability(item.cpk),
      formatCapability(item.ppk),
    ]);
  return formatTextTable(columns, rows, style);
}

function formatStepFigures(steps: readonly StepFigures[], style: TextStyle): readonly string[] {
  if (steps.length === 0) return [];
  const longest = Math.max(...steps.map((step) => step.meanMs), 1);
  const columns: readonly TextColumn[] = [
    { heading: 'Step', grow: true },
    { heading: 'Count', side: 'right' },
    { heading: 'Failed', side: 'right' },
    { heading: 'Mean', side: 'right' },
    { heading: '' },
    { heading: 'Longest', side: 'right' },
  ];
  return formatTextTable(
    columns,
    steps
      .slice(0, MAX_ROWS)
      .map(({ step, count, failedCount, meanMs, longestMs }) => [
        step,
        formatFigure(count),
        formatFigure(failedCount),
        formatDuration(meanMs),
        drawTextBar(meanMs / longest, BAR_WIDTH, style),
        formatDuration(longestMs),
      ]),
    style,
  );
}
