// What the operator's board shows, as plain data that survives JSON, and its start.

import type { UnitTally } from '../../domain/quality/yields.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import type { StepResult } from '../../domain/run/run.ts';
import {
  type Bin,
  countDispositions,
  type Disposition,
  type Instruction,
  type Mark,
  type Suspect,
} from '../../domain/run/verdict.ts';
import type { UnitIdentity, UnitPurpose } from '../../domain/unit/unit.ts';

/** What a tile says: at most one word at a time. `closed` is an empty fixture of a station that ends, `waiting` is for the label, `asking` for an answer, `busy` for identifying and recording. */
export type TileFace = 'empty' | 'closed' | 'waiting' | 'busy' | 'running' | 'asking' | 'result' | 'stopped';

export interface StepLine {
  readonly id: string;
  readonly attempt: number;
  readonly result: StepResult | 'running';
  readonly durationMs: number | null;
  readonly detail: string | null;
  /** What was observed, a line each; only of a step that did not pass. */
  readonly evidence: readonly string[];
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
  readonly ruleText: string;
  readonly code: FailureCode | null;
  readonly reason: string;
  readonly because: readonly string[];
  readonly suspects: readonly Suspect[];
  /** Probability of each cause, 0 to 1; empty when none was computed. */
  readonly likelihood: Readonly<Record<string, number>>;
  readonly wouldChange: string;
  /** False while the fixture that the unit is to be put into is not empty. */
  readonly isTargetFree: boolean;
  readonly durationMs: number;
}

/** One fixture. */
export interface Tile {
  readonly number: number;
  readonly face: TileFace;
  readonly unit: string | null;
  readonly purpose: UnitPurpose | null;
  readonly stepCount: number;
  readonly step: RunningStep | null;
  readonly steps: readonly StepLine[];
  /** The fixture that is asked for its label before this one; null when this one asks now. */
  readonly asksAfter: number | null;
  /** The label that was scanned for the unit here, shown large until that time; `isOpen` while nothing is done to the unit. */
  readonly given: { readonly label: string; readonly untilMs: number; readonly isOpen: boolean } | null;
  /** What a step asks the person at the station just now. */
  readonly question: string | null;
  /** What it may be answered with, by number from 1; empty for an answer in one's own words. */
  readonly choices: readonly string[];
  readonly result: TileResult | null;
  /** What came out of the unit before, until the next result. */
  readonly last: { readonly unit: string; readonly disposition: Disposition } | null;
  readonly stop: { readonly rule: string; readonly reason: string } | null;
  readonly serialTail: readonly string[];
  readonly runCount: number;
  readonly failCount: number;
  /** Reference units to be run here; empty when the fixture is proved. */
  readonly challengeMissing: readonly string[];
  /** Only when the cable nears or has reached its end. */
  readonly cable: { readonly cycles: number; readonly ratedCycles: number } | null;
}

/** A unit that did not pass, until somebody has put it away and said so. */
export interface FailingUnit {
  readonly runId: string;
  /** The unit's name over all its runs. */
  readonly key: string;
  readonly unit: string;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly instruction: Instruction;
  /** Where it is now: still in the fixture, or in somebody's hand. */
  readonly fixture: number;
  readonly lifted: boolean;
  /** The bin in which it lies, where it was put away and judged again since; else null. */
  readonly calledFrom: Bin | null;
  /** False while the fixture that it is to be put into is not empty. */
  readonly isTargetFree: boolean;
}

/** A label that was scanned before its unit was put in. */
export interface NextLabel {
  readonly label: string;
  /** Null for whichever fixture gets the next unit. */
  readonly fixture: number | null;
  readonly untilMs: number;
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
  /** Choices with which the step passes; all others are confirmed. */
  readonly passing: readonly string[];
  readonly expiresAtMs: number | null;
}

/** Something that a person should read once and need not answer, such as a scan that was refused. */
export interface Notice {
  readonly kind:
    | 'scan-refused'
    | 'label-dropped'
    | 'label-taken-back'
    | 'unknown-device'
    | 'from-here'
    | 'scrap-signed'
    | 'scrap-signed-first';
  readonly subject: string;
  readonly text: string;
  readonly untilMs: number;
}

/** Units by where they stand now; runs apart. */
export interface BatchCounts {
  readonly runs: number;
  readonly units: Readonly<Record<Disposition, number>>;
  readonly firstRuns: number;
  readonly firstPasses: number;
}

/** What the counts are made from: each unit's story in numbers, and its names. */
export interface BatchUnits {
  readonly tallies: Readonly<Record<string, UnitTally>>;
  /** Identity key to the unit's name, so that a unit whose id is learnt late stays one unit. */
  readonly names: Readonly<Record<string, string>>;
  /** What is known of the unit of each name. */
  readonly identities: Readonly<Record<string, UnitIdentity>>;
  /** Failure code to the number of runs that ended by it. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface BoardState {
  readonly batch: string | null;
  readonly product: string | null;
  readonly targetCount: number | null;
  readonly openedAtMs: number | null;
  /** No run begins any more. */
  readonly isEnding: boolean;
  readonly isClosed: boolean;
  /** Time of the last event on the station's monotonic clock. */
  readonly nowMs: number;
  readonly operator: string | null;
  readonly tiles: readonly Tile[];
  readonly failing: readonly FailingUnit[];
  readonly alarms: readonly Alarm[];
  readonly prompts: readonly OpenPrompt[];
  readonly notice: Notice | null;
  readonly nextLabel: NextLabel | null;
  readonly counts: BatchCounts;
  readonly units: BatchUnits;
}

/** The board before anything happened. */
export function createEmptyBoard(fixtureNumbers: readonly number[]): BoardState {
  return {
    batch: null,
    product: null,
    targetCount: null,
    openedAtMs: null,
    isEnding: false,
    isClosed: false,
    nowMs: 0,
    operator: null,
    tiles: [...fixtureNumbers].sort((left, right) => left - right).map(createEmptyTile),
    failing: [],
    alarms: [],
    prompts: [],
    notice: null,
    nextLabel: null,
    counts: { runs: 0, units: countDispositions([]), firstRuns: 0, firstPasses: 0 },
    units: { tallies: {}, names: {}, identities: {}, codes: {} },
  };
}

/** A fixture with nothing in it. */
export function createEmptyTile(number: number): Tile {
  return {
    number,
    face: 'empty',
    unit: null,
    purpose: null,
    stepCount: 0,
    step: null,
    steps: [],
    asksAfter: null,
    given: null,
    question: null,
    choices: [],
    result: null,
    last: null,
    stop: null,
    serialTail: [],
    runCount: 0,
    failCount: 0,
    challengeMissing: [],
    cable: null,
  };
}

/** Whether the unit is to be destroyed, proposed or signed. */
export function isScrapUnit({ disposition }: Pick<FailingUnit, 'disposition'>): boolean {
  return disposition === 'scrap' || disposition === 'scrap-proposed';
}
