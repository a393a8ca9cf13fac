// Who the unit is, which bytes were used, who signed, and what happened to it before.

import {
  describeMissingSignatures,
  findMissingSignatures,
  findSigningObstacle,
  type SignOffPolicy,
} from '../../domain/decisions/sign-off.ts';
import type { Signature, SignOffDecision } from '../../domain/people/signature.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Repair } from '../../domain/unit/unit-note.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderSign } from '../page/glyph.ts';
import { renderFactGrid, renderMonospace, renderSection, renderTable } from '../page/page.ts';
import { formatByteSize, formatCount, formatDuration, formatMoment } from '../text/format-numbers.ts';
import { dispositionLabels, formatFailureSite, runResultLabels } from '../text/labels.ts';

/** Everything that identifies the unit, each from its own source. */
export function renderIdentity({ unit }: RunRecord): Markup {
  return renderSection(
    'Identity',
    null,
    renderFactGrid([
      ['Label', renderMonospace(unit.label)],
      ['Device id', renderMonospace(unit.deviceId)],
      ['MAC address', renderMonospace(unit.macAddress)],
      ['Public key, SHA-256', renderMonospace(unit.keyHash)],
      ['USB serial', renderMonospace(unit.usbSerial)],
      ['Part', unit.part],
      ['Revision', unit.revision],
    ]),
  );
}

/** Who signed the recipe, where the station asked for it. */
function formatSigner(trust: RunRecord['recipe']['trust']): string {
  return trust?.signer ? `, signed by ${trust.signer.name} (${trust.signer.role})` : '';
}

/** Recipe and images, to the bit. */
export function renderHashes({ recipe, program }: RunRecord): Markup {
  return renderSection(
    'Files and hashes',
    `written by ${program}`,
    renderTable(
      ['', 'File', { number: 'Size' }, 'SHA-256'],
      [
        [
          'recipe',
          `${recipe.name} revision ${recipe.revision}${formatSigner(recipe.trust)}`,
          '',
          renderMonospace(recipe.sha256),
        ],
        ...recipe.images.map((image) => [
          image.name,
          image.file,
          formatByteSize(image.sizeBytes),
          renderMonospace(image.sha256),
        ]),
      ],
    ),
  );
}

/** Signed decisions; where a decision waits for signatures, lines for pen and ink. */
export function renderSignatures(run: RunRecord, signed: readonly Signature[], policy: SignOffPolicy): Insert {
  const pending = findPendingDecision(run, signed);
  if (signed.length === 0 && !pending) return null;
  const rows = signed.map((signature) => [
    signature.decision,
    html`<b>${signature.by}</b>`,
    signature.role,
    formatMoment(signature.at),
    signature.reason,
  ]);
  const missing = pending && findMissingSignatures({ runId: run.runId, decision: pending }, signed, policy);
  const open = missing?.count ?? 0;
  return renderSection(
    'Signatures',
    missing && open > 0 ? `${pending}: ${describeMissingSignatures(missing)}` : null,
    html`${rows.length > 0 && renderTable(['Decision', 'By', 'Role', 'At', 'Reason'], rows)}${
      open > 0 &&
      html`<p class="soft" style="margin:22px 0 0">${Array.from({ length: open }, () => html`<span style="display:inline-block;width:44%;margin-right:4%;border-top:1px solid;padding-top:3px" class="small">Name, role, date</span>`)}</p>`
    }`,
  );
}

/** The decision that still waits for people: the one they have begun to sign, else scrap where it is proposed. */
function findPendingDecision({ verdict }: RunRecord, signed: readonly Signature[]): SignOffDecision | null {
  const begun = signed.findLast(({ decision }) => decision !== 'rework')?.decision;
  if (begun && findSigningObstacle(begun, verdict) === null) return begun;
  return verdict.disposition === 'scrap-proposed' ? 'scrap' : null;
}

/** Repairs and releases between this run and the unit's next one; null when there were none. */
export function renderRepairs(repairs: readonly Repair[]): Insert {
  if (repairs.length === 0) return null;
  const rows = repairs.map((repair) => [
    repair.kind,
    html`<b>${repair.by}</b>`,
    formatMoment(repair.at),
    repair.kind === 'repaired' ? repair.cause : repair.reason,
  ]);
  return renderSection('Done since', 'before the unit’s next run', renderTable(['What', 'By', 'At', 'Why'], rows));
}

const MAX_EARLIER_RUNS = 20;

/** The unit's other runs, newest first, on whatever fixture. */
export function renderUnitHistory(run: RunRecord, runs: readonly RunRecord[]): Insert {
  const earlier = runs
    .filter((other) => other.runId !== run.runId)
    .sort((left, right) => (left.runId < right.runId ? 1 : -1));
  if (earlier.length === 0)
    return renderSection(
      'Earlier runs',
      null,
      html`<p class="soft" style="margin:0">None is known: this is the unit’s first run at this operation.</p>`,
    );
  const rows = earlier
    .slice(0, MAX_EARLIER_RUNS)
    .map((other) => [
      formatMoment(other.startedAt),
      html`${other.station}, fixture ${other.fixture}`,
      renderSign(runResultLabels[other.result]),
      other.failure
        ? html`${renderMonospace(other.failure.code)} <span class="soft small">${formatFailureSite(other.failure.site)}</span>`
        : (other.error?.code ?? ''),
      html`${renderSign(dispositionLabels[other.verdict.disposition])} <span class="soft small">${other.verdict.rule}</span>`,
      formatDuration(other.durationMs),
    ]);
  const cut = earlier.length - rows.length;
  return renderSection(
    'Earlier runs',
    html`${formatCount(earlier.length, 'run')} on ${formatCount(new Set(earlier.map((other) => `${other.station}/${other.fixture}`)).size, 'fixture')}`,
    html`${renderTable(['Started', 'Where', 'Result', 'Failure', 'Disposition', { number: 'Took' }], rows)}${cut > 0 && html`<p class="soft small">${formatCount(cut, 'older run')} not shown.</p>`}`,
  );
}
