// The record's own statistics as lines for a terminal: quick over a million units, for any filter.
import { visibleText } from '../../base/visible-text.ts';
import { type YieldName, yieldRules } from '../../domain/quality/yields.ts';
import type { MeasurementFigures } from '../../record/statistics/measurement-figures.ts';
import type { Figures, ParetoCount, Statistics, StepFigures } from '../../record/statistics/statistics.ts';
import type { RunFilter } from '../../record/store/run-filter.ts';
import { capabilityText, durationText, figureText, percentText, rateText } from '../text/format-numbers.ts';
import { rateLines } from './summary-lines.ts';
import { type TextColumn, type TextStyle, textBar, textPlot, textTable } from './text-table.ts';

const MOST_ROWS = 20;
const BAR_WIDTH = 16;

/** Yields with their rules, days, batches, fixtures, Pareto, measurements and steps. */
export function statisticsLines(statistics: Statistics, filter: RunFilter, style: TextStyle): readonly string[] {
  const figures = statistics.figures(filter);
  const parts = [
    heading(figures, filter),
    rateLines(Object.keys(yieldRules) as YieldName[], figures.rates, style),
    groupLines('Days', statistics.figuresByDay(filter), style),
    groupLines('Batches', statistics.figuresByBatch(filter), style),
    groupLines('Fixtures', statistics.figuresByFixture(filter), style),
    paretoLines(statistics.pareto(filter, MOST_ROWS), style),
    measurementLines(statistics.measurements(filter), style),
    stepLines(statistics.steps(filter), style),
  ];
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, at) => (at === 0 ? part : ['', ...part]))
    .map(visibleText);
}

function heading({ runCount, unitCount, meanRunMs }: Figures, filter: RunFilter): readonly string[] {
  const chosen = Object.entries(filter).map(([name, value]) => `${name} ${value}`);
  const testHours = (runCount * (meanRunMs ?? 0)) / 3_600_000;
  const rate = testHours > 0 ? `, ${figureText(unitCount / testHours)} units an hour of test time` : '';
  const mean = meanRunMs === null ? '' : `, ${durationText(meanRunMs)} a run`;
  return [
    chosen.length > 0 ? chosen.join(', ') : 'All runs of the record',
    `${figureText(unitCount)} units in ${figureText(runCount)} runs${mean}${rate}`,
  ];
}

function groupLines(title: string, groups: ReadonlyMap<string | number, Figures>, style: TextStyle): readonly string[] {
  if (groups.size < 2) return [];
  const rows = [...groups]
    .slice(-MOST_ROWS)
    .map(([name, { runCount, unitCount, rates }]) => [
      String(name),
      figureText(unitCount),
      figureText(runCount),
      percentText(rates['unit-fpy'].share),
      textBar(rates['unit-fpy'].share ?? 0, BAR_WIDTH, style),
      rateText(rates['unit-fpy']),
      percentText(rates['station-fault'].share),
      percentText(rates['no-fault-found'].share),
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
    ...textTable(columns, rows, style),
    ...(groups.size > 3 ? [`First-pass yield: ${textPlot(course, style)}`] : []),
  ];
}

function paretoLines(rows: readonly ParetoCount[], style: TextStyle): readonly string[] {
  const most = rows[0]?.runCount;
  if (most === undefined) return [];
  const columns: readonly TextColumn[] = [
    { heading: 'Runs', side: 'right' },
    { heading: '' },
    { heading: 'First failing step' },
    { heading: 'Failure', grow: true },
    { heading: 'Fixture', side: 'right' },
  ];
  return textTable(
    columns,
    rows.map(({ step, code, fixture, runCount }) => [
      figureText(runCount),
      textBar(runCount / most, BAR_WIDTH, style),
      step,
      code,
      String(fixture),
    ]),
    style,
  );
}

function measurementLines(all: readonly MeasurementFigures[], style: TextStyle): readonly string[] {
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
    .slice(0, MOST_ROWS)
    .map((item) => [
      `${item.step}: ${item.name}${item.unit && ` [${item.unit}]`}`,
      figureText(item.count),
      figureText(item.failedCount),
      figureText(item.mean),
      figureText(item.sigma),
      figureText(item.min),
      figureText(item.max),
      capabilityText(item.cp),
      capabilityText(item.cpk),
      capabilityText(item.ppk),
    ]);
  return textTable(columns, rows, style);
}

function stepLines(steps: readonly StepFigures[], style: TextStyle): readonly string[] {
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
  return textTable(
    columns,
    steps
      .slice(0, MOST_ROWS)
      .map(({ step, count, failedCount, meanMs, longestMs }) => [
        step,
        figureText(count),
        figureText(failedCount),
        durationText(meanMs),
        textBar(meanMs / longest, BAR_WIDTH, style),
        durationText(longestMs),
      ]),
    style,
  );
}
