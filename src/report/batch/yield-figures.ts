// The three numbers on top of a batch's page, each with its rule, and all further rates below them.
import { type Rate, type YieldName, type Yields, yieldRules } from '../../domain/quality/yields.ts';
import { html, type Markup } from '../page/escape-html.ts';
import { factGrid, section, table } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { countText, durationText, figureText, momentText, percentText, rateText } from '../text/format-numbers.ts';

const FIRST: readonly YieldName[] = ['unit-fpy', 'station-fault', 'no-fault-found'];

/** First-pass yield, station faults and no-fault-found: three numbers that are never mixed. */
export function threeNumbers({ rates }: Yields): Markup {
  return html`<div class="numbers">${FIRST.map((name) => {
    const { title, rule } = yieldRules[name];
    return html`<div class="n"><h2>${title}</h2><b>${percentText(rates[name].share)}</b>${rateText(rates[name])}<p>${rule}</p></div>
`;
  })}</div>`;
}

/** Every other rate, each with its rule. */
export function allRates({ rates }: Yields): Markup {
  const names = (Object.keys(yieldRules) as YieldName[]).filter((name) => !FIRST.includes(name));
  const rows = names.map((name) => [
    yieldRules[name].title,
    html`<b>${percentText(rates[name].share)}</b>`,
    countsOf(name, rates[name]),
    html`<span class="soft small">${yieldRules[name].rule}</span>`,
  ]);
  return section(
    'All rates',
    'the same runs, counted by each rule',
    table(['Rate', { number: 'Share' }, { number: 'Count' }, 'Rule'], rows),
  );
}

/** What the batch was: when, where, with which recipe, by whom. */
export function batchFacts(summary: BatchSummary): Markup {
  const { yields, uncounted, otherPurposes } = summary;
  const named = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  return html`<section>${factGrid([
    ['Units', figureText(yields.unitCount)],
    ['Runs', figureText(yields.runCount)],
    ['Units per hour', summary.unitsPerHour === null ? null : figureText(summary.unitsPerHour)],
    ['Mean time of a run', summary.meanRunMs === null ? null : durationText(summary.meanRunMs)],
    ['From', summary.from && momentText(summary.from)],
    ['To', summary.to && momentText(summary.to)],
    [countOf(summary.stations, 'Station'), summary.stations.join(', ')],
    [countOf(summary.recipes, 'Recipe'), summary.recipes.join(', ')],
    [countOf(summary.products, 'Product'), summary.products.join(', ')],
    [countOf(summary.operators, 'Operator'), summary.operators.join(', ')],
    ['Runs that tell nothing of their unit', named(uncounted)],
    [
      'Left out of all numbers',
      otherPurposes.size > 0 && `${named(otherPurposes)} ${otherPurposes.size === 1 ? 'run' : 'runs'}`,
    ],
  ])}</section>
`;
}

function countsOf(name: YieldName, rate: Rate): string {
  return name === 'confidence' ? `${countText(rate.of, 'retest')}` : rateText(rate);
}

function countOf(items: readonly string[], word: string): string {
  return items.length > 1 ? `${word}s` : word;
}
