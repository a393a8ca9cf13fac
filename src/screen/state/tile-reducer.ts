// One event onto one fixture's tile, pure.
import type { StationEvent } from '../../domain/events.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import type { StepLine, Tile, TileFace, TileResult } from './board-state.ts';
import { createEmptyTile } from './board-state.ts';
import { formatEvidenceLine } from './evidence-line.ts';
import { sanitizeText } from './sanitize-text.ts';

const SERIAL_TAIL_LINES = 12;
const MAX_STEP_LINES = 64;
const MAX_EVIDENCE_LINES = 8;

/** The tile after the event. */
export function tileReducer(tile: Tile, event: StationEvent): Tile {
  switch (event.type) {
    case 'fixture-emptied':
      return clearTile(tile);
    case 'unit-attached':
    case 'unit-declared':
      return { ...clearTile(tile), face: chooseArrivalFace(tile) };
    case 'label-awaited':
      return { ...tile, face: 'waiting', asksAfter: null };
    case 'label-queued':
      return { ...tile, face: 'waiting', asksAfter: event.after };
    case 'label-given':
      return { ...tile, face: chooseArrivalFace(tile), asksAfter: null, given: toGivenLabel(event) };
    case 'label-taken-back':
      return { ...tile, given: null };
    case 'unit-identified':
      return {
        ...tile,
        face: tile.face === 'waiting' ? chooseArrivalFace(tile) : tile.face,
        unit: sanitizeText(formatUnitName(event.unit)),
      };
    case 'run-started':
      return {
        ...clearTile(tile),
        face: 'running',
        given: tile.given && { ...tile.given, isOpen: false },
        unit: sanitizeText(formatUnitName(event.run.unit)),
        purpose: event.run.purpose,
        stepCount: event.stepCount,
      };
    case 'step-started':
      return startStep(tile, event);
    case 'step-progressed':
      return tile.step === null
        ? tile
        : { ...tile, step: { ...tile.step, stage: sanitizeText(event.stage), done: event.done, total: event.total } };
    case 'step-finished':
      return { ...tile, step: null, steps: finishStepLine(tile.steps, event.step) };
    case 'serial-seen':
      return { ...tile, serialTail: [...tile.serialTail, sanitizeText(event.text)].slice(-SERIAL_TAIL_LINES) };
    case 'verdict-reached':
      return { ...tile, face: 'busy', step: null, question: null };
    case 'run-recorded':
      return applyRunRecord(tile, event.run);
    case 'verdict-revised':
      return tile.result?.runId === event.runId ? { ...tile, result: reviseResult(tile.result, event.verdict) } : tile;
    case 'fixture-stopped':
      return {
        ...tile,
        stop: { rule: sanitizeText(event.rule), reason: sanitizeText(event.reason) },
        face: tile.face === 'empty' || tile.face === 'busy' ? 'stopped' : tile.face,
      };
    case 'fixture-released':
      return { ...tile, stop: null, face: tile.face === 'stopped' ? 'empty' : tile.face };
    case 'challenge-due':
      return { ...tile, challengeMissing: event.missing.map(sanitizeText) };
    case 'cable-worn':
      return { ...tile, cable: { cycles: event.cycles, ratedCycles: event.ratedCycles } };
    default:
      return tile;
  }
}

/** Of a unit whose run has not begun: a stopped fixture turns it away, and tells no more of it. */
function chooseArrivalFace({ stop }: Tile): TileFace {
  return stop === null ? 'busy' : 'stopped';
}

/** The fixture without its unit: only what belongs to the fixture stays. */
export function clearTile(tile: Tile): Tile {
  const { number, runCount, failCount, stop, challengeMissing, cable, result } = tile;
  const face = stop === null ? 'empty' : 'stopped';
  const last = result === null ? tile.last : { unit: tile.unit ?? '', disposition: result.disposition };
  return { ...createEmptyTile(number), face, last, runCount, failCount, stop, challengeMissing, cable };
}

/** How long a tile shows the label that was scanned for it, at least. */
const GIVEN_MS = 2_000;

