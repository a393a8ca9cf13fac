// The run as a time line: every attempt of every step as a bar, in order.
import { clipText } from '../../base/visible-text.ts';
import { failureTitle } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { box, drawing, label, line, roundStep, stripes } from '../page/drawing.ts';
import { html, type Markup } from '../page/escape-html.ts';
import { glyphInDrawing } from '../page/glyph.ts';
import { section } from '../page/page.ts';
import { countText, durationText } from '../text/format-numbers.ts';
import { stepResultWords } from '../text/labels.ts';

const WIDTH = 1000;
const NAMES_AT = 62;
const BARS = { left: 262, right: 800 };
const ROW = 25;
/** Attempts drawn at most; a recipe that repeats more is cut, and says so. */
const MOST_ROWS = 48;

export function timeLine(run: RunRecord): Markup {
  const steps = run.steps.slice(0, MOST_ROWS);
  const cut = run.steps.length - steps.length;
  const endMs = Math.max(1, run.durationMs, ...steps.map((step) => step.startedAtMs + step.durationMs));
  const height = steps.length * ROW + 30;
  const across: Across = (ms) => BARS.left + (ms / endMs) * (BARS.right - BARS.left);
  const rows = steps.map((step, at) => stepRow(step, at, steps[at - 1], isRepeated(step, run.steps), across));
  const picture = drawing(WIDTH, height, 'Time line of the steps', [
    html`<defs>${stripes('tl', 45, 6)}</defs>`,
    ...axis(endMs, across, height),
    ...rows,
  ]);
  return section(
    'How the run went',
    html`${countText(run.steps.length, 'step attempt')} in ${durationText(run.durationMs)}`,
    html`${picture}${cut > 0 && html`<p class="soft small">${countText(cut, 'further attempt')} in the JSON beside this page.</p>`}`,
  );
}

type Across = (ms: number) => number;

function stepRow(
  step: StepRecord,
  at: number,
  above: StepRecord | undefined,
  repeated: boolean,
  across: Across,
): Markup {
  const y = at * ROW + 4;
  const { word, shape, tone } = stepResultWords[step.result];
  const x = across(step.startedAtMs);
  const bar = { x, y: y + 4, width: Math.max(3, across(step.startedAtMs + step.durationMs) - x), height: 14 };
  const name = repeated ? `${clipText(step.id, 21)} ×${step.attempt}` : clipText(step.id, 24);
  return html`<g><title>${hoverText(step)}</title>${[
    step.phase !== above?.phase && label(step.phase, 0, y + 16, 's'),
    label(name, NAMES_AT, y + 16, step.failure || step.error ? 'b' : ''),
    box(bar, `fill-${tone}`),
    tone !== 'pass' && box(bar, '', 'url(#tl)'),
    glyphInDrawing(shape, BARS.right + 16, y + 4, 14, tone),
    label(word, BARS.right + 36, y + 16, `${tone} b`),
    label(durationText(step.durationMs), WIDTH, y + 16, 'e'),
  ]}</g>
`;
}

function isRepeated(step: StepRecord, all: readonly StepRecord[]): boolean {
  return step.attempt > 1 || all.some((other) => other.id === step.id && other.attempt > 1);
}

function hoverText(step: StepRecord): string {
  const trouble = step.failure ? `${failureTitle(step.failure.code)}.` : (step.error?.message ?? '');
  return `${step.id} (${step.kind}), attempt ${step.attempt}: ${stepResultWords[step.result].word}. ${trouble}`;
}

function axis(endMs: number, across: Across, height: number): readonly Markup[] {
  const stepMs = roundStep(endMs, 6);
  const ticks = Array.from({ length: Math.floor(endMs / stepMs) + 1 }, (_, at) => at * stepMs);
  return ticks.flatMap((ms) => [
    line(
      [
        [across(ms), 0],
        [across(ms), height - 20],
      ],
      'grid',
    ),
    label(ms === 0 ? '0' : durationText(ms), across(ms), height - 5, 's c'),
  ]);
}
