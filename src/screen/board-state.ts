// What the operator's board shows, as plain data, and its start.
import type { FailureCode } from '../model/failure.ts';
import type { StepResult } from '../model/run.ts';
import type { Disposition, Instruction, Mark } from '../model/verdict.ts';

/** What a tile says: at most one word at a time. `waiting` is for the label, `busy` for identifying and recording. */
export type TileFace = 'empty' | 'waiting' | 'busy' | 'running' | 'result' | 'stopped';

export interface StepLine {
  readonly id: string;
  readonly attempt: number;
  readonly result: StepResult | 'running';
  readonly durationMs: number | null;
  readonly detail: string | null;
}

/** The step that runs now. Times are on the station's monotonic clock. */
export interface RunningStep {
  readonly id: string;
  /** Zero-based place in the recipe. */
  readonly index: number;
  readonly startedAtMs: number;
  readonly usualMs: number | null;
  readonly stage: string | null;
  readonly done: number;
  readonly total: number;
}

export interface TileResult {
  readonly runId: string;
  readonly disposition: Disposition;
  readonly instruction: Instruction;
  readonly marks: readonly Mark[];
  readonly rule: string;
  readonly code: FailureCode | null;
  readonly reason: string;
  readonly because: readonly string[];
  readonly wouldChange: string;
  readonly durationMs: number;
}

/** One fixture. */
export interface Tile {
  readonly number: number;
  readonly face: TileFace;
  readonly unit: string | null;
  readonly runId: string | null;
  readonly runStartedAtMs: number | null;
  readonly stepCount: number;
  readonly step: RunningStep | null;
  readonly steps: readonly StepLine[];
  readonly result: TileResult | null;
  readonly stopReason: string | null;
  readonly serialTail: readonly string[];
  readonly runCount: number;
  readonly failCount: number;
}

/** A unit that did not pass, until somebody has put it away and said so. */
export interface FailingUnit {
  readonly runId: string;
  readonly unit: string;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly instruction: Instruction;
  /** Where it is now: still in the fixture, or in somebody's hand. */
  readonly fixture: number;
  readonly lifted: boolean;
}

export interface Alarm {
  readonly id: string;
  readonly text: string;
  readonly hint: string;
  readonly fixture: number | null;
}

export interface OpenPrompt {
  readonly promptId: string;
  readonly fixture: number;
  readonly question: string;
  readonly choices: readonly string[];
  readonly expiresAtMs: number | null;
}

/** Counts of units, not of runs, but for `runs`. */
export interface BatchCounts {
  readonly runs: number;
  readonly done: number;
  readonly pass: number;
  readonly rework: number;
  readonly hold: number;
  readonly scrap: number;
  readonly firstRuns: number;
  readonly firstPasses: number;
}

export interface BoardState {
  readonly batch: string | null;
  readonly product: string | null;
  readonly targetCount: number | null;
  readonly openedAtMs: number | null;
  readonly nowMs: number;
  readonly operator: string | null;
  readonly tiles: readonly Tile[];
  readonly failing: readonly FailingUnit[];
  readonly alarms: readonly Alarm[];
  readonly prompts: readonly OpenPrompt[];
  readonly counts: BatchCounts;
  readonly challengeDue: readonly { readonly fixture: number; readonly missing: readonly string[] }[];
}

/** The board before anything happened. */
export function emptyBoard(fixtureNumbers: readonly number[]): BoardState {
  return {
    batch: null,
    product: null,
    targetCount: null,
    openedAtMs: null,
    nowMs: 0,
    operator: null,
    tiles: [...fixtureNumbers].sort((left, right) => left - right).map(emptyTile),
    failing: [],
    alarms: [],
    prompts: [],
    counts: { runs: 0, done: 0, pass: 0, rework: 0, hold: 0, scrap: 0, firstRuns: 0, firstPasses: 0 },
    challengeDue: [],
  };
}

/** A fixture with nothing in it. */
export function emptyTile(number: number): Tile {
  return {
    number,
    face: 'empty',
    unit: null,
    runId: null,
    runStartedAtMs: null,
    stepCount: 0,
    step: null,
    steps: [],
    result: null,
    stopReason: null,
    serialTail: [],
    runCount: 0,
    failCount: 0,
  };
}
