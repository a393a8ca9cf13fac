// The page of a batch, or of any other selection of runs: three numbers, where the units stand, what failed where, and how steady the process is.

import { html } from '../page/escape-html.ts';
import { renderPage } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { formatMoment } from '../text/format-numbers.ts';
import { renderDurationCharts, renderMeasurementCharts } from './charts.ts';
import { renderFixtureTable, renderParetoTable } from './failure-tables.ts';
import { type PageLookup, renderDispositionBar, renderFailedUnits, renderRecoveredUnits } from './unit-dispositions.ts';
import { renderAllRates, renderBatchFacts, renderKeyYields } from './yield-figures.ts';

export type { PageLookup } from './unit-dispositions.ts';

/** A self-contained HTML file, at most 1 MB for 10,000 units. `pageOf` names the units' own pages, for links. */
export function renderBatchPage(summary: BatchSummary, pageOf: PageLookup = () => null): string {
  return renderPage(`${summary.kind} ${summary.name}`, [
    html`<header class="top"><div><b>Flashline</b> report<br><span class="title">${summary.kind} ${summary.name}</span></div><div style="text-align:right">${summary.products.join(', ')}<br>${summary.from && formatMoment(summary.from)}</div></header>
`,
    renderKeyYields(summary.yields),
    renderDispositionBar(summary),
    renderFailedUnits(summary, pageOf),
    renderBatchFacts(summary),
    renderParetoTable(summary),
    renderFixtureTable(summary),
    renderRecoveredUnits(summary, pageOf),
    renderMeasurementCharts(summary),
    renderDurationCharts(summary),
    renderAllRates(summary.yields),
    html`<footer>Golden and known-bad units, gauge studies and engineering runs are left out of every number. Nothing in this file is fetched or executed.</footer>`,
  ]);
}
