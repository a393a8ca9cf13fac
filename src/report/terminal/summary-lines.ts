// A summary as lines for a terminal: the same numbers and rules as on the pages, with small plots.
import { toVisibleText } from '../../base/visible-text.ts';
import { type Rate, type YieldName, yieldRules } from '../../domain/quality/yields.ts';
import { type Disposition, dispositions } from '../../domain/run/verdict.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { formatFixtureLabel } from '../summary/fixtures.ts';
import type { Series } from '../summary/series.ts';
import type { UnitRow } from '../summary/units.ts';
import {
  formatCapability,
  formatDuration,
  formatFigure,
  formatMoment,
  formatPercent,
  formatRate,
} from '../text/format-numbers.ts';
import { dispositionLabels } from '../text/labels.ts';
import { drawTextBar, drawTextCurve, drawTextPlot, formatTextTable, type TextStyle } from './text-table.ts';

const MAX_ROWS = 20;
const BAR_WIDTH = 16;
const CURVE_WIDTH = 24;

/** Everything that the batch's page says, in lines. */
export function formatBatchSummary(summary: BatchSummary, style: TextStyle): readonly string[] {
  const parts = [
    formatHeading(summary),
    formatYieldRates(['unit-fpy', 'station-fault', 'no-fault-found'], summary.yields.rates, style),
    formatUnitDispositions(summary, style),
    addTitle('Units that did not pass', formatFailedUnits(summary, style)),
    addTitle('What failed, and where', formatPareto(summary, style)),
    addTitle('Fixtures', formatFixtures(summary, style)),
    addTitle(
      'Measurements',
      summary.measurements.length === 0 ? [] : formatSeries(summary.measurements, formatFigure, style),
    ),
    addTitle(
      'Step times',
      summary.durations.length === 0 ? [] : formatSeries(summary.durations, formatDuration, style),
    ),
  ];
  const lines = parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]));
  return lines.map(toVisibleText);
}

/** Rates with their rules, each rule on a line of its own below the number. */
export function formatYieldRates(
  names: readonly YieldName[],
  rates: Readonly<Record<YieldName, Rate>>,
  style: TextStyle,
): readonly string[] {
  return names.flatMap((name) => [
    `${formatPercent(rates[name].share).padStart(7)}  ${yieldRules[name].title} (${toTerminalText(formatRate(rates[name]), style)})`,
    ...wrapText(yieldRules[name].rule, style.columns - 9).map((text) => `${' '.repeat(9)}${text}`),
  ]);
}

function formatHeading({ kind, name, products, from, to, yields, unitsPerHour }: BatchSummary): readonly string[] {
  const rate = unitsPerHour === null ? '' : `, ${formatFigure(unitsPerHour)} units an hour`;
  return [
    `${kind === 'Period' ? '' : `${kind} `}${name}${products.length > 0 ? `, ${products.join(', ')}` : ''}`,
    `${formatFigure(yields.unitCount)} units in ${formatFigure(yields.runCount)} runs${rate}${from && to ? `, ${formatMoment(from)} to ${formatMoment(to)}` : ''}`,
  ];
}

function formatUnitDispositions({ standing }: BatchSummary, style: TextStyle): readonly string[] {
  const some = dispositions.filter((disposition) => standing[disposition] > 0);
  const words = some.map(
    (disposition) =>
      `${getDispositionMarks(style)[disposition]} ${dispositionLabels[disposition].word} ${standing[disposition]}`,
  );
  return words.length === 0 ? [] : [words.join('   ')];
}

function getDispositionMarks({ ascii }: TextStyle): Readonly<Record<Disposition, string>> {
  return ascii
    ? { pass: '+', retest: 'o', rework: '%', hold: '=', 'scrap-proposed': '?', scrap: 'x' }
    : { pass: '✓', retest: '↻', rework: '⚒', hold: '‖', 'scrap-proposed': '?', scrap: '✗' };
}

function formatFailedUnits({ condemned }: BatchSummary, style: TextStyle): readonly string[] {
  if (condemned.length === 0) return [];
  const rows = condemned
    .slice(0, MAX_ROWS)
    .map((unit) => [
      `${getDispositionMarks(style)[unit.disposition]} ${dispositionLabels[unit.disposition].word}`,
      unit.unit,
      unit.rule,
      toTerminalText(formatReason(unit), style),
      String(unit.runCount),
      unit.signatures.map((signature) => signature.by).join(', '),
    ]);
  const columns = [
    { heading: 'Disposition' },
    { heading: 'Unit', grow: true },
    { heading: 'Rule' },
    { heading: 'What, and why', grow: true },
    { heading: 'Runs', side: 'right' as const },
    { heading: 'Signed', grow: true },
  ];
  return [...formatTextTable(columns, rows, style), ...formatFurtherRows(condemned.length)];
}

