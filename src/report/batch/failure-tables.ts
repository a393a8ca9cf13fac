// Where failures come from: the Pareto by step and code over the fixtures, and the fixtures side by side.
import { clipText } from '../../base/visible-text.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderMonospace, renderSection, renderTable } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { formatFixtureLabel } from '../summary/fixtures.ts';
import type { ParetoRow } from '../summary/pareto.ts';
import { formatDuration, formatFigure, formatPercent, formatRate } from '../text/format-numbers.ts';

const MAX_ROWS = 24;
/** Columns for fixtures; a wider line is summed in the first column. */
const MAX_FIXTURES = 16;

/** Null when nothing failed. */
export function renderParetoTable({ pareto, fixtures, stations }: BatchSummary): Insert {
  if (pareto.length === 0) return null;
  const names = fixtures.map((row) => row.fixture).slice(0, MAX_FIXTURES);
  const highest = pareto[0]!.count;
  const all = pareto.reduce((sum, row) => sum + row.count, 0);
  const rows = pareto
    .slice(0, MAX_ROWS)
    .map((row) => [
      html`<b class="short">${clipText(row.step, 28)}</b>`,
      html`${row.title}<br><span class="m small soft">${row.failureClass && `${row.failureClass} `}${row.code}</span>`,
      renderCountBar(row, highest),
      formatPercent(row.count / all),
      ...names.map((name) => renderFixtureCell(row, name)),
    ]);
  const columns = [
    'First failing step',
    'Failure',
    'Runs',
    { number: 'Share' },
    ...names.map((name) => ({ number: formatFixtureLabel(name, stations) })),
  ];
  return renderSection(
    'What failed, and where',
    'failing runs that count, by first failing step, failure and fixture',
    renderTable(columns, rows),
    true,
  );
}

export function renderFixtureTable({ fixtures, stations }: BatchSummary): Markup {
  const rows = fixtures.map((row) => [
    html`<b>${formatFixtureLabel(row.fixture, stations)}</b>`,
    formatFigure(row.runCount),
    html`<b>${formatPercent(row.passed.share)}</b>`,
    formatRate(row.passed),
    html`<div class="track"><i class="flag-pass" style="width:${Math.round((row.passed.share ?? 0) * 1000) / 10}%"></i></div>`,
    formatFigure(row.stationFaultCount),
    row.medianRunMs === null ? '–' : formatDuration(row.medianRunMs),
    row.topCode && html`${renderMonospace(row.topCode.code)} ×${row.topCode.count}`,
  ]);
  return renderSection(
    'Fixtures side by side',
    'passed runs out of those that count',
    renderTable(
      [
        'Fixture',
        { number: 'Runs' },
        { number: 'Passed' },
        { number: '' },
        '',
        { number: 'Station faults' },
        { number: 'Median time, passed' },
        'Fails most with',
      ],
      rows,
    ),
  );
}

function renderCountBar({ count }: ParetoRow, highest: number): Markup {
  return html`<b>${formatFigure(count)}</b><div class="track"><i class="flag-fail" style="width:${Math.round((count / highest) * 1000) / 10}%"></i></div>`;
}

function renderFixtureCell({ byFixture }: ParetoRow, name: string): Insert {
  const count = byFixture.get(name) ?? 0;
  return count === 0 ? html`<span class="soft">·</span>` : html`<b>${formatFigure(count)}</b>`;
}
