// Every measured value against its limits, with the lot's distribution behind it.
import { formatLimits, toLimitBounds } from '../../domain/quality/limit-bounds.ts';
import { type Bounds, computeCapability } from '../../domain/quality/spc.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { drawBox, drawLine, renderDrawing } from '../page/drawing.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderSign } from '../page/glyph.ts';
import { renderSection, renderTable } from '../page/page.ts';
import { buildMeasurementKey, type LotDistribution, type LotDistributions } from '../summary/lot-distribution.ts';
import { formatCapability, formatCount, formatFigure, formatMeasuredValue } from '../text/format-numbers.ts';
import { measurementResultLabels } from '../text/labels.ts';

const MAX_ROWS = 60;

/** Null when the run measured nothing. */
export function renderMeasurementTable(run: RunRecord, lot: LotDistributions): Insert {
  const all = run.steps.flatMap((step) => step.measurements.map((measurement) => ({ step, measurement })));
  if (all.length === 0) return null;
  const shown = [...all]
    .sort((left, right) => rankUrgency(left.measurement) - rankUrgency(right.measurement))
    .slice(0, MAX_ROWS);
  const rows = shown.map(({ step, measurement }) =>
    renderMeasurementRow(step, measurement, lot.get(buildMeasurementKey(step.id, measurement))),
  );
  const cut = all.length - shown.length;
  return renderSection(
    'Measurements',
    formatCount(all.length, 'value'),
    html`${renderTable(['', 'Measurement', { number: 'Value' }, 'Limits', 'Against the limits', 'The lot'], rows)}${
      cut > 0 && html`<p class="soft small">${formatCount(cut, 'further value')} in the JSON beside this page.</p>`
    }`,
    true,
  );
}

function renderMeasurementRow(
  step: StepRecord,
  measurement: Measurement,
  ofLot: LotDistribution | undefined,
): readonly Insert[] {
  const { value, unit, limits, result } = measurement;
  const bounds = toLimitBounds(limits);
  return [
    renderSign(measurementResultLabels[result]),
    html`<b>${measurement.name}</b><br><span class="soft small">${step.id}${step.attempt > 1 && ` ×${step.attempt}`}</span>`,
    html`<b>${value === null ? '–' : typeof value === 'number' ? formatMeasuredValue(value) : String(value)}</b>${typeof value === 'number' && unit && html` ${unit}`}`,
    formatLimits(measurement),
    typeof value === 'number' ? drawLimits(value, bounds, measurement, ofLot) : null,
    ofLot &&
      html`<span class="small">mean ${formatFigure(ofLot.spread.mean)}, σ ${formatFigure(ofLot.spread.sigma)}<br>${formatCount(ofLot.spread.count, 'value')}${formatCpk(ofLot, bounds)}</span>`,
  ];
}

function formatCpk({ spread }: LotDistribution, bounds: Bounds): string {
  const { cpk } = computeCapability(spread, bounds);
  return cpk === null ? '' : `, Cpk ${formatCapability(cpk)}`;
}

const WIDTH = 270;
const HEIGHT = 40;
const BASELINE_Y = 32;

/** Value, limits and lot on one scale; ends of the scale are widened so that nothing touches the frame. */
function drawLimits(
  value: number,
  bounds: Bounds,
  { name, result }: Measurement,
  ofLot: LotDistribution | undefined,
): Markup {
  const marks = [value, bounds.low, bounds.high, ofLot?.histogram.low, ofLot?.histogram.high].filter(
    (mark) => mark !== undefined,
  );
  const least = Math.min(...marks);
  const most = Math.max(...marks);
  const margin = (most - least || Math.abs(most) || 1) * 0.08;
  const across = (at: number): number => 4 + ((at - least + margin) / (most - least + 2 * margin)) * (WIDTH - 8);
  const { tone } = measurementResultLabels[result];
  const zone = { left: across(bounds.low ?? least - margin), right: across(bounds.high ?? most + margin) };
  const limited = bounds.low !== undefined || bounds.high !== undefined;
  const at = across(value);
  return renderDrawing(WIDTH, HEIGHT, `${name} against its limits`, [
    limited && drawBox({ x: zone.left, y: 4, width: zone.right - zone.left, height: BASELINE_Y - 4 }, 'soft-pass'),
    ...(ofLot ? drawHistogramBars(ofLot, across) : []),
    drawLine(
      [
        [4, BASELINE_Y],
        [WIDTH - 4, BASELINE_Y],
      ],
      'axis',
    ),
    ...[bounds.low, bounds.high]
      .filter((limit) => limit !== undefined)
      .map((limit) =>
        drawLine(
          [
            [across(limit), 2],
            [across(limit), BASELINE_Y + 4],
          ],
          'limit',
        ),
      ),
    drawLine(
      [
        [at, 7],
        [at, BASELINE_Y],
      ],
      `limit line-${tone}`,
    ),
    drawLine(
      [
        [at, 1],
        [at + 6, 8],
        [at, 15],
        [at - 6, 8],
        [at, 1],
      ],
      `fill-${tone} line-${tone}`,
    ),
  ]);
}

function drawHistogramBars({ histogram }: LotDistribution, across: (at: number) => number): readonly Markup[] {
  const { low, high, counts } = histogram;
  const highest = Math.max(...counts);
  const width = (high - low) / counts.length;
  return counts.flatMap((count, bin) => {
    if (count === 0) return [];
    const left = across(low + bin * width);
    const tall = Math.max(1.5, (count / highest) * (BASELINE_Y - 10));
    return [
      drawBox(
        {
          x: left,
          y: BASELINE_Y - tall,
          width: Math.max(1.5, across(low + (bin + 1) * width) - left - 0.5),
          height: tall,
        },
        'lot',
      ),
    ];
  });
}

/** Values outside come first, then those near a limit. */
function rankUrgency({ result }: Measurement): number {
  return { fail: 0, marginal: 1, unset: 2, pass: 3 }[result];
}
