// The page of a day or a shift: its three numbers, its course hour by hour, its batches, and what failed where.

import { renderFixtureTable, renderParetoTable } from './batch/failure-tables.ts';
import { type PageLookup, renderDispositionBar, renderFailedUnits } from './batch/unit-dispositions.ts';
import { renderBatchFacts, renderKeyYields } from './batch/yield-figures.ts';
import { drawBox, drawLabel, drawLine, drawStripes, renderDrawing } from './page/drawing.ts';
import { html, type Insert, type Markup } from './page/escape-html.ts';
import { renderPage, renderSection, renderTable } from './page/page.ts';
import type { NamedYields, PeriodSummary } from './summary/period-summary.ts';
import {
  formatCoordinate,
  formatCount,
  formatFigure,
  formatMoment,
  formatPercent,
  formatRate,
} from './text/format-numbers.ts';

/** A self-contained HTML file; `pageOf` names the units' own pages, for links. */
export function renderPeriodPage(period: PeriodSummary, pageOf: PageLookup = () => null): string {
  const { whole } = period;
  return renderPage(whole.name, [
    html`<header class="top"><div><b>Flashline</b> summary<br><span class="title">${whole.name}</span></div><div style="text-align:right">${whole.products.join(', ')}<br>${whole.from && formatMoment(whole.from)}</div></header>
`,
    renderKeyYields(whole.yields),
    renderPartsChart(period),
    renderDispositionBar(whole),
    renderFailedUnits(whole, pageOf),
    renderBatchTable(period),
    renderParetoTable(whole),
    renderFixtureTable(whole),
    renderBatchFacts(whole),
    html`<footer>Times are the station’s own. Golden and known-bad units, gauge studies and engineering runs are left out of every number.</footer>`,
  ]);
}

const WIDTH = 1000;
const HEIGHT = 176;
const FIELD = { left: 40, right: 950, top: 14, bottom: 150 };
/** Bars drawn at most: the newest of a long period. */
const MAX_PARTS = 62;
const MAX_BAR_WIDTH = 90;

/** Bars for units, striped where they did not pass at the first try, and the yield as a line over them. */
function renderPartsChart({ parts, partBy }: PeriodSummary): Insert {
  if (parts.length === 0) return null;
  const shown = parts.slice(-MAX_PARTS);
  const most = Math.max(1, ...shown.map(({ yields }) => yields.unitCount));
  const step = (FIELD.right - FIELD.left) / shown.length;
  const up = (share: number): number => FIELD.bottom - share * (FIELD.bottom - FIELD.top);
  const middle = (at: number): number => FIELD.left + (at + 0.5) * step;
  const width = Math.min(step * 0.7, MAX_BAR_WIDTH);
  const bars = shown.map((part, at) => drawPartBar(part, middle(at) - width / 2, width, most, up));
  const rated = shown.flatMap(({ yields }, at) =>
    yields.rates['unit-fpy'].share === null ? [] : [[middle(at), up(yields.rates['unit-fpy'].share)] as const],
  );
  const every = Math.ceil(shown.length / 12);
  return renderSection(
    `By ${partBy}`,
    'bars: units, striped where not at the first try; line: first-pass yield',
    renderDrawing(WIDTH, HEIGHT, `Units and first-pass yield by ${partBy}`, [
      html`<defs>${drawStripes('pp', 45, 6)}</defs>`,
      ...[0, 0.5, 1].map(
        (share) =>
          html`${drawLine(
            [
              [FIELD.left, up(share)],
              [FIELD.right, up(share)],
            ],
            'grid',
          )}${drawLabel(formatPercent(share), WIDTH, up(share) + 4, 'e s')}`,
      ),
      drawLabel(formatFigure(most), FIELD.left - 8, up(1) + 4, 'e s'),
      ...bars,
      drawLine(rated, 'limit'),
      ...rated.map(
        ([x, y]) => html`<circle class="knot" cx="${formatCoordinate(x)}" cy="${formatCoordinate(y)}" r="3"/>`,
      ),
      ...shown
        .filter((_, at) => at % every === 0)
        .map(({ name }, at) => drawLabel(name.slice(-5), middle(at * every), HEIGHT - 8, 'c s')),
    ]),
  );
}

function drawPartBar(
  { name, yields }: NamedYields,
  x: number,
  width: number,
  most: number,
  up: (share: number) => number,
): Markup {
  const { 'unit-fpy': first } = yields.rates;
  const all = up(yields.unitCount / most);
  const good = up(first.count / most);
  return html`<g><title>${`${name}: ${formatCount(yields.unitCount, 'unit')}, ${formatRate(first)} at the first try`}</title>${[
    drawBox({ x, y: all, width, height: good - all }, 'fill-retest'),
    drawBox({ x, y: all, width, height: good - all }, '', 'url(#pp)'),
    drawBox({ x, y: good, width, height: FIELD.bottom - good }, 'fill-pass'),
  ]}</g>`;
}

function renderBatchTable({ batches: rows }: PeriodSummary): Insert {
  if (rows.length === 0) return null;
  return renderSection(
    'Batches',
    null,
    renderTable(
      [
        'Batch',
        { number: 'Units' },
        { number: 'Runs' },
        { number: 'First-pass yield' },
        { number: '' },
        { number: 'Station faults' },
        { number: 'No fault found' },
        { number: 'Retests' },
      ],
      rows.map(({ name, yields: { unitCount, runCount, rates } }) => [
        html`<b>${name}</b>`,
        formatFigure(unitCount),
        formatFigure(runCount),
        html`<b>${formatPercent(rates['unit-fpy'].share)}</b>`,
        formatRate(rates['unit-fpy']),
        formatPercent(rates['station-fault'].share),
        formatPercent(rates['no-fault-found'].share),
        formatPercent(rates.retest.share),
      ]),
    ),
  );
}