function toGivenLabel(event: Extract<StationEvent, { readonly type: 'label-given' }>): NonNullable<Tile['given']> {
  const { label, atMs, correctableMs } = event;
  return { label: sanitizeText(label), untilMs: atMs + Math.max(GIVEN_MS, correctableMs), isOpen: correctableMs > 0 };
}

function startStep(tile: Tile, event: Extract<StationEvent, { readonly type: 'step-started' }>): Tile {
  const { attempt, index, usualMs } = event;
  const id = sanitizeText(event.stepId);
  const line: StepLine = { id, attempt, result: 'running', durationMs: null, detail: null, evidence: [] };
  return {
    ...tile,
    face: 'running',
    question: null,
    step: { id, index, startedAtMs: event.atMs, usualMs: usualMs ?? null, stage: null, done: 0, total: 0 },
    steps: [...tile.steps, line].slice(-MAX_STEP_LINES),
  };
}

function finishStepLine(lines: readonly StepLine[], step: StepRecord): readonly StepLine[] {
  const detail = step.failure?.message ?? step.error?.message ?? null;
  const done: StepLine = {
    id: sanitizeText(step.id),
    attempt: step.attempt,
    result: step.result,
    durationMs: step.durationMs,
    detail: detail === null ? null : sanitizeText(detail),
    evidence: step.result === 'passed' ? [] : listEvidenceLines(step),
  };
  const at = lines.findLastIndex((line) => line.id === done.id && line.result === 'running');
  return at < 0 ? [...lines, done].slice(-MAX_STEP_LINES) : lines.with(at, done);
}

function listEvidenceLines(step: StepRecord): readonly string[] {
  const all = [...(step.failure?.evidence ?? []), ...step.evidence];
  const lines = all.map(formatEvidenceLine).filter((line) => line !== undefined);
  return [...new Set(lines.map(sanitizeText))].slice(0, MAX_EVIDENCE_LINES);
}

function applyRunRecord(tile: Tile, run: RunRecord): Tile {
  const isProduction = run.purpose === 'production';
  return {
    ...tile,
    face: 'result',
    question: null,
    unit: sanitizeText(formatUnitName(run.unit)),
    purpose: run.purpose,
    step: null,
    steps: tile.steps.length > 0 ? tile.steps : run.steps.reduce(finishStepLine, [] as readonly StepLine[]),
    runCount: tile.runCount + (isProduction ? 1 : 0),
    failCount: tile.failCount + (isProduction && run.verdict.disposition !== 'pass' ? 1 : 0),
    result: toTileResult(run),
  };
}

function toTileResult(run: RunRecord): TileResult {
  const { runId, durationMs } = run;
  return { runId, durationMs, ...toTileVerdict(run.verdict), reason: getVerdictReason(run) };
}

function reviseResult(result: TileResult, verdict: Verdict): TileResult {
  return { ...result, ...toTileVerdict(verdict), reason: formatVerdictReason(verdict) };
}

function toTileVerdict(verdict: Verdict): Omit<TileResult, 'runId' | 'durationMs' | 'reason'> {
  return {
    disposition: verdict.disposition,
    instruction: verdict.instruction,
    marks: verdict.marks,
    rule: sanitizeText(verdict.rule),
    ruleText: sanitizeText(verdict.ruleText),
    code: verdict.code,
    because: verdict.because.map(sanitizeText),
    suspects: verdict.suspects,
    likelihood: verdict.likelihood ?? {},
    wouldChange: sanitizeText(verdict.wouldChange),
    isTargetFree: true,
  };
}

/** Why a run ended as it did, in one line for the operator. */
export function getVerdictReason({ verdict, error }: Pick<RunRecord, 'verdict' | 'error'>): string {
  return formatVerdictReason(verdict, error?.message);
}

/** Never empty: where nothing more is known it is the rule's own sentence. */
export function formatVerdictReason({ operatorText, reason, code, ruleText, rule }: Verdict, trouble = ''): string {
  return sanitizeText(operatorText || reason || (code ? getFailureTitle(code) : trouble || ruleText || rule));
}
