// Where the units stand: one bar, and the lists of those that did not pass, with what is to be done and who signed.
import type { Disposition } from '../../domain/run/verdict.ts';
import { html, type Insert, type Markup, trustMarkup } from '../page/escape-html.ts';
import { renderGlyph, renderSign } from '../page/glyph.ts';
import { renderSection, renderTable } from '../page/page.ts';
import type { BatchSummary } from '../summary/batch-summary.ts';
import { formatFixtureLabels } from '../summary/fixtures.ts';
import type { UnitRow } from '../summary/units.ts';
import { formatCount, formatFigure, formatMoment } from '../text/format-numbers.ts';
import { dispositionLabels } from '../text/labels.ts';

/** Units listed one by one; a batch with more bad units than this has other troubles, and the CSV has them all. */
const MAX_UNITS = 400;

/** File name of a run's own page, relative to the batch's, or null when there is none. */
export type PageLookup = (runId: string) => string | null;

/** Every unit of the batch in one bar, by disposition. */
export function renderDispositionBar({ standing, yields }: BatchSummary): Markup {
  const all = Object.entries(standing) as [Disposition, number][];
  const some = all.filter(([, count]) => count > 0);
  const parts = some.map(
    ([disposition, count]) =>
      html`<i class="flag-${dispositionLabels[disposition].tone} ${dispositionLabels[disposition].tone}" style="width:${Math.round((count / yields.unitCount) * 1000) / 10}%">${renderGlyph(dispositionLabels[disposition].shape)}</i>`,
  );
  const names = some.map(
    ([disposition, count]) =>
      html`<span style="margin-right:26px">${renderSign(dispositionLabels[disposition])} <b>${formatFigure(count)}</b></span>`,
  );
  return renderSection(
    'Where the units stand',
    formatCount(yields.unitCount, 'unit'),
    html`<div class="track tall">${parts}</div><p style="margin:12px 0 0">${names}</p>`,
  );
}

/** Units to be scrapped, reworked, held or tested again. */
export function renderFailedUnits({ condemned, stations }: BatchSummary, pageOf: PageLookup): Insert {
  if (condemned.length === 0)
    return renderSection('Units that did not pass', null, html`<p class="soft" style="margin:0">None.</p>`);
  return renderSection(
    'Units that did not pass',
    formatCount(condemned.length, 'unit'),
    renderUnitTable(condemned, stations, pageOf),
    true,
  );
}

/** Units that failed on the way and passed in the end. */
export function renderRecoveredUnits({ recovered, stations }: BatchSummary, pageOf: PageLookup): Insert {
  if (recovered.length === 0) return null;
  return renderSection('Passed after a failure', 'marked for ever', renderUnitTable(recovered, stations, pageOf), true);
}

function renderUnitTable(units: readonly UnitRow[], stations: readonly string[], pageOf: PageLookup): Markup {
  const cut = units.length - MAX_UNITS;
  const rows = units
    .slice(0, MAX_UNITS)
    .map((unit) => [
      html`${renderSign(dispositionLabels[unit.disposition])} <span class="soft small">${unit.rule}</span>`,
      renderUnitLink(unit, pageOf),
      html`${unit.failure && html`<b>${unit.failure}</b><br>`}${unit.reason}${renderFailureOrigin(unit)}`,
      html`${unit.runCount}<br><span class="soft small short">${formatFixtureLabels(unit.fixtures, stations)}</span>`,
      html`<span class="short">${formatMoment(unit.lastAt)}</span>`,
      unit.signatures.length > 0 &&
        unit.signatures.map(
          (signature) => html`<span class="small">${signature.decision}: ${signature.by}, ${signature.role}</span><br>`,
        ),
    ]);
  return html`${renderTable(['Disposition', 'Unit', 'What, and why', 'Runs', 'Last run', 'Signed'], rows)}${cut > 0 && html`<p class="soft small">${formatCount(cut, 'further unit')} in the CSV beside this page.</p>`}`;
}

/** Code and place of what failed, for those who know them. */
function renderFailureOrigin({ code, site }: UnitRow): Insert {
  const known = [code, site].filter(Boolean).join(' · ');
  return known && html`<br><span class="m small soft">${known}</span>`;
}

/** Short names are not broken over lines. */
function renderUnitName(unit: string): Markup {
  return html`<span class="m${unit.length <= 26 && ' short'}">${unit}</span>`;
}

/** A link only where the page's file name is one of ours: letters, digits, dot, dash and line. */
function renderUnitLink({ unit, runId }: UnitRow, pageOf: PageLookup): Insert {
  const file = pageOf(runId);
  if (!file || !/^(\.\.\/)?([A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(file))
    return renderUnitName(unit);
  return html`<a href="${trustMarkup(file)}">${renderUnitName(unit)}</a>`;
}
