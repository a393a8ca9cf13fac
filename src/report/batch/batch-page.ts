// The page of a batch, or of any other selection of runs: three numbers, where the units stand, what failed where, and how steady the process is.

import { html } from '../page/escape-html.ts';
import { page } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { momentText } from '../text/format-numbers.ts';
import { durationCharts, measurementCharts } from './charts.ts';
import { fixtureTable, paretoTable } from './failure-tables.ts';
import { condemnedUnits, type PageOf, recoveredUnits, standingBar } from './unit-dispositions.ts';
import { allRates, batchFacts, threeNumbers } from './yield-figures.ts';

export type { PageOf } from './unit-dispositions.ts';

/** A self-contained HTML file, at most 1 MB for 10,000 units. `pageOf` names the units' own pages, for links. */
export function renderBatchPage(summary: BatchSummary, pageOf: PageOf = () => null): string {
  return page(`${summary.kind} ${summary.name}`, [
    html`<header class="top"><div><b>Flashline</b> report<br><span class="title">${summary.kind} ${summary.name}</span></div><div style="text-align:right">${summary.products.join(', ')}<br>${summary.from && momentText(summary.from)}</div></header>
`,
    threeNumbers(summary.yields),
    standingBar(summary),
    condemnedUnits(summary, pageOf),
    batchFacts(summary),
    paretoTable(summary),
    fixtureTable(summary),
    recoveredUnits(summary, pageOf),
    measurementCharts(summary),
    durationCharts(summary),
    allRates(summary.yields),
    html`<footer>Golden and known-bad units, gauge studies and engineering runs are left out of every number. Nothing in this file is fetched or executed.</footer>`,
  ]);
}
