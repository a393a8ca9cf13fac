// A summary as lines for a terminal: the same numbers and rules as on the pages, with small plots.
import { visibleText } from '../../base/visible-text.ts';
import { type Rate, type YieldName, yieldRules } from '../../domain/quality/yields.ts';
import { type Disposition, dispositions } from '../../domain/run/verdict.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { fixtureLabel } from '../summary/fixtures.ts';
import type { Series } from '../summary/series.ts';
import type { UnitRow } from '../summary/units.ts';
import { capabilityText, durationText, figureText, momentText, percentText, rateText } from '../text/format-numbers.ts';
import { dispositionWords } from '../text/labels.ts';
import { type TextStyle, textBar, textCurve, textPlot, textTable } from './text-table.ts';

const MOST_ROWS = 20;
const BAR_WIDTH = 16;
const CURVE_WIDTH = 24;

/** Everything that the batch's page says, in lines. */
export function summaryLines(summary: BatchSummary, style: TextStyle): readonly string[] {
  const parts = [
    heading(summary),
    rateLines(['unit-fpy', 'station-fault', 'no-fault-found'], summary.yields.rates, style),
    standingLine(summary, style),
    titled('Units that did not pass', condemnedLines(summary, style)),
    titled('What failed, and where', paretoLines(summary, style)),
    titled('Fixtures', fixtureLines(summary, style)),
    titled(
      'Measurements',
      summary.measurements.length === 0 ? [] : seriesLines(summary.measurements, figureText, style),
    ),
    titled('Step times', summary.durations.length === 0 ? [] : seriesLines(summary.durations, durationText, style)),
  ];
  const lines = parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]));
  return lines.map(visibleText);
}

/** Rates with their rules, each rule on a line of its own below the number. */
export function rateLines(
  names: readonly YieldName[],
  rates: Readonly<Record<YieldName, Rate>>,
  style: TextStyle,
): readonly string[] {
  return names.flatMap((name) => [
    `${percentText(rates[name].share).padStart(7)}  ${yieldRules[name].title} (${plain(rateText(rates[name]), style)})`,
    ...wrapped(yieldRules[name].rule, style.columns - 9).map((text) => `${' '.repeat(9)}${text}`),
  ]);
}

function heading({ kind, name, products, from, to, yields, unitsPerHour }: BatchSummary): readonly string[] {
  const rate = unitsPerHour === null ? '' : `, ${figureText(unitsPerHour)} units an hour`;
  return [
    `${kind === 'Period' ? '' : `${kind} `}${name}${products.length > 0 ? `, ${products.join(', ')}` : ''}`,
    `${figureText(yields.unitCount)} units in ${figureText(yields.runCount)} runs${rate}${from && to ? `, ${momentText(from)} to ${momentText(to)}` : ''}`,
  ];
}

function standingLine({ standing }: BatchSummary, style: TextStyle): readonly string[] {
  const some = dispositions.filter((disposition) => standing[disposition] > 0);
  const words = some.map(
    (disposition) => `${marks(style)[disposition]} ${dispositionWords[disposition].word} ${standing[disposition]}`,
  );
  return words.length === 0 ? [] : [words.join('   ')];
}

function marks({ ascii }: TextStyle): Readonly<Record<Disposition, string>> {
  return ascii
    ? { pass: '+', retest: 'o', rework: '%', hold: '=', 'scrap-proposed': '?', scrap: 'x' }
    : { pass: '✓', retest: '↻', rework: '⚒', hold: '‖', 'scrap-proposed': '?', scrap: '✗' };
}

function condemnedLines({ condemned }: BatchSummary, style: TextStyle): readonly string[] {
  if (condemned.length === 0) return [];
  const rows = condemned
    .slice(0, MOST_ROWS)
    .map((unit) => [
      `${marks(style)[unit.disposition]} ${dispositionWords[unit.disposition].word}`,
      unit.unit,
      unit.rule,
      plain(reasonOf(unit), style),
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
  return [...textTable(columns, rows, style), ...furtherLine(condemned.length)];
}

function reasonOf({ code, reason, site }: UnitRow): string {
  return `${code && `${code}: `}${reason}${site && ` (${site})`}`;
}

function paretoLines({ pareto, stations }: BatchSummary, style: TextStyle): readonly string[] {
  if (pareto.length === 0) return [];
  const most = pareto[0]!.count;
  const rows = pareto
    .slice(0, MOST_ROWS)
    .map((row) => [
      String(row.count),
      textBar(row.count / most, BAR_WIDTH, style),
      row.step,
      row.code,
      row.failureClass ?? '',
      [...row.byFixture]
        .map(([fixture, count]) => `${fixtureLabel(fixture, stations)}${style.ascii ? ' x' : ' ×'}${count}`)
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
  return [...textTable(columns, rows, style), ...furtherLine(pareto.length)];
}

function fixtureLines({ fixtures, stations }: BatchSummary, style: TextStyle): readonly string[] {
  if (fixtures.length === 0) return [];
  const rows = fixtures
    .slice(0, MOST_ROWS)
    .map((row) => [
      fixtureLabel(row.fixture, stations),
      String(row.runCount),
      percentText(row.passed.share),
      textBar(row.passed.share ?? 0, BAR_WIDTH, style),
      String(row.stationFaultCount),
      row.medianRunMs === null ? '-' : durationText(row.medianRunMs),
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
  return [...textTable(columns, rows, style), ...furtherLine(fixtures.length)];
}

function seriesLines(all: readonly Series[], write: (value: number) => string, style: TextStyle): readonly string[] {
  const rows = all
    .slice(0, MOST_ROWS)
    .map((series) => [
      `${series.step === series.name ? '' : `${series.step}: `}${series.name}${series.unit && write === figureText ? ` [${series.unit}]` : ''}`,
      String(series.spread.count),
      plain(write(series.spread.mean), style),
      plain(write(series.spread.sigma), style),
      plain(capabilityText(series.capability.cpk), style),
      textPlot(series.histogram.counts, style),
      textCurve(series.points, CURVE_WIDTH, style),
      remarkOf(series),
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
  return [...textTable(columns, rows, style), ...furtherLine(all.length)];
}

function remarkOf({ drift, fixtureDrifts, signalCounts }: Series): string {
  const struck = ([1, 2, 3] as const).filter((rule) => signalCounts[rule] > 0).map((rule) => `Nelson ${rule}`);
  const own = fixtureDrifts.map(({ fixture, direction }) => `fixture ${fixture} ${direction}`);
  return [drift.direction === 'steady' ? '' : drift.direction, ...own, ...struck].filter(Boolean).join(', ');
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function furtherLine(count: number): readonly string[] {
  return count > MOST_ROWS ? [`${count - MOST_ROWS} further`] : [];
}

/** Words of the program that use more than ASCII, for a terminal that has no more. */
function plain(text: string, { ascii }: TextStyle): string {
  return ascii ? text.replaceAll('\u202f', ' ').replaceAll('·', '-').replaceAll('–', '-') : text;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= Math.max(24, width))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
