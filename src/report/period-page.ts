// The page of a day or a shift: its three numbers, its course hour by hour, its batches, and what failed where.

import { fixtureTable, paretoTable } from './batch/failure-tables.ts';
import { condemnedUnits, type PageOf, standingBar } from './batch/unit-dispositions.ts';
import { batchFacts, threeNumbers } from './batch/yield-figures.ts';
import { box, drawing, label, line, stripes } from './page/drawing.ts';
import { html, type Insert, type Markup } from './page/escape-html.ts';
import { page, section, table } from './page/page.ts';
import type { NamedYields, PeriodSummary } from './summary/period-summary.ts';
import { coordinate, countText, figureText, momentText, percentText, rateText } from './text/format-numbers.ts';

/** A self-contained HTML file; `pageOf` names the units' own pages, for links. */
export function renderPeriodPage(period: PeriodSummary, pageOf: PageOf = () => null): string {
  const { whole } = period;
  return page(whole.name, [
    html`<header class="top"><div><b>Flashline</b> summary<br><span class="title">${whole.name}</span></div><div style="text-align:right">${whole.products.join(', ')}<br>${whole.from && momentText(whole.from)}</div></header>
`,
    threeNumbers(whole.yields),
    course(period),
    standingBar(whole),
    condemnedUnits(whole, pageOf),
    batches(period),
    paretoTable(whole),
    fixtureTable(whole),
    batchFacts(whole),
    html`<footer>Times are the station’s own. Golden and known-bad units, gauge studies and engineering runs are left out of every number.</footer>`,
  ]);
}

const WIDTH = 1000;
const HEIGHT = 176;
const FIELD = { left: 40, right: 950, top: 14, bottom: 150 };
/** Bars drawn at most: the newest of a long period. */
const MOST_PARTS = 62;
const WIDEST_BAR = 90;

/** Bars for units, striped where they did not pass at the first try, and the yield as a line over them. */
function course({ parts, partBy }: PeriodSummary): Insert {
  if (parts.length === 0) return null;
  const shown = parts.slice(-MOST_PARTS);
  const most = Math.max(1, ...shown.map(({ yields }) => yields.unitCount));
  const step = (FIELD.right - FIELD.left) / shown.length;
  const up = (share: number): number => FIELD.bottom - share * (FIELD.bottom - FIELD.top);
  const middle = (at: number): number => FIELD.left + (at + 0.5) * step;
  const width = Math.min(step * 0.7, WIDEST_BAR);
  const bars = shown.map((part, at) => bar(part, middle(at) - width / 2, width, most, up));
  const rated = shown.flatMap(({ yields }, at) =>
    yields.rates['unit-fpy'].share === null ? [] : [[middle(at), up(yields.rates['unit-fpy'].share)] as const],
  );
  const every = Math.ceil(shown.length / 12);
  return section(
    `By ${partBy}`,
    'bars: units, striped where not at the first try; line: first-pass yield',
    drawing(WIDTH, HEIGHT, `Units and first-pass yield by ${partBy}`, [
      html`<defs>${stripes('pp', 45, 6)}</defs>`,
      ...[0, 0.5, 1].map(
        (share) =>
          html`${line(
            [
              [FIELD.left, up(share)],
              [FIELD.right, up(share)],
            ],
            'grid',
          )}${label(percentText(share), WIDTH, up(share) + 4, 'e s')}`,
      ),
      label(figureText(most), FIELD.left - 8, up(1) + 4, 'e s'),
      ...bars,
      line(rated, 'limit'),
      ...rated.map(([x, y]) => html`<circle class="knot" cx="${coordinate(x)}" cy="${coordinate(y)}" r="3"/>`),
      ...shown
        .filter((_, at) => at % every === 0)
        .map(({ name }, at) => label(name.slice(-5), middle(at * every), HEIGHT - 8, 'c s')),
    ]),
  );
}

function bar(
  { name, yields }: NamedYields,
  x: number,
  width: number,
  most: number,
  up: (share: number) => number,
): Markup {
  const { 'unit-fpy': first } = yields.rates;
  const all = up(yields.unitCount / most);
  const good = up(first.count / most);
  return html`<g><title>${`${name}: ${countText(yields.unitCount, 'unit')}, ${rateText(first)} at the first try`}</title>${[
    box({ x, y: all, width, height: good - all }, 'fill-retest'),
    box({ x, y: all, width, height: good - all }, '', 'url(#pp)'),
    box({ x, y: good, width, height: FIELD.bottom - good }, 'fill-pass'),
  ]}</g>`;
}

function batches({ batches: rows }: PeriodSummary): Insert {
  if (rows.length === 0) return null;
  return section(
    'Batches',
    null,
    table(
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
        figureText(unitCount),
        figureText(runCount),
        html`<b>${percentText(rates['unit-fpy'].share)}</b>`,
        rateText(rates['unit-fpy']),
        percentText(rates['station-fault'].share),
        percentText(rates['no-fault-found'].share),
        percentText(rates.retest.share),
      ]),
    ),
  );
}
