// Erase, program and verify times of every image, attempt by attempt.

import { hex32 } from '../../base/bytes.ts';
import type { FlashImageEvidence } from '../../domain/run/evidence.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { html, type Insert, type Markup } from '../page/escape-html.ts';
import { mono, section, table } from '../page/page.ts';
import { durationText, figureText, sizeText } from '../text/format-numbers.ts';

const MOST_ROWS = 24;

/** Null when nothing was flashed. */
export function imageTimes(run: RunRecord): Insert {
  const flashed = run.steps.flatMap((step) =>
    step.evidence
      .filter((evidence): evidence is FlashImageEvidence => evidence.kind === 'flash-image')
      .map((image) => ({ image, attempt: step.attempt })),
  );
  if (flashed.length === 0) return null;
  const longestMs = Math.max(1, ...flashed.map(({ image }) => totalMs(image)));
  const rows = flashed
    .slice(-MOST_ROWS)
    .map(({ image, attempt }) => [
      html`<b>${image.image}</b>${attempt > 1 && html` <span class="soft">attempt ${attempt}</span>`}`,
      mono(hex32(image.address)),
      sizeText(image.sizeBytes),
      ...(image.skipped
        ? ['–', '–', durationText(image.verifyMs), html`<span class="soft">was there already, not erased again</span>`]
        : [
            durationText(image.eraseMs),
            durationText(image.programMs),
            durationText(image.verifyMs),
            timeBar(image, longestMs),
          ]),
      rateText(image),
    ]);
  return section(
    'Erase, program, verify',
    html`<span class="rework">■</span> erase · <span class="hold">■</span> program · <span class="pass">■</span> verify, in this order`,
    table(
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

function timeBar(image: FlashImageEvidence, longestMs: number): Markup {
  const share = (ms: number): string => `${Math.round((ms / longestMs) * 1000) / 10}%`;
  const part = (ms: number, tone: string): Markup => html`<i class="flag-${tone}" style="width:${share(ms)}"></i>`;
  return html`<div class="track">${part(image.eraseMs, 'rework')}${part(image.programMs, 'hold')}${part(image.verifyMs, 'pass')}</div>`;
}

function rateText(image: FlashImageEvidence): string {
  const rate =
    image.skipped || image.programMs <= 0
      ? ''
      : ` · ${sizeText(Math.round(image.sizeBytes / (image.programMs / 1000)))}/s`;
  return `${figureText(image.blockCount)} · ${figureText(image.transferCount)}${rate}`;
}

function totalMs({ eraseMs, programMs, verifyMs }: FlashImageEvidence): number {
  return eraseMs + programMs + verifyMs;
}
