// Everything else that was seen of the unit, as sentences: bus errors, statuses, read-back, bootloader, modules, answers.
import { hex16, hex32 } from '../../base/bytes.ts';
import { clipText } from '../../base/visible-text.ts';
import type { Evidence, ModuleListEvidence, UsbErrorEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { mono, section, table } from '../page/page.ts';
import { countText, durationText, figureText } from '../text/format-numbers.ts';

const MOST_ROWS = 50;
const MOST_TRANSFERS = 12;

/** What was observed, the same thing once with every step that saw it; pictures and transcript stand elsewhere. Null when there is nothing. */
export function observations(run: RunRecord): Insert {
  const seen = new Map<string, { readonly steps: Set<string>; readonly told: readonly [of: string, seen: Insert] }>();
  for (const step of run.steps) {
    for (const evidence of [...step.evidence, ...(step.failure?.evidence ?? [])]) {
      const told = tell(evidence);
      if (!told) continue;
      const key = JSON.stringify(evidence);
      const entry = seen.get(key) ?? { steps: new Set(), told };
      seen.set(key, entry);
      entry.steps.add(step.attempt > 1 ? `${step.id} ×${step.attempt}` : step.id);
    }
  }
  if (seen.size === 0) return null;
  const rows = [...seen.values()].map(({ steps, told }) => [stepNames([...steps]), ...told]);
  const cut = rows.length - MOST_ROWS;
  return section(
    'What was seen',
    countText(rows.length, 'observation'),
    html`${table(['Step', 'Of', 'Seen'], rows.slice(0, MOST_ROWS))}${cut > 0 && html`<p class="soft small">${countText(cut, 'further observation')} in the JSON beside this page.</p>`}`,
    true,
  );
}

/** A name is broken nowhere but between names. */
function stepNames(names: readonly string[]): readonly Markup[] {
  return names.map((name, at) => html`${at > 0 && ', '}<span class="short">${clipText(name, 28)}</span>`);
}

function tell(evidence: Evidence): readonly [of: string, seen: Insert] | null {
  switch (evidence.kind) {
    case 'usb-identity':
      return [
        'USB identity',
        html`${mono(`${hex16(evidence.vendorId)}:${hex16(evidence.productId)}`)} version ${mono(hex16(evidence.bcdDevice))}, ${[evidence.manufacturer, evidence.product].filter(Boolean).join(' ')}${evidence.serialNumber && html`, serial ${mono(evidence.serialNumber)}`}${evidence.transferSizeBytes && `, ${evidence.transferSizeBytes} bytes a transfer`}`,
      ];
    case 'bootloader':
      return [
        'Bootloader',
        html`<b>${evidence.standing}</b>: generation ${evidence.generation}${evidence.moduleVersion !== undefined && `, module version ${evidence.moduleVersion}`}${evidence.requiredVersion !== undefined && `, at least ${evidence.requiredVersion} asked`}${evidence.crcValid !== undefined && `, checksum ${evidence.crcValid ? 'good' : 'wrong'}`}`,
      ];
    case 'dfu-status':
      return [
        'DFU status',
        html`${mono(evidence.statusName)} (${evidence.status}) in state ${mono(evidence.stateName)} (${evidence.state}), poll ${evidence.pollTimeoutMs} ms`,
      ];
    case 'usb-error':
      return ['USB error', usbError(evidence)];
    case 'transfer-log':
      return [
        'Last transfers',
        html`<span class="small">${evidence.transfers.slice(-MOST_TRANSFERS).map((transfer) => html`${mono(transfer)}<br>`)}</span>`,
      ];
    case 'read-back':
      return [
        'Read-back',
        evidence.differentByteCount === 0
          ? html`${evidence.image} reads back equal, SHA-256 ${mono(evidence.readSha256)}`
          : html`<b>${evidence.image} differs</b> in ${countText(evidence.differentByteCount, 'byte')}${evidence.firstDifferentAddress !== undefined && html`, first at ${mono(hex32(evidence.firstDifferentAddress))}`}${evidence.expectedHex && html`<br>expected ${mono(evidence.expectedHex)}<br>read ${mono(evidence.actualHex)}`}`,
      ];
    case 'module-list':
      return ['Modules of the unit', moduleList(evidence)];
    case 'operator':
      return [
        'Operator',
        html`${evidence.question} <b>${evidence.answer}</b>${evidence.operator && ` (${evidence.operator})`}`,
      ];
    case 'identity':
      return [
        'Identity',
        html`<b>${{ same: 'same unit', different: 'ANOTHER UNIT', 'not-proven': 'not proven' }[evidence.proof]}</b> by ${evidence.by}${evidence.before && html`<br>before ${mono(evidence.before)}`}${evidence.after && html`<br>after ${mono(evidence.after)}`}`,
      ];
    case 'probe':
      return [
        'Debug probe',
        html`${evidence.operation} with ${evidence.probe}, exit ${evidence.exitCode ?? 'none'}${evidence.stages.length > 0 && `: ${evidence.stages.join(', ')}`}<span class="small soft">${Object.entries(evidence.facts).map(([name, value]) => html`<br>${name}: ${String(value)}`)}${evidence.log.slice(-MOST_TRANSFERS).map((text) => html`<br>${mono(text)}`)}</span>`,
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

function usbError({ error, request, afterMs, afterwards, message }: UsbErrorEvidence): Insert {
  const later =
    afterwards &&
    {
      'same-connection': 'still there afterwards',
      're-enumerated': 'came back as a new connection',
      absent: 'gone afterwards',
    }[afterwards];
  return html`<b>${error}</b> at ${mono(request)} after ${durationText(afterMs)}${later && `, ${later}`}<br><span class="soft small">${message}</span>`;
}

function moduleList({ platformId, modules }: ModuleListEvidence): Insert {
  return html`platform ${platformId}${modules.map(
    (module) =>
      html`<br>${module.function} ${module.index} in ${module.store}: version ${module.version === null ? '–' : figureText(module.version)}, checks ${module.checked}/${module.valid}${module.checked !== module.valid && html` <b class="fail">not valid</b>`}`,
  )}`;
}
