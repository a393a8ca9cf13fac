// Everything else that was seen of the unit, as sentences: bus errors, statuses, read-back, bootloader, modules, answers.
import { formatHex16, formatHex32 } from '../../base/bytes.ts';
import { clipText } from '../../base/visible-text.ts';
import type { Evidence, ModuleListEvidence, UsbErrorEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderMonospace, renderSection, renderTable } from '../page/page.ts';
import { formatCount, formatDuration, formatFigure } from '../text/format-numbers.ts';

const MAX_ROWS = 50;
const MAX_TRANSFERS = 12;

/** What was observed, the same thing once with every step that saw it; pictures and transcript stand elsewhere. Null when there is nothing. */
export function renderObservations(run: RunRecord): Insert {
  const seen = new Map<string, { readonly steps: Set<string>; readonly told: readonly [of: string, seen: Insert] }>();
  for (const step of run.steps) {
    for (const evidence of [...step.evidence, ...(step.failure?.evidence ?? [])]) {
      const told = describeEvidence(evidence);
      if (!told) continue;
      const key = JSON.stringify(evidence);
      const entry = seen.get(key) ?? { steps: new Set(), told };
      seen.set(key, entry);
      entry.steps.add(step.attempt > 1 ? `${step.id} ×${step.attempt}` : step.id);
    }
  }
  if (seen.size === 0) return null;
  const rows = [...seen.values()].map(({ steps, told }) => [renderStepNames([...steps]), ...told]);
  const cut = rows.length - MAX_ROWS;
  return renderSection(
    'What was seen',
    formatCount(rows.length, 'observation'),
    html`${renderTable(['Step', 'Of', 'Seen'], rows.slice(0, MAX_ROWS))}${cut > 0 && html`<p class="soft small">${formatCount(cut, 'further observation')} in the JSON beside this page.</p>`}`,
    true,
  );
}

/** A name is broken nowhere but between names. */
function renderStepNames(names: readonly string[]): readonly Markup[] {
  return names.map((name, at) => html`${at > 0 && ', '}<span class="short">${clipText(name, 28)}</span>`);
}

function describeEvidence(evidence: Evidence): readonly [of: string, seen: Insert] | null {
  switch (evidence.kind) {
    case 'usb-identity':
      return [
        'USB identity',
        html`${renderMonospace(`${formatHex16(evidence.vendorId)}:${formatHex16(evidence.productId)}`)} version ${renderMonospace(formatHex16(evidence.bcdDevice))}, ${[evidence.manufacturer, evidence.product].filter(Boolean).join(' ')}${evidence.serialNumber && html`, serial ${renderMonospace(evidence.serialNumber)}`}${evidence.transferSizeBytes && `, ${evidence.transferSizeBytes} bytes a transfer`}`,
      ];
    case 'bootloader':
      return [
        'Bootloader',
        html`<b>${evidence.standing}</b>: generation ${evidence.generation}${evidence.moduleVersion !== undefined && `, module version ${evidence.moduleVersion}`}${evidence.requiredVersion !== undefined && `, at least ${evidence.requiredVersion} asked`}${evidence.crcValid !== undefined && `, checksum ${evidence.crcValid ? 'good' : 'wrong'}`}`,
      ];
    case 'dfu-status':
      return [
        'DFU status',
        html`${renderMonospace(evidence.statusName)} (${evidence.status}) in state ${renderMonospace(evidence.stateName)} (${evidence.state}), poll ${evidence.pollTimeoutMs} ms`,
      ];
    case 'usb-error':
      return ['USB error', describeUsbError(evidence)];
    case 'transfer-log':
      return [
        'Last transfers',
        html`<span class="small">${evidence.transfers.slice(-MAX_TRANSFERS).map((transfer) => html`${renderMonospace(transfer)}<br>`)}</span>`,
      ];
    case 'read-back':
      return [
        'Read-back',
        evidence.differentByteCount === 0
          ? html`${evidence.image} reads back equal, SHA-256 ${renderMonospace(evidence.readSha256)}`
          : html`<b>${evidence.image} differs</b> in ${formatCount(evidence.differentByteCount, 'byte')}${evidence.firstDifferentAddress !== undefined && html`, first at ${renderMonospace(formatHex32(evidence.firstDifferentAddress))}`}${evidence.expectedHex && html`<br>expected ${renderMonospace(evidence.expectedHex)}<br>read ${renderMonospace(evidence.actualHex)}`}`,
      ];
    case 'module-list':
      return ['Modules of the unit', renderModuleList(evidence)];
    case 'operator':
      return [
        'Operator',
        html`${evidence.question} <b>${evidence.answer}</b>${evidence.operator && ` (${evidence.operator})`}`,
      ];
    case 'identity':
      return [
        'Identity',
        html`<b>${{ same: 'same unit', different: 'ANOTHER UNIT', 'not-proven': 'not proven' }[evidence.proof]}</b> by ${evidence.by}${evidence.before && html`<br>before ${renderMonospace(evidence.before)}`}${evidence.after && html`<br>after ${renderMonospace(evidence.after)}`}`,
      ];
    case 'probe':
      return [
        'Debug probe',
        html`${evidence.operation} with ${evidence.probe}, exit ${evidence.exitCode ?? 'none'}${evidence.stages.length > 0 && `: ${evidence.stages.join(', ')}`}<span class="small soft">${Object.entries(evidence.facts).map(([name, value]) => html`<br>${name}: ${String(value)}`)}${evidence.log.slice(-MAX_TRANSFERS).map((text) => html`<br>${renderMonospace(text)}`)}</span>`,
      ];
    case 'note':
      return ['Note', evidence.text];
    case 'flash-image':
    case 'transcript':
    case 'measurement':
    case 'recording':
      return null;
  }
}

function describeUsbError({ error, request, afterMs, afterwards, message }: UsbErrorEvidence): Insert {
  const later =
    afterwards &&
    {
      'same-connection': 'still there afterwards',
      're-enumerated': 'came back as a new connection',
      absent: 'gone afterwards',
    }[afterwards];
  return html`<b>${error}</b> at ${renderMonospace(request)} after ${formatDuration(afterMs)}${later && `, ${later}`}<br><span class="soft small">${message}</span>`;
}

function renderModuleList({ platformId, modules }: ModuleListEvidence): Insert {
  return html`platform ${platformId}${modules.map(
    (module) =>
      html`<br>${module.function} ${module.index} in ${module.store}: version ${module.version === null ? '–' : formatFigure(module.version)}, checks ${module.checked}/${module.valid}${module.checked !== module.valid && html` <b class="fail">not valid</b>`}`,
  )}`;
}
