// Erase, program and verify times of every image, attempt by attempt.

import { formatHex32 } from '../../base/bytes.ts';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { renderMonospace, renderSection, renderTable } from '../page/page.ts';
import { formatByteSize, formatDuration, formatFigure } from '../text/format-numbers.ts';

const MAX_ROWS = 24;

/** Null when nothing was flashed. */
export function renderImageTimes(run: RunRecord): Insert {
  const flashed = run.steps.flatMap((step) =>
    step.evidence
      .filter((evidence): evidence is FlashImageEvidence => evidence.kind === 'flash-image')
      .map((image) => ({ image, attempt: step.attempt })),
  );
  if (flashed.length === 0) return null;
  const longestMs = Math.max(1, ...flashed.map(({ image }) => computeTotalMs(image)));
  const rows = flashed
    .slice(-MAX_ROWS)
    .map(({ image, attempt }) => [
      html`<b>${image.image}</b>${attempt > 1 && html` <span class="soft">attempt ${attempt}</span>`}`,
      renderMonospace(formatHex32(image.address)),
      formatByteSize(image.sizeBytes),
      ...(image.skipped
        ? [
            '–',
            '–',
            formatDuration(image.verifyMs),
            html`<span class="soft">was there already, not erased again</span>`,
          ]
        : [
            formatDuration(image.eraseMs),
            formatDuration(image.programMs),
            formatDuration(image.verifyMs),
            renderTimeBar(image, longestMs),
          ]),
      formatTransferRate(image),
    ]);
  return renderSection(
    'Erase, program, verify',
    html`<span class="rework">■</span> erase · <span class="hold">■</span> program · <span class="pass">■</span> verify, in this order`,
    renderTable(
      [
        'Image',
        'Address',
        { number: 'Size' },
        { number: 'Erase' },
        { number: 'Program' },
        { number: 'Verify' },
        'Times to scale',
        { number: 'Blocks · transfers · rate' },
      ],
      rows,
    ),
  );
}

function renderTimeBar(image: FlashImageEvidence, longestMs: number): Markup {
  const share = (ms: number): string => `${Math.round((ms / longestMs) * 1000) / 10}%`;
  const part = (ms: number, tone: string): Markup => html`<i class="flag-${tone}" style="width:${share(ms)}"></i>`;
  return html`<div class="track">${part(image.eraseMs, 'rework')}${part(image.programMs, 'hold')}${part(image.verifyMs, 'pass')}</div>`;
}

function formatTransferRate(image: FlashImageEvidence): string {
  const rate =
    image.skipped || image.programMs <= 0
      ? ''
      : ` · ${formatByteSize(Math.round(image.sizeBytes / (image.programMs / 1000)))}/s`;
  return `${formatFigure(image.blockCount)} · ${formatFigure(image.transferCount)}${rate}`;
}

function computeTotalMs({ eraseMs, programMs, verifyMs }: FlashImageEvidence): number {
  return eraseMs + programMs + verifyMs;
}
