// Control chart and histogram of a series on one scale, with limits, sigma lines and the points where a rule struck.
import { type Drift, spcRules } from '../../domain/quality/spc.ts';
import { drawBox, drawLabel, drawLine, renderDrawing } from '../page/drawing.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderGlyph } from '../page/glyph.ts';
import { renderSection } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import type { Series } from '../summary/series.ts';
import {
  formatCapability,
  formatCoordinate,
  formatCount,
  formatDuration,
  formatFigure,
} from '../text/format-numbers.ts';

/** Null when nothing was measured. */
export function renderMeasurementCharts({ measurements }: BatchSummary): Insert {
  if (measurements.length === 0) return null;
  const rules = [spcRules.cp, spcRules.cpk, spcRules.ppk, spcRules.nelson1, spcRules.nelson2, spcRules.nelson3];
  return renderSection(
    'Measurements',
    'in the order of the runs',
    [measurements.map((series) => renderSeriesChart(series, formatFigure, MEASUREMENT_HEIGHT)), renderRulesNote(rules)],
    true,
  );
}

/** Null when there are no steps. */
export function renderDurationCharts({ durations }: BatchSummary): Insert {
  if (durations.length === 0) return null;
  const rules = ['First attempts that passed.', spcRules.drift, spcRules.nelson1, spcRules.nelson2, spcRules.nelson3];
  return renderSection(
    'Step times',
    'a slow step is the earliest sign of a tired cable or flash',
    [durations.map((series) => renderSeriesChart(series, formatDuration, DURATION_HEIGHT)), renderRulesNote(rules)],
    true,
  );
}

function renderRulesNote(rules: readonly string[]): Markup {
  return html`<p class="soft small" style="margin:14px 0 0">${rules.map((rule) => html`${rule} `)}</p>`;
}

const WIDTH = 1000;
const MEASUREMENT_HEIGHT = 150;
const DURATION_HEIGHT = 100;
const CHART = { left: 74, right: 740 };
const BARS = { left: 770, right: 1000 };
const EDGE = 10;
/** A limit further from the values than this many times their own width is named, not drawn. */
const MAX_LIMIT_DISTANCE = 3;

type FormatValue = (value: number) => string;

function renderSeriesChart(series: Series, write: FormatValue, height: number): Markup {
  const scale = computeChartScale(series, height);
  return html`<div style="break-inside:avoid"><h3>${series.name}${series.step !== series.name && html` <span class="soft">${series.step}</span>`}</h3>
<p class="small" style="margin:0 0 4px">${renderSeriesFigures(series, write)}</p>
${renderDrawing(WIDTH, height, `${series.name}: control chart and histogram`, [...drawChartFrame(series, scale, write), ...drawControlCurve(series, scale), ...drawHistogramBars(series, scale), ...drawLimitLines(series, scale, write)])}
${renderSignalNote(series)}</div>
`;
}

function renderSeriesFigures(series: Series, write: FormatValue): Insert {
  const { spread, capability, drift, fixtureDrifts, limits, unit } = series;
  const value = (amount: number): string =>
    write === formatFigure && unit ? `${write(amount)} ${unit}` : write(amount);
  return html`${formatCount(spread.count, 'value')}, mean <b>${value(spread.mean)}</b>, σ ${value(spread.sigma)}, ${value(spread.min)} to ${value(spread.max)}${
    limits && html`; limit <b>${limits}</b>`
  }${capability.cpk !== null && html`; Cp <b>${formatCapability(capability.cp)}</b> Cpk <b>${formatCapability(capability.cpk)}</b> Ppk <b>${formatCapability(capability.ppk)}</b>${renderCapabilityGrade(capability.cpk)}`}${
    drift.direction !== 'steady' && html`; ${renderDrift(drift, '', value)}`
  }${fixtureDrifts.map((own) => html`; ${renderDrift(own, `fixture ${own.fixture} `, value)}`)}`;
}

function renderDrift(drift: Drift, of: string, value: FormatValue): Markup {
  return html`<span class="sign retest">${renderGlyph('wave')}${of}${drift.direction} by ${value(Math.abs(drift.perHundred))} per 100 runs</span>`;
}

function renderCapabilityGrade(cpk: number): Markup {
  if (cpk >= 1.33) return html` <span class="sign pass">${renderGlyph('tick')}capable</span>`;
  if (cpk >= 1) return html` <span class="sign retest">${renderGlyph('wave')}marginal</span>`;
  return html` <span class="sign fail">${renderGlyph('cross')}not capable</span>`;
}

function renderSignalNote({ signalCounts, signals }: Series): Insert {
  const counts = ([1, 2, 3] as const)
    .filter((rule) => signalCounts[rule] > 0)
    .map((rule) => `Nelson ${rule}: ${formatCount(signalCounts[rule], 'time')}`);
  if (counts.length === 0) return null;
  const newest = signals.at(-1)!;
  return html`<p class="small" style="margin:4px 0 0"><span class="sign retest">${renderGlyph('wave')}${counts.join(', ')}</span>; last at value ${newest.at + 1}, fixture ${newest.fixture}, run ${html`<span class="m">${newest.runId}</span>`}</p>`;
}

