// One event onto the board: (state, event) -> state, pure; all of the screen's logic is here.
import { clipText, visibleText } from '../base/visible-text.ts';
import type { StationEvent } from '../model/events.ts';
import { failureTitle } from '../model/failure.ts';
import type { RunRecord, StepRecord } from '../model/run.ts';
import { unitName } from '../model/unit.ts';
import type { BatchCounts, BoardState, FailingUnit, StepLine, Tile } from './board-state.ts';
import { emptyTile } from './board-state.ts';

const SERIAL_TAIL_LINES = 12;
const SERIAL_LINE_LENGTH = 200;
const MAX_STEP_LINES = 64;

/** The board after the event. */
export function foldEvent(state: BoardState, event: StationEvent): BoardState {
  const now = { ...state, nowMs: Math.max(state.nowMs, event.atMs) };
  switch (event.type) {
    case 'batch-opened':
      return {
        ...now,
        batch: event.batch,
        product: event.product,
        targetCount: event.targetCount,
        openedAtMs: event.atMs,
        tiles: event.fixtureNumbers.map(
          (number) => state.tiles.find((tile) => tile.number === number) ?? emptyTile(number),
        ),
      };
    case 'batch-closed':
      return { ...now, batch: null };
    case 'operator-changed':
      return { ...now, operator: event.operator };
    case 'prompt-opened': {
      const expiresAtMs = event.expiresInMs === null ? null : event.atMs + event.expiresInMs;
      return { ...now, prompts: [...state.prompts, { ...event, expiresAtMs }] };
    }
    case 'prompt-closed':
      return { ...now, prompts: state.prompts.filter((prompt) => prompt.promptId !== event.promptId) };
    case 'unit-put-away':
      return { ...now, failing: state.failing.filter((unit) => unit.runId !== event.runId) };
    case 'station-fault-raised': {
      const alarm = { id: event.faultId, text: event.message, hint: event.hint, fixture: event.fixture };
      return { ...now, alarms: [...state.alarms.filter((old) => old.id !== alarm.id), alarm] };
    }
    case 'station-fault-cleared':
      return { ...now, alarms: state.alarms.filter((alarm) => alarm.id !== event.faultId) };
    case 'challenge-due': {
      const others = state.challengeDue.filter((due) => due.fixture !== event.fixture);
      const mine = event.missing.length > 0 ? [{ fixture: event.fixture, missing: event.missing }] : [];
      return { ...now, challengeDue: [...others, ...mine] };
    }
    case 'run-recorded':
      return foldRecorded(
        withTile(now, event.fixture, (tile) => recordedTile(tile, event.run)),
        event.run,
      );
    case 'unit-removed':
      return {
        ...withTile(now, event.fixture, (tile) => ({ ...emptyTile(tile.number), ...carriedOver(tile) })),
        failing: state.failing.map((unit) => (unit.fixture === event.fixture ? { ...unit, lifted: true } : unit)),
      };
    default:
      return 'fixture' in event && typeof event.fixture === 'number'
        ? withTile(now, event.fixture, (tile) => foldTile(tile, event))
        : now;
  }
}

function withTile(state: BoardState, fixture: number, change: (tile: Tile) => Tile): BoardState {
  return { ...state, tiles: state.tiles.map((tile) => (tile.number === fixture ? change(tile) : tile)) };
}

/** What a fixture keeps when its unit leaves. */
function carriedOver(tile: Tile): Partial<Tile> {
  return {
    runCount: tile.runCount,
    failCount: tile.failCount,
    stopReason: tile.stopReason,
    ...(tile.stopReason === null ? {} : { face: 'stopped' as const }),
  };
}

