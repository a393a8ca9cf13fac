// The top of a unit's page: what the unit is now, what to do with it, and why.
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { suspectLabels } from '../../domain/run/verdict.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderGlyph, renderSign } from '../page/glyph.ts';
import { renderFactGrid, renderMonospace } from '../page/page.ts';
import { formatCount, formatDuration, formatMoment } from '../text/format-numbers.ts';
import {
  describeInstruction,
  dispositionLabels,
  formatFailureSite,
  markLabels,
  runResultLabels,
} from '../text/labels.ts';

/** The verdict in large, with the instruction. */
export function renderVerdictBanner(run: RunRecord): Markup {
  const { verdict } = run;
  const { word, shape, tone } = dispositionLabels[verdict.disposition];
  return html`<section class="verdict wash-${tone} edge-${tone}"><div class="flag solid-${tone}">${renderGlyph(shape)}</div><div class="say">
<h1 class="${tone}">${word}</h1><p class="unit m">${formatUnitName(run.unit)}</p>
<p class="do">${describeInstruction(verdict.instruction, run.fixture)}</p><p class="cause">${verdict.operatorText}</p>${renderMarks(run)}</div></section>
`;
}

/** The reasons: what failed, the rule, the evidence as sentences, and what would change the verdict. */
export function renderVerdictReasons(run: RunRecord): Markup {
  const { verdict } = run;
  return html`<section><h2>Why</h2><div class="why"><div>
${renderFailureLine(run)}
${verdict.because.length > 0 && html`<ul>${verdict.because.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${verdict.engineerText && html`<p class="soft" style="margin-top:8px">${verdict.engineerText}</p>`}</div>
<dl>${renderFact('Rule', html`<b>${verdict.rule}</b> ${verdict.ruleText}`)}
${renderFact('What would change this', verdict.wouldChange)}
${verdict.suspects.length > 0 && renderFact('Suspected, most likely first', verdict.suspects.map((suspect) => suspectLabels[suspect]).join(', '))}
${verdict.reason && renderFact('Reason on the tag', verdict.reason)}
${!verdict.countsAgainstUnit && run.result !== 'pass' && renderFact('Retest budget', 'This run does not count against the unit.')}</dl></div></section>
`;
}

/** Where, when and by what the run was made. */
export function renderRunFacts(run: RunRecord): Markup {
  return html`<section>${renderFactGrid([
    ['Result of the run', renderSign(runResultLabels[run.result])],
    ['Batch', run.batch],
    ['Station, fixture', html`${run.station}, fixture ${run.fixture}`],
    ['USB port', renderMonospace(run.portPath)],
    ['Cable', run.cable],
    ['Operator', run.operator ?? 'not signed in'],
    ['Product', run.product],
    ['Recipe', html`${run.recipe.name} revision ${run.recipe.revision}`],
    ['Started', formatMoment(run.startedAt)],
    ['Took', formatDuration(run.durationMs)],
    ['Run of this unit', html`number ${run.attempt}`],
    ['Steps done', formatCount(run.steps.length, 'attempt')],
    ['Purpose', run.purpose === 'production' ? null : run.purpose],
    ['Program', run.program],
    ['Instance', run.instance],
    ['Run', renderMonospace(run.runId)],
  ])}</section>
`;
}

function renderFailureLine({ failure, error }: RunRecord): Insert {
  if (failure) {
    const site = formatFailureSite(failure.site);
    return html`<p><span class="sign fail">${renderGlyph('cross')}</span><b>${getFailureTitle(failure.code)}</b> <span class="m soft">${failure.code}</span><br>${failure.message}${site && html`<br><span class="m">${site}</span>`}</p>`;
  }
  if (!error) return null;
  return html`<p><span class="sign station">${renderGlyph('bolt')}</span><b>${error.message}</b> <span class="m soft">${error.code}</span><br>${error.hint}</p>`;
}

function renderFact(name: string, value: Insert): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function renderMarks({ verdict }: RunRecord): Insert {
  return (
    verdict.marks.length > 0 &&
    html`<p style="margin:8px 0 0">${verdict.marks.map((mark) => html`<span class="pill">${markLabels[mark]}</span>`)}</p>`
  );
}
