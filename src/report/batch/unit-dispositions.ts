// Where the units stand: one bar, and the lists of those that did not pass, with what is to be done and who signed.
import type { Disposition } from '../../domain/run/verdict.ts';
import { html, type Insert, type Markup, trustedMarkup } from '../page/escape-html.ts';
import { glyph, sign } from '../page/glyph.ts';
import { section, table } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { fixturesLabel } from '../summary/fixtures.ts';
import type { UnitRow } from '../summary/units.ts';
import { countText, figureText, momentText } from '../text/format-numbers.ts';
import { dispositionWords } from '../text/labels.ts';

/** Units listed one by one; a batch with more bad units than this has other troubles, and the CSV has them all. */
const MOST_UNITS = 400;

/** File name of a run's own page, relative to the batch's, or null when there is none. */
export type PageOf = (runId: string) => string | null;

/** Every unit of the batch in one bar, by disposition. */
export function standingBar({ standing, yields }: BatchSummary): Markup {
  const all = Object.entries(standing) as [Disposition, number][];
  const some = all.filter(([, count]) => count > 0);
  const parts = some.map(
    ([disposition, count]) =>
      html`<i class="flag-${dispositionWords[disposition].tone} ${dispositionWords[disposition].tone}" style="width:${Math.round((count / yields.unitCount) * 1000) / 10}%">${glyph(dispositionWords[disposition].shape)}</i>`,
  );
  const names = some.map(
    ([disposition, count]) =>
      html`<span style="margin-right:26px">${sign(dispositionWords[disposition])} <b>${figureText(count)}</b></span>`,
  );
  return section(
    'Where the units stand',
    countText(yields.unitCount, 'unit'),
    html`<div class="track tall">${parts}</div><p style="margin:12px 0 0">${names}</p>`,
  );
}

/** Units to be scrapped, reworked, held or tested again. */
export function condemnedUnits({ condemned, stations }: BatchSummary, pageOf: PageOf): Insert {
  if (condemned.length === 0)
    return section('Units that did not pass', null, html`<p class="soft" style="margin:0">None.</p>`);
  return section(
    'Units that did not pass',
    countText(condemned.length, 'unit'),
    unitTable(condemned, stations, pageOf),
    true,
  );
}

/** Units that failed on the way and passed in the end. */
export function recoveredUnits({ recovered, stations }: BatchSummary, pageOf: PageOf): Insert {
  if (recovered.length === 0) return null;
  return section('Passed after a failure', 'marked for ever', unitTable(recovered, stations, pageOf), true);
}

function unitTable(units: readonly UnitRow[], stations: readonly string[], pageOf: PageOf): Markup {
  const cut = units.length - MOST_UNITS;
  const rows = units
    .slice(0, MOST_UNITS)
    .map((unit) => [
      html`${sign(dispositionWords[unit.disposition])} <span class="soft small">${unit.rule}</span>`,
      linked(unit, pageOf),
      html`${unit.failure && html`<b>${unit.failure}</b><br>`}${unit.reason}${trail(unit)}`,
      html`${unit.runCount}<br><span class="soft small short">${fixturesLabel(unit.fixtures, stations)}</span>`,
      html`<span class="short">${momentText(unit.lastAt)}</span>`,
      unit.signatures.length > 0 &&
        unit.signatures.map(
          (signature) => html`<span class="small">${signature.decision}: ${signature.by}, ${signature.role}</span><br>`,
        ),
    ]);
  return html`${table(['Disposition', 'Unit', 'What, and why', 'Runs', 'Last run', 'Signed'], rows)}${cut > 0 && html`<p class="soft small">${countText(cut, 'further unit')} in the CSV beside this page.</p>`}`;
}

/** Code and place of what failed, for those who know them. */
function trail({ code, site }: UnitRow): Insert {
  const known = [code, site].filter(Boolean).join(' · ');
  return known && html`<br><span class="m small soft">${known}</span>`;
}

/** Short names are not broken over lines. */
function named(unit: string): Markup {
  return html`<span class="m${unit.length <= 26 && ' short'}">${unit}</span>`;
}

/** A link only where the page's file name is one of ours: letters, digits, dot, dash and line. */
function linked({ unit, runId }: UnitRow, pageOf: PageOf): Insert {
  const file = pageOf(runId);
  if (!file || !/^(\.\.\/)?([A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(file)) return named(unit);
  return html`<a href="${trustedMarkup(file)}">${named(unit)}</a>`;
}