interface ChartScale {
  readonly low: number;
  readonly high: number;
  readonly height: number;
  toY(value: number): number;
  toX(place: number): number;
}

function computeChartScale({ spread, bounds, points }: Series, height: number): ChartScale {
  const reach = Math.max(
    spread.max - spread.min,
    6 * spread.sigmaWithin,
    Math.abs(spread.mean) * 0.001,
    Number.MIN_VALUE,
  );
  const near = (limit: number | undefined): limit is number =>
    limit !== undefined &&
    limit > spread.min - MAX_LIMIT_DISTANCE * reach &&
    limit < spread.max + MAX_LIMIT_DISTANCE * reach;
  const marks = [
    spread.min,
    spread.max,
    spread.mean - 3 * spread.sigmaWithin,
    spread.mean + 3 * spread.sigmaWithin,
    ...[bounds.low, bounds.high].filter(near),
  ];
  const low = Math.min(...marks);
  const high = Math.max(...marks, low + reach * 0.01);
  return {
    low,
    high,
    height,
    toY: (value) => height - EDGE - ((value - low) / (high - low)) * (height - 2 * EDGE),
    toX: (place) => CHART.left + 6 + (place / Math.max(1, points.length - 1)) * (CHART.right - CHART.left - 12),
  };
}

function drawChartFrame(
  { spread }: Series,
  { toY: down, height }: ChartScale,
  write: FormatValue,
): readonly (Markup | false)[] {
  const { mean, sigmaWithin } = spread;
  const middle = down(mean);
  const upper = down(mean + 3 * sigmaWithin);
  const lower = down(mean - 3 * sigmaWithin);
  return [
    drawBox({ x: CHART.left, y: upper, width: CHART.right - CHART.left, height: lower - upper }, 'soft-quiet'),
    drawLine(
      [
        [CHART.left, middle],
        [CHART.right, middle],
      ],
      'leader',
    ),
    drawLabel(write(mean), CHART.left - 8, middle + 4, 'e'),
    middle - upper > 16 && drawLabel('+3σ', CHART.left - 8, upper + 4, 'e s'),
    lower - middle > 16 && drawLabel('−3σ', CHART.left - 8, lower + 4, 'e s'),
    drawLine(
      [
        [BARS.left, EDGE],
        [BARS.left, height - EDGE],
      ],
      'axis',
    ),
  ];
}

function drawControlCurve(
  { points, firstPoint, signals, drift }: Series,
  { toX: across, toY: down }: ChartScale,
): readonly (Markup | false)[] {
  const struck = signals.filter((signal) => signal.at >= firstPoint);
  return [
    drawLine(
      points.map((value, at) => [across(at), down(value)]),
      `curve${drift.direction === 'steady' ? '' : ' line-retest'}`,
    ),
    html`<g class="dots">${points.map((value, at) => html`<circle cx="${formatCoordinate(across(at))}" cy="${formatCoordinate(down(value))}" r="1.7"/>`)}</g>`,
    ...struck.map(({ at, rule }) => {
      const x = across(at - firstPoint);
      const y = down(points[at - firstPoint]!);
      return html`<g><circle class="ring line-fail" cx="${formatCoordinate(x)}" cy="${formatCoordinate(y)}" r="6"/>${drawLabel(String(rule), x, y < 26 ? y + 18 : y - 9, 'c b fail')}</g>`;
    }),
  ];
}

function drawHistogramBars({ histogram }: Series, { toY: down }: ChartScale): readonly Markup[] {
  const { low, high, counts } = histogram;
  const highest = Math.max(...counts);
  const step = (high - low) / counts.length;
  return counts.flatMap((count, bin) => {
    if (count === 0) return [];
    const top = down(low + (bin + 1) * step);
    const tall = Math.max(2, down(low + bin * step) - top - 0.6);
    return [
      drawBox({ x: BARS.left, y: top, width: (count / highest) * (BARS.right - BARS.left - 40), height: tall }, 'lot'),
    ];
  });
}

function drawLimitLines(
  { bounds }: Series,
  { low, high, toY: down }: ChartScale,
  write: FormatValue,
): readonly Markup[] {
  return [bounds.low, bounds.high]
    .filter((limit) => limit !== undefined && limit >= low && limit <= high)
    .map(
      (limit) =>
        html`${drawLine(
          [
            [CHART.left, down(limit!)],
            [BARS.right, down(limit!)],
          ],
          'limit',
        )}${drawLabel(`limit ${write(limit!)}`, BARS.right, down(limit!) < 24 ? down(limit!) + 13 : down(limit!) - 4, 'e b')}`,
    );
}