function foldTile(tile: Tile, event: StationEvent): Tile {
  switch (event.type) {
    case 'fixture-emptied':
      return { ...emptyTile(tile.number), ...carriedOver(tile) };
    case 'unit-attached':
      return { ...emptyTile(tile.number), ...carriedOver(tile), face: tile.stopReason === null ? 'busy' : 'stopped' };
    case 'label-awaited':
      return { ...tile, face: 'waiting' };
    case 'unit-identified':
      return { ...tile, unit: shown(unitName(event.unit)) };
    case 'run-started':
      return {
        ...tile,
        face: 'running',
        unit: shown(unitName(event.run.unit)),
        runId: event.run.runId,
        runStartedAtMs: event.atMs,
        stepCount: event.stepCount,
        steps: [],
        result: null,
        serialTail: [],
      };
    case 'step-started': {
      const line: StepLine = {
        id: event.stepId,
        attempt: event.attempt,
        result: 'running',
        durationMs: null,
        detail: null,
      };
      return {
        ...tile,
        step: {
          id: event.stepId,
          index: event.index,
          startedAtMs: event.atMs,
          usualMs: event.usualMs ?? null,
          stage: null,
          done: 0,
          total: 0,
        },
        steps: [...tile.steps, line].slice(-MAX_STEP_LINES),
      };
    }
    case 'step-progressed':
      return tile.step === null
        ? tile
        : { ...tile, step: { ...tile.step, stage: event.stage, done: event.done, total: event.total } };
    case 'step-finished':
      return { ...tile, step: null, steps: finishedLines(tile.steps, event.step) };
    case 'serial-seen':
      return { ...tile, serialTail: [...tile.serialTail, shown(event.text)].slice(-SERIAL_TAIL_LINES) };
    case 'verdict-reached':
      return { ...tile, face: 'busy', step: null };
    case 'fixture-stopped':
      return { ...tile, stopReason: event.reason, ...(tile.result === null ? { face: 'stopped' as const } : {}) };
    case 'fixture-released':
      return { ...tile, stopReason: null, ...(tile.face === 'stopped' ? { face: 'empty' as const } : {}) };
    default:
      return tile;
  }
}

function finishedLines(lines: readonly StepLine[], step: StepRecord): readonly StepLine[] {
  const detail = step.failure?.message ?? step.error?.message ?? null;
  const done: StepLine = {
    id: step.id,
    attempt: step.attempt,
    result: step.result,
    durationMs: step.durationMs,
    detail: detail === null ? null : shown(detail),
  };
  const at = lines.findLastIndex((line) => line.id === step.id && line.result === 'running');
  return at < 0 ? [...lines, done].slice(-MAX_STEP_LINES) : lines.with(at, done);
}

function recordedTile(tile: Tile, run: RunRecord): Tile {
  return {
    ...tile,
    face: 'result',
    unit: shown(unitName(run.unit)),
    runId: run.runId,
    step: null,
    runCount: tile.runCount + 1,
    failCount: tile.failCount + (run.verdict.disposition === 'pass' ? 0 : 1),
    result: {
      runId: run.runId,
      disposition: run.verdict.disposition,
      instruction: run.verdict.instruction,
      marks: run.verdict.marks,
      rule: run.verdict.rule,
      code: run.verdict.code,
      reason: reasonOf(run),
      because: run.verdict.because.map(shown),
      wouldChange: shown(run.verdict.wouldChange),
      durationMs: run.durationMs,
    },
  };
}

function foldRecorded(state: BoardState, run: RunRecord): BoardState {
  if (run.purpose !== 'production') return state;
  return { ...state, counts: countRun(state.counts, run), failing: failingAfter(state.failing, run) };
}

function countRun(counts: BatchCounts, run: RunRecord): BatchCounts {
  const { disposition } = run.verdict;
  const isFirst = run.attempt === 1 && run.verdict.countsAgainstUnit;
  const add = (is: boolean): number => (is ? 1 : 0);
  return {
    runs: counts.runs + 1,
    done: counts.done + add(disposition !== 'retest'),
    pass: counts.pass + add(disposition === 'pass'),
    rework: counts.rework + add(disposition === 'rework'),
    hold: counts.hold + add(disposition === 'hold'),
    scrap: counts.scrap + add(disposition === 'scrap-proposed' || disposition === 'scrap'),
    firstRuns: counts.firstRuns + add(isFirst),
    firstPasses: counts.firstPasses + add(isFirst && disposition === 'pass'),
  };
}

/** A unit has at most one line: its latest run replaces the one before, and a pass takes it off. */
function failingAfter(failing: readonly FailingUnit[], run: RunRecord): readonly FailingUnit[] {
  const unit = shown(unitName(run.unit));
  const others = failing.filter((line) => line.unit !== unit);
  const { disposition, instruction } = run.verdict;
  if (disposition === 'pass') return others;
  return [
    ...others,
    { runId: run.runId, unit, disposition, reason: reasonOf(run), instruction, fixture: run.fixture, lifted: false },
  ];
}

function reasonOf(run: RunRecord): string {
  const { verdict } = run;
  return shown(
    verdict.operatorText || verdict.reason || (verdict.code ? failureTitle(verdict.code) : (run.error?.message ?? '')),
  );
}

function shown(text: string): string {
  return clipText(visibleText(text), SERIAL_LINE_LENGTH);
}
