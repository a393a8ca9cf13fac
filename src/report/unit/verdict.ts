// The top of a unit's page: what the unit is now, what to do with it, and why.
import { failureTitle } from '../../domain/run/failure.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { suspectWords } from '../../domain/run/verdict.ts';
import { unitName } from '../../domain/unit/unit.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { glyph, sign } from '../page/glyph.ts';
import { factGrid, mono } from '../page/page.ts';
import { countText, durationText, momentText } from '../text/format-numbers.ts';
import { dispositionWords, instructionText, markWords, runResultWords, siteText } from '../text/labels.ts';

/** The verdict in large, with the instruction. */
export function verdictBanner(run: RunRecord): Markup {
  const { verdict } = run;
  const { word, shape, tone } = dispositionWords[verdict.disposition];
  return html`<section class="verdict wash-${tone} edge-${tone}"><div class="flag solid-${tone}">${glyph(shape)}</div><div class="say">
<h1 class="${tone}">${word}</h1><p class="unit m">${unitName(run.unit)}</p>
<p class="do">${instructionText(verdict.instruction, run.fixture)}</p><p class="cause">${verdict.operatorText}</p>${marks(run)}</div></section>
`;
}

/** The reasons: what failed, the rule, the evidence as sentences, and what would change the verdict. */
export function verdictReasons(run: RunRecord): Markup {
  const { verdict } = run;
  return html`<section><h2>Why</h2><div class="why"><div>
${failureLine(run)}
${verdict.because.length > 0 && html`<ul>${verdict.because.map((reason) => html`<li>${reason}</li>`)}</ul>`}
${verdict.engineerText && html`<p class="soft" style="margin-top:8px">${verdict.engineerText}</p>`}</div>
<dl>${fact('Rule', html`<b>${verdict.rule}</b> ${verdict.ruleText}`)}
${fact('What would change this', verdict.wouldChange)}
${verdict.suspects.length > 0 && fact('Suspected, most likely first', verdict.suspects.map((suspect) => suspectWords[suspect]).join(', '))}
${verdict.reason && fact('Reason on the tag', verdict.reason)}
${!verdict.countsAgainstUnit && run.result !== 'pass' && fact('Retest budget', 'This run does not count against the unit.')}</dl></div></section>
`;
}

/** Where, when and by what the run was made. */
export function runFacts(run: RunRecord): Markup {
  return html`<section>${factGrid([
    ['Result of the run', sign(runResultWords[run.result])],
    ['Batch', run.batch],
    ['Station, fixture', html`${run.station}, fixture ${run.fixture}`],
    ['USB port', mono(run.portPath)],
    ['Cable', run.cable],
    ['Operator', run.operator ?? 'not signed in'],
    ['Product', run.product],
    ['Recipe', html`${run.recipe.name} revision ${run.recipe.revision}`],
    ['Started', momentText(run.startedAt)],
    ['Took', durationText(run.durationMs)],
    ['Run of this unit', html`number ${run.attempt}`],
    ['Steps done', countText(run.steps.length, 'attempt')],
    ['Purpose', run.purpose === 'production' ? null : run.purpose],
    ['Program', run.program],
    ['Instance', run.instance],
    ['Run', mono(run.runId)],
  ])}</section>
`;
}

function failureLine({ failure, error }: RunRecord): Insert {
  if (failure) {
    const site = siteText(failure.site);
    return html`<p><span class="sign fail">${glyph('cross')}</span><b>${failureTitle(failure.code)}</b> <span class="m soft">${failure.code}</span><br>${failure.message}${site && html`<br><span class="m">${site}</span>`}</p>`;
  }
  if (!error) return null;
  return html`<p><span class="sign station">${glyph('bolt')}</span><b>${error.message}</b> <span class="m soft">${error.code}</span><br>${error.hint}</p>`;
}

function fact(name: string, value: Insert): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function marks({ verdict }: RunRecord): Insert {
  return (
    verdict.marks.length > 0 &&
    html`<p style="margin:8px 0 0">${verdict.marks.map((mark) => html`<span class="pill">${markWords[mark]}</span>`)}</p>`
  );
}
