// Every measured value against its limits, with the lot's distribution behind it.
import { boundsOf, limitsText } from '../../domain/quality/limit-bounds.ts';
import { type Bounds, capabilityOf } from '../../domain/quality/spc.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { box, drawing, line } from '../page/drawing.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { sign } from '../page/glyph.ts';
import { section, table } from '../page/page.ts';
import { type Lot, type LotDistribution, measurementKey } from '../summary/lot-distribution.ts';
import { capabilityText, countText, figureText, measuredText } from '../text/format-numbers.ts';
import { measurementWords } from '../text/labels.ts';

const MOST_ROWS = 60;

/** Null when the run measured nothing. */
export function measurementTable(run: RunRecord, lot: Lot): Insert {
  const all = run.steps.flatMap((step) => step.measurements.map((measurement) => ({ step, measurement })));
  if (all.length === 0) return null;
  const shown = [...all]
    .sort((left, right) => urgency(left.measurement) - urgency(right.measurement))
    .slice(0, MOST_ROWS);
  const rows = shown.map(({ step, measurement }) =>
    row(step, measurement, lot.get(measurementKey(step.id, measurement))),
  );
  const cut = all.length - shown.length;
  return section(
    'Measurements',
    countText(all.length, 'value'),
    html`${table(['', 'Measurement', { number: 'Value' }, 'Limits', 'Against the limits', 'The lot'], rows)}${
      cut > 0 && html`<p class="soft small">${countText(cut, 'further value')} in the JSON beside this page.</p>`
    }`,
    true,
  );
}

function row(step: StepRecord, measurement: Measurement, ofLot: LotDistribution | undefined): readonly Insert[] {
  const { value, unit, limits, result } = measurement;
  const bounds = boundsOf(limits);
  return [
    sign(measurementWords[result]),
    html`<b>${measurement.name}</b><br><span class="soft small">${step.id}${step.attempt > 1 && ` ×${step.attempt}`}</span>`,
    html`<b>${value === null ? '–' : typeof value === 'number' ? measuredText(value) : String(value)}</b>${typeof value === 'number' && unit && html` ${unit}`}`,
    limitsText(measurement),
    typeof value === 'number' ? limitPicture(value, bounds, measurement, ofLot) : null,
    ofLot &&
      html`<span class="small">mean ${figureText(ofLot.spread.mean)}, σ ${figureText(ofLot.spread.sigma)}<br>${countText(ofLot.spread.count, 'value')}${cpkText(ofLot, bounds)}</span>`,
  ];
}

function cpkText({ spread }: LotDistribution, bounds: Bounds): string {
  const { cpk } = capabilityOf(spread, bounds);
  return cpk === null ? '' : `, Cpk ${capabilityText(cpk)}`;
}

const WIDTH = 270;
const HEIGHT = 40;
const GROUND = 32;

/** Value, limits and lot on one scale; ends of the scale are widened so that nothing touches the frame. */
function limitPicture(
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
  const { tone } = measurementWords[result];
  const zone = { left: across(bounds.low ?? least - margin), right: across(bounds.high ?? most + margin) };
  const limited = bounds.low !== undefined || bounds.high !== undefined;
  const at = across(value);
  return drawing(WIDTH, HEIGHT, `${name} against its limits`, [
    limited && box({ x: zone.left, y: 4, width: zone.right - zone.left, height: GROUND - 4 }, 'soft-pass'),
    ...(ofLot ? histogramBars(ofLot, across) : []),
    line(
      [
        [4, GROUND],
        [WIDTH - 4, GROUND],
      ],
      'axis',
    ),
    ...[bounds.low, bounds.high]
      .filter((limit) => limit !== undefined)
      .map((limit) =>
        line(
          [
            [across(limit), 2],
            [across(limit), GROUND + 4],
          ],
          'limit',
        ),
      ),
    line(
      [
        [at, 7],
        [at, GROUND],
      ],
      `limit line-${tone}`,
    ),
    line(
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

function histogramBars({ histogram }: LotDistribution, across: (at: number) => number): readonly Markup[] {
  const { low, high, counts } = histogram;
  const highest = Math.max(...counts);
  const width = (high - low) / counts.length;
  return counts.flatMap((count, bin) => {
    if (count === 0) return [];
    const left = across(low + bin * width);
    const tall = Math.max(1.5, (count / highest) * (GROUND - 10));
    return [
      box(
        { x: left, y: GROUND - tall, width: Math.max(1.5, across(low + (bin + 1) * width) - left - 0.5), height: tall },
        'lot',
      ),
    ];
  });
}

/** Values outside come first, then those near a limit. */
function urgency({ result }: Measurement): number {
  return { fail: 0, marginal: 1, unset: 2, pass: 3 }[result];
}