function formatReason({ code, reason, site }: UnitRow): string {
  return `${code && `${code}: `}${reason}${site && ` (${site})`}`;
}

function formatPareto({ pareto, stations }: BatchSummary, style: TextStyle): readonly string[] {
  if (pareto.length === 0) return [];
  const most = pareto[0]!.count;
  const rows = pareto
    .slice(0, MAX_ROWS)
    .map((row) => [
      String(row.count),
      drawTextBar(row.count / most, BAR_WIDTH, style),
      row.step,
      row.code,
      row.failureClass ?? '',
      [...row.byFixture]
        .map(([fixture, count]) => `${formatFixtureLabel(fixture, stations)}${style.ascii ? ' x' : ' ×'}${count}`)
        .join(', '),
    ]);
  const columns = [
    { heading: 'Runs', side: 'right' as const },
    { heading: '' },
    { heading: 'First failing step' },
    { heading: 'Failure' },
    { heading: 'Class' },
    { heading: 'Fixtures', grow: true },
  ];
  return [...formatTextTable(columns, rows, style), ...formatFurtherRows(pareto.length)];
}

function formatFixtures({ fixtures, stations }: BatchSummary, style: TextStyle): readonly string[] {
  if (fixtures.length === 0) return [];
  const rows = fixtures
    .slice(0, MAX_ROWS)
    .map((row) => [
      formatFixtureLabel(row.fixture, stations),
      String(row.runCount),
      formatPercent(row.passed.share),
      drawTextBar(row.passed.share ?? 0, BAR_WIDTH, style),
      String(row.stationFaultCount),
      row.medianRunMs === null ? '-' : formatDuration(row.medianRunMs),
      row.topCode ? `${row.topCode.code} ${style.ascii ? 'x' : '×'}${row.topCode.count}` : '',
    ]);
  const columns = [
    { heading: 'Fixture' },
    { heading: 'Runs', side: 'right' as const },
    { heading: 'Passed', side: 'right' as const },
    { heading: '' },
    { heading: 'Station faults', side: 'right' as const },
    { heading: 'Median', side: 'right' as const },
    { heading: 'Fails most with', grow: true },
  ];
  return [...formatTextTable(columns, rows, style), ...formatFurtherRows(fixtures.length)];
}

function formatSeries(all: readonly Series[], write: (value: number) => string, style: TextStyle): readonly string[] {
  const rows = all
    .slice(0, MAX_ROWS)
    .map((series) => [
      `${series.step === series.name ? '' : `${series.step}: `}${series.name}${series.unit && write === formatFigure ? ` [${series.unit}]` : ''}`,
      String(series.spread.count),
      toTerminalText(write(series.spread.mean), style),
      toTerminalText(write(series.spread.sigma), style),
      toTerminalText(formatCapability(series.capability.cpk), style),
      drawTextPlot(series.histogram.counts, style),
      drawTextCurve(series.points, CURVE_WIDTH, style),
      describeDrift(series),
    ]);
  const columns = [
    { heading: '', grow: true },
    { heading: 'Count', side: 'right' as const },
    { heading: 'Mean', side: 'right' as const },
    { heading: 'Sigma', side: 'right' as const },
    { heading: 'Cpk', side: 'right' as const },
    { heading: 'Spread' },
    { heading: 'Course' },
    { heading: 'Remark', grow: true },
  ];
  return [...formatTextTable(columns, rows, style), ...formatFurtherRows(all.length)];
}

function describeDrift({ drift, fixtureDrifts, signalCounts }: Series): string {
  const struck = ([1, 2, 3] as const).filter((rule) => signalCounts[rule] > 0).map((rule) => `Nelson ${rule}`);
  const own = fixtureDrifts.map(({ fixture, direction }) => `fixture ${fixture} ${direction}`);
  return [drift.direction === 'steady' ? '' : drift.direction, ...own, ...struck].filter(Boolean).join(', ');
}

function addTitle(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function formatFurtherRows(count: number): readonly string[] {
  return count > MAX_ROWS ? [`${count - MAX_ROWS} further`] : [];
}

/** Words of the program that use more than ASCII, for a terminal that has no more. */
function toTerminalText(text: string, { ascii }: TextStyle): string {
  return ascii ? text.replaceAll('\u202f', ' ').replaceAll('·', '-').replaceAll('–', '-') : text;
}

function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= Math.max(24, width))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
