// The three numbers on top of a batch's page, each with its rule, and all further rates below them.
import { type Rate, type YieldName, type Yields, yieldRules } from '../../domain/quality/yields.ts';
import { html, type Markup } from '../page/escape-html.ts';
import { renderFactGrid, renderSection, renderTable } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import {
  formatCount,
  formatDuration,
  formatFigure,
  formatMoment,
  formatPercent,
  formatRate,
} from '../text/format-numbers.ts';

const KEY_YIELDS: readonly YieldName[] = ['unit-fpy', 'station-fault', 'no-fault-found'];

/** First-pass yield, station faults and no-fault-found: three numbers that are never mixed. */
export function renderKeyYields({ rates }: Yields): Markup {
  return html`<div class="numbers">${KEY_YIELDS.map((name) => {
    const { title, rule } = yieldRules[name];
    return html`<div class="n"><h2>${title}</h2><b>${formatPercent(rates[name].share)}</b>${formatRate(rates[name])}<p>${rule}</p></div>
`;
  })}</div>`;
}

/** Every other rate, each with its rule. */
export function renderAllRates({ rates }: Yields): Markup {
  const names = (Object.keys(yieldRules) as YieldName[]).filter((name) => !KEY_YIELDS.includes(name));
  const rows = names.map((name) => [
    yieldRules[name].title,
    html`<b>${formatPercent(rates[name].share)}</b>`,
    formatRateCounts(name, rates[name]),
    html`<span class="soft small">${yieldRules[name].rule}</span>`,
  ]);
  return renderSection(
    'All rates',
    'the same runs, counted by each rule',
    renderTable(['Rate', { number: 'Share' }, { number: 'Count' }, 'Rule'], rows),
  );
}

/** What the batch was: when, where, with which recipe, by whom. */
export function renderBatchFacts(summary: BatchSummary): Markup {
  const { yields, uncounted, otherPurposes } = summary;
  const named = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  return html`<section>${renderFactGrid([
    ['Units', formatFigure(yields.unitCount)],
    ['Runs', formatFigure(yields.runCount)],
    ['Units per hour', summary.unitsPerHour === null ? null : formatFigure(summary.unitsPerHour)],
    ['Mean time of a run', summary.meanRunMs === null ? null : formatDuration(summary.meanRunMs)],
    ['From', summary.from && formatMoment(summary.from)],
    ['To', summary.to && formatMoment(summary.to)],
    [formatHeadingNoun(summary.stations, 'Station'), summary.stations.join(', ')],
    [formatHeadingNoun(summary.recipes, 'Recipe'), summary.recipes.join(', ')],
    [formatHeadingNoun(summary.products, 'Product'), summary.products.join(', ')],
    [formatHeadingNoun(summary.operators, 'Operator'), summary.operators.join(', ')],
    ['Runs that tell nothing of their unit', named(uncounted)],
    [
      'Left out of all numbers',
      otherPurposes.size > 0 && `${named(otherPurposes)} ${otherPurposes.size === 1 ? 'run' : 'runs'}`,
    ],
  ])}</section>
`;
}

function formatRateCounts(name: YieldName, rate: Rate): string {
  return name === 'confidence' ? `${formatCount(rate.of, 'retest')}` : formatRate(rate);
}

function formatHeadingNoun(items: readonly string[], word: string): string {
  return items.length > 1 ? `${word}s` : word;
}
