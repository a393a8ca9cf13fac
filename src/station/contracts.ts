// What the station asks of the rooms around it (a journal, a history, a judge), and what it offers to the screen and to cli.
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { DebugProbe } from '../equipment/debug-probe.ts';
import type { PowerSwitch } from '../equipment/power.ts';
import type { SerialPorts } from '../equipment/serial.ts';
import type { PortPath, UsbBus } from '../equipment/usb.ts';
import type { StationEvent } from '../model/events.ts';
import type { RunHeader, RunRecord, StepRecord, WriteIntent } from '../model/run.ts';
import type { UnitIdentity, UnitPurpose } from '../model/unit.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { StepReport, StepSurroundings } from '../recipe/step.ts';

/** Where runs are kept. Every promise resolves only when what was given is durable. Throws StationError `record/...`. */
export interface RunJournal {
  begin(run: RunHeader): Promise<void>;
  intend(intent: WriteIntent): Promise<void>;
  step(runId: string, step: StepRecord): Promise<void>;
  identify(runId: string, unit: UnitIdentity): Promise<void>;
  finish(run: RunRecord): Promise<void>;
}

/** What came before. */
export interface RunHistory {
  /** Finished runs of this unit at this operation (recipe name), by any of its identities, oldest first. */
  runsOfUnit(unit: UnitIdentity, recipeName: string): Promise<readonly RunRecord[]>;
  /** The last finished runs of the station, newest first. */
  recentRuns(limit: number): Promise<readonly RunRecord[]>;
  /** Intents of runs that never finished, by unit. */
  openIntents(unit: UnitIdentity): Promise<readonly WriteIntent[]>;
  /** Other units that carry this label, or other labels of this id. */
  identityConflicts(
    unit: UnitIdentity,
  ): Promise<readonly { readonly kind: 'label-reused' | 'unit-relabelled'; readonly other: UnitIdentity }[]>;
}

/** A run whose steps are over and which nobody has judged yet. */
export type UnjudgedRun = Omit<RunRecord, 'verdict' | 'attempt'>;

/** What the station knows at the moment of judgement that no record says. */
export interface JudgeCircumstances {
  /** Fixtures of this station that could take the unit next, this one left out. */
  readonly otherFixtures: readonly number[];
  /** Fixtures whose runs failed within the last ten seconds, this one included. */
  readonly failingTogether: readonly number[];
  /** True when the fixture is held by a stop rule or its challenge is overdue. */
  readonly fixtureStopped: boolean;
}

/** A fixture that a rule holds from now on. */
export interface FixtureStop {
  readonly fixture: number;
  readonly rule: string;
  readonly reason: string;
}

/** Decides over units and fixtures; the station only obeys. Never throws for anything that a unit did. */
export interface RunJudge {
  /** Whether this unit may be run at all: its retest budget, its identity, the operation before. Asked before anything is done to it. */
  admit(unit: UnitIdentity, purpose: UnitPurpose): Promise<{ readonly admitted: boolean; readonly reason: string }>;
  judge(run: UnjudgedRun, circumstances: JudgeCircumstances): Promise<{ verdict: Verdict; attempt: number }>;
  /** Asked after each recorded run: which fixtures must stop now. */
  stops(run: RunRecord): readonly FixtureStop[];
}

/** Carries out one step: never throws for a unit's or the station's trouble, but turns both into the report. */
export type RunStep = (kind: string, surroundings: StepSurroundings) => Promise<StepReport>;

/** The part of a station file that running needs; a loaded StationPlan has it. */
export interface FixturePlace {
  readonly number: number;
  readonly portPath: PortPath;
  /** Name of the cable on it, whose mating cycles are counted. */
  readonly cable: string | null;
}

export interface StationOptions {
  readonly station: string;
  readonly fixtures: readonly FixturePlace[];
  /** Runs at once; null for as many as there are fixtures. */
  readonly concurrency: number | null;
  readonly recipe: Recipe;
  readonly batch: { readonly name: string; readonly targetCount: number | null };
  readonly operator: string | null;
  readonly program: string;
  /** Host and program instance. */
  readonly instance: string;
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  readonly powerFor: (fixture: number) => PowerSwitch | null;
  readonly probeFor: (fixture: number) => DebugProbe | null;
  readonly runStep: RunStep;
  readonly journal: RunJournal;
  readonly history: RunHistory;
  readonly judge: RunJudge;
  readonly clock: Clock;
  readonly random: Random;
  /** What a unit is used for, by its label; production when left out. */
  readonly purposeOf?: (unit: UnitIdentity) => UnitPurpose;
}

/** How a station's shift ended. */
export interface StationSummary {
  readonly runs: number;
  /** Runs by disposition. */
  readonly dispositions: Readonly<Record<string, number>>;
  /** Codes of station faults that were raised. */
  readonly faults: readonly string[];
}

/** A running station: events out, commands in. No command waits for a unit; each returns at once. */
export interface Station {
  /** Listeners hear every event in order; one that throws is dropped and harms nobody. */
  subscribe(listener: (event: StationEvent) => void): () => void;
  /** Opens the batch and takes in the units that are plugged in already. */
  start(): Promise<void>;
  /** Ends safely: starts no new run, lets running ones end, closes the batch. */
  finish(): Promise<StationSummary>;
  /** Ends now: running steps are aborted, teardowns run, power goes off; bounded. */
  abort(): Promise<StationSummary>;
  /** Resolves when the batch's target count is recorded or the station was ended. */
  readonly ended: Promise<StationSummary>;
  /** A text from the scanner: a label, or one of the station's barcode commands. */
  scan(text: string): void;
  /** The operator has put the unit of this run where the verdict said. */
  confirmPutAway(runId: string): void;
  stopFixture(fixture: number, reason: string): void;
  /** Lets a stopped fixture work again; the cause is recorded. */
  releaseFixture(fixture: number, cause: string, by: string): void;
  answerPrompt(promptId: string, answer: string): void;
  login(operator: string | null): void;
}
