// Where failures come from: the Pareto by step and code over the fixtures, and the fixtures side by side.
import { clipText } from '../../base/visible-text.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { mono, section, table } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { fixtureLabel } from '../summary/fixtures.ts';
import type { ParetoRow } from '../summary/pareto.ts';
import { durationText, figureText, percentText, rateText } from '../text/format-numbers.ts';

const MOST_ROWS = 24;
/** Columns for fixtures; a wider line is summed in the first column. */
const MOST_FIXTURES = 16;

/** Null when nothing failed. */
export function paretoTable({ pareto, fixtures, stations }: BatchSummary): Insert {
  if (pareto.length === 0) return null;
  const names = fixtures.map((row) => row.fixture).slice(0, MOST_FIXTURES);
  const highest = pareto[0]!.count;
  const all = pareto.reduce((sum, row) => sum + row.count, 0);
  const rows = pareto
    .slice(0, MOST_ROWS)
    .map((row) => [
      html`<b class="short">${clipText(row.step, 28)}</b>`,
      html`${row.title}<br><span class="m small soft">${row.failureClass && `${row.failureClass} `}${row.code}</span>`,
      countBar(row, highest),
      percentText(row.count / all),
      ...names.map((name) => fixtureCell(row, name)),
    ]);
  const columns = [
    'First failing step',
    'Failure',
    'Runs',
    { number: 'Share' },
    ...names.map((name) => ({ number: fixtureLabel(name, stations) })),
  ];
  return section(
    'What failed, and where',
    'failing runs that count, by first failing step, failure and fixture',
    table(columns, rows),
    true,
  );
}

export function fixtureTable({ fixtures, stations }: BatchSummary): Markup {
  const rows = fixtures.map((row) => [
    html`<b>${fixtureLabel(row.fixture, stations)}</b>`,
    figureText(row.runCount),
    html`<b>${percentText(row.passed.share)}</b>`,
    rateText(row.passed),
    html`<div class="track"><i class="flag-pass" style="width:${Math.round((row.passed.share ?? 0) * 1000) / 10}%"></i></div>`,
    figureText(row.stationFaultCount),
    row.medianRunMs === null ? '–' : durationText(row.medianRunMs),
    row.topCode && html`${mono(row.topCode.code)} ×${row.topCode.count}`,
  ]);
  return section(
    'Fixtures side by side',
    'passed runs out of those that count',
    table(
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

function countBar({ count }: ParetoRow, highest: number): Markup {
  return html`<b>${figureText(count)}</b><div class="track"><i class="flag-fail" style="width:${Math.round((count / highest) * 1000) / 10}%"></i></div>`;
}

function fixtureCell({ byFixture }: ParetoRow, name: string): Insert {
  const count = byFixture.get(name) ?? 0;
  return count === 0 ? html`<span class="soft">·</span>` : html`<b>${figureText(count)}</b>`;
}
