// Who the unit is, which bytes were used, who signed, and what happened to it before.

import type { RunRecord } from '../../domain/run/run.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import { decisions } from '../../record/people/sign-off.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { sign } from '../page/glyph.ts';
import { factGrid, mono, section, table } from '../page/page.ts';
import { countText, durationText, momentText, sizeText } from '../text/format-numbers.ts';
import { dispositionWords, runResultWords, siteText } from '../text/labels.ts';

/** Everything that identifies the unit, each from its own source. */
export function identity({ unit }: RunRecord): Markup {
  return section(
    'Identity',
    null,
    factGrid([
      ['Label', mono(unit.label)],
      ['Device id', mono(unit.deviceId)],
      ['MAC address', mono(unit.macAddress)],
      ['Public key, SHA-256', mono(unit.keyHash)],
      ['USB serial', mono(unit.usbSerial)],
      ['Part', unit.part],
      ['Revision', unit.revision],
    ]),
  );
}

/** Recipe and images, to the bit. */
export function hashes({ recipe, program }: RunRecord): Markup {
  return section(
    'Files and hashes',
    `written by ${program}`,
    table(
      ['', 'File', { number: 'Size' }, 'SHA-256'],
      [
        ['recipe', `${recipe.name} revision ${recipe.revision}`, '', mono(recipe.sha256)],
        ...recipe.images.map((image) => [image.name, image.file, sizeText(image.sizeBytes), mono(image.sha256)]),
      ],
    ),
  );
}

/** Signed decisions; where the verdict asks for a signature and has none, lines for pen and ink. */
export function signatures(run: RunRecord, signed: readonly Signature[]): Insert {
  const asked = run.verdict.disposition === 'scrap-proposed' || run.verdict.disposition === 'scrap';
  if (signed.length === 0 && !asked) return null;
  const rows = signed.map((signature) => [
    signature.decision,
    html`<b>${signature.by}</b>`,
    signature.role,
    momentText(signature.at),
    signature.reason,
  ]);
  const open = asked ? Math.max(0, decisions.scrap.people - signed.length) : 0;
  return section(
    'Signatures',
    open > 0 ? `${countText(open, 'signature')} missing: a station only proposes scrap` : null,
    html`${rows.length > 0 && table(['Decision', 'By', 'Role', 'At', 'Reason'], rows)}${
      open > 0 &&
      html`<p class="soft" style="margin:22px 0 0">${Array.from({ length: open }, () => html`<span style="display:inline-block;width:44%;margin-right:4%;border-top:1px solid;padding-top:3px" class="small">Name, role, date</span>`)}</p>`
    }`,
  );
}

/** Repairs and releases between this run and the unit's next one; null when there were none. */
export function doneSince(repairs: readonly Repair[]): Insert {
  if (repairs.length === 0) return null;
  const rows = repairs.map((repair) => [
    repair.kind,
    html`<b>${repair.by}</b>`,
    momentText(repair.at),
    repair.kind === 'repaired' ? repair.cause : repair.reason,
  ]);
  return section('Done since', 'before the unit’s next run', table(['What', 'By', 'At', 'Why'], rows));
}

const MOST_EARLIER_RUNS = 20;

/** The unit's other runs, newest first, on whatever fixture. */
export function history(run: RunRecord, runs: readonly RunRecord[]): Insert {
  const earlier = runs
    .filter((other) => other.runId !== run.runId)
    .sort((left, right) => (left.runId < right.runId ? 1 : -1));
  if (earlier.length === 0)
    return section(
      'Earlier runs',
      null,
      html`<p class="soft" style="margin:0">None is known: this is the unit’s first run at this operation.</p>`,
    );
  const rows = earlier
    .slice(0, MOST_EARLIER_RUNS)
    .map((other) => [
      momentText(other.startedAt),
      html`${other.station}, fixture ${other.fixture}`,
      sign(runResultWords[other.result]),
      other.failure
        ? html`${mono(other.failure.code)} <span class="soft small">${siteText(other.failure.site)}</span>`
        : (other.error?.code ?? ''),
      html`${sign(dispositionWords[other.verdict.disposition])} <span class="soft small">${other.verdict.rule}</span>`,
      durationText(other.durationMs),
    ]);
  const cut = earlier.length - rows.length;
  return section(
    'Earlier runs',
    html`${countText(earlier.length, 'run')} on ${countText(new Set(earlier.map((other) => `${other.station}/${other.fixture}`)).size, 'fixture')}`,
    html`${table(['Started', 'Where', 'Result', 'Failure', 'Disposition', { number: 'Took' }], rows)}${cut > 0 && html`<p class="soft small">${countText(cut, 'older run')} not shown.</p>`}`,
  );
}
