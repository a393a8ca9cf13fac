// The run as a time line: every attempt of every step as a bar, in order.
import { clipText } from '../../base/visible-text.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { chooseAxisStep, drawBox, drawLabel, drawLine, drawStripes, renderDrawing } from '../page/drawing.ts';
import { html, type Markup } from '../page/escape-html.ts';
import { drawGlyph } from '../page/glyph.ts';
import { renderSection } from '../page/page.ts';
import { formatCount, formatDuration } from '../text/format-numbers.ts';
import { stepResultLabels } from '../text/labels.ts';

const WIDTH = 1000;
const NAMES_AT = 62;
const BARS = { left: 262, right: 800 };
const ROW = 25;
/** Attempts drawn at most; a recipe that repeats more is cut, and says so. */
const MAX_ROWS = 48;

export function renderTimeline(run: RunRecord): Markup {
  const steps = run.steps.slice(0, MAX_ROWS);
  const cut = run.steps.length - steps.length;
  const endMs = Math.max(1, run.durationMs, ...steps.map((step) => step.startedAtMs + step.durationMs));
  const height = steps.length * ROW + 30;
  const across: TimeScale = (ms) => BARS.left + (ms / endMs) * (BARS.right - BARS.left);
  const rows = steps.map((step, at) => drawStepRow(step, at, steps[at - 1], isRepeated(step, run.steps), across));
  const picture = renderDrawing(WIDTH, height, 'Time line of the steps', [
    html`<defs>${drawStripes('tl', 45, 6)}</defs>`,
    ...drawTimeAxis(endMs, across, height),
    ...rows,
  ]);
  return renderSection(
    'How the run went',
    html`${formatCount(run.steps.length, 'step attempt')} in ${formatDuration(run.durationMs)}`,
    html`${picture}${cut > 0 && html`<p class="soft small">${formatCount(cut, 'further attempt')} in the JSON beside this page.</p>`}`,
  );
}

type TimeScale = (ms: number) => number;

function drawStepRow(
  step: StepRecord,
  at: number,
  above: StepRecord | undefined,
  repeated: boolean,
  across: TimeScale,
): Markup {
  const y = at * ROW + 4;
  const { word, shape, tone } = stepResultLabels[step.result];
  const x = across(step.startedAtMs);
  const bar = { x, y: y + 4, width: Math.max(3, across(step.startedAtMs + step.durationMs) - x), height: 14 };
  const name = repeated ? `${clipText(step.id, 21)} ×${step.attempt}` : clipText(step.id, 24);
  return html`<g><title>${formatHoverText(step)}</title>${[
    step.phase !== above?.phase && drawLabel(step.phase, 0, y + 16, 's'),
    drawLabel(name, NAMES_AT, y + 16, step.failure || step.error ? 'b' : ''),
    drawBox(bar, `fill-${tone}`),
    tone !== 'pass' && drawBox(bar, '', 'url(#tl)'),
    drawGlyph(shape, BARS.right + 16, y + 4, 14, tone),
    drawLabel(word, BARS.right + 36, y + 16, `${tone} b`),
    drawLabel(formatDuration(step.durationMs), WIDTH, y + 16, 'e'),
  ]}</g>
`;
}

function isRepeated(step: StepRecord, all: readonly StepRecord[]): boolean {
  return step.attempt > 1 || all.some((other) => other.id === step.id && other.attempt > 1);
}

function formatHoverText(step: StepRecord): string {
  const trouble = step.failure ? `${getFailureTitle(step.failure.code)}.` : (step.error?.message ?? '');
  return `${step.id} (${step.kind}), attempt ${step.attempt}: ${stepResultLabels[step.result].word}. ${trouble}`;
}

function drawTimeAxis(endMs: number, across: TimeScale, height: number): readonly Markup[] {
  const stepMs = chooseAxisStep(endMs, 6);
  const ticks = Array.from({ length: Math.floor(endMs / stepMs) + 1 }, (_, at) => at * stepMs);
  return ticks.flatMap((ms) => [
    drawLine(
      [
        [across(ms), 0],
        [across(ms), height - 20],
      ],
      'grid',
    ),
    drawLabel(ms === 0 ? '0' : formatDuration(ms), across(ms), height - 5, 's c'),
  ]);
}
