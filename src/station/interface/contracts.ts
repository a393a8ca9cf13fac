// What the station asks of the rooms around it (a journal, a history, a judge), and what it offers to the screen and to cli.
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { HeldUnit } from '../../domain/decisions/held-unit.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type {
  ErrorRecord,
  RecipeTrust,
  RunHeader,
  RunRecord,
  StepRecord,
  UnjudgedRun,
  WriteIntent,
} from '../../domain/run/run.ts';
import type { Disposition, Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity, UnitPurpose } from '../../domain/unit/unit.ts';
import type { DebugProbe } from '../../equipment/debug-probe.ts';
import type { PowerSwitch } from '../../equipment/power-switch.ts';
import type { ProgramRunner } from '../../equipment/programs.ts';
import type { SerialPorts } from '../../equipment/serial.ts';
import type { PortPath, UsbBus } from '../../equipment/usb.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { StepInput, StepReport } from '../../recipe/step.ts';
import type { StationLog } from '../../record/log/station-log.ts';
import type { RecordWatcher } from '../../record/record-watch.ts';
import type { FixtureStatus } from '../../verdict/attempts/judgement-input.ts';
import type { ContainmentAction } from '../../verdict/fixtures/containment.ts';
import type { Policy } from '../../verdict/policy/policy.ts';

/**
 * Where runs are kept. Every promise resolves only when what was given, and everything before it, is durable; that of
 * `step` already when it survives the end of the process. Throws StationError `record/...`.
 */
export interface RunJournal {
  beginRun(run: RunHeader): Promise<void>;
  recordWriteIntent(intent: WriteIntent): Promise<void>;
  recordStep(runId: string, step: StepRecord): Promise<void>;
  recordUnitIdentity(runId: string, unit: UnitIdentity): Promise<void>;
  /** Gives the run's place in the record. */
  finishRun(run: RunRecord): Promise<number>;
}

/** What came before; its order is that of its places in the record. */
export interface RunHistory {
  /** Finished runs of this unit at this operation (recipe name), by any of its identities, oldest first. */
  findRunsOfUnit(unit: UnitIdentity, recipeName: string): Promise<readonly RecordedRun[]>;
  /** The unit's finished runs at every other operation, oldest first. */
  findRunsAtOtherOperations(unit: UnitIdentity, recipeName: string): Promise<readonly RecordedRun[]>;
  /** How many runs were made at a fixture after that place in the record, counted up to `limit`. */
  countRunsAtFixture(fixture: number, afterSequence: number, limit: number): Promise<number>;
  /** Median duration (ms) of each step id over the last passed runs of the recipe. */
  computeMedianStepMs(recipeName: string): Promise<ReadonlyMap<string, number>>;
  /** The last finished runs of the station, newest first. */
  findRecentRuns(limit: number): Promise<readonly RecordedRun[]>;
  /** One finished run by its id. */
  findRun(runId: string): Promise<RecordedRun | undefined>;
  /** Intents of runs that never finished, by unit. */
  findOpenWriteIntents(unit: UnitIdentity): Promise<readonly WriteIntent[]>;
  /** Other units that carry this label or a key of this unit, or other labels of this id. */
  findIdentityConflicts(unit: UnitIdentity): Promise<readonly { readonly other: UnitIdentity }[]>;
}

/** Why a unit is not run: the rule, where the unit stands, and the failure that the record keeps where there is one. */
export interface Refusal {
  readonly rule: string;
  readonly reason: string;
  readonly disposition: Disposition;
  readonly failure: Failure | null;
}

/** Decides over units and fixtures; the station only obeys. Never throws for anything that a unit did. */
export interface RunJudge {
  /**
   * Null when this unit may be run: its retest budget, its identity, the operation before. Asked before anything is done
   * to it, and again as soon as a run has learnt more of who it is.
   */
  admit(unit: UnitIdentity, purpose: UnitPurpose): Promise<Refusal | null>;
  /** `refusal` is given when the run was ended by one. */
  judge(
    run: UnjudgedRun,
    fixtures: readonly FixtureStatus[],
    refusal: Refusal | null,
  ): Promise<{ readonly verdict: Verdict; readonly attempt: number }>;
  /** The verdict on a run as it is now, by all that has become known since; null when people have acted, and it is theirs. */
  judgeAgain(run: RecordedRun, fixtures: readonly FixtureStatus[]): Promise<Verdict | null>;
  /** Asked once after each recorded run: what must be stopped or declared void because of it. */
  review(run: RecordedRun, fixtures: readonly FixtureStatus[]): Promise<readonly ContainmentAction[]>;
}

/** What is kept beside runs, and what people did to units: the part of the record's log that running needs. */
export type StationNotes = Pick<
  StationLog,
  'append' | 'findRecentEntries' | 'findNotesOfUnit' | 'findRevisedVerdict' | 'readVoidedRunIds' | 'sign'
>;

/** Carries out one step: never throws for a unit's or the station's trouble, but turns both into the report. */
export type RunStep = (kind: string, surroundings: StepInput) => Promise<StepReport>;

/** How a unit came in: seen on the bus, or said to be there by a person. */
export type ArrivalKind = 'seen' | 'declared';

/** Times of hand and eye, in ms. */
export interface LabelTiming {
  /** Nobody has read a question sooner than this: a scan before it was meant for something else. */
  readonly readMs: number;
  /** After a unit left while its label was asked for, a scan that was meant for it is not given to another for so long. */
  readonly movedMs: number;
  /** A unit that shows itself sooner than this after a scan, or after its fixture became empty, was in the fixture before. */
  readonly insertMs: number;
  /** How long a label stays open to correction where several fixtures waited for one. */
  readonly correctMs: number;
}

/** The part of a station file that running needs; a loaded StationPlan has it. */
export interface FixturePlace {
  readonly number: number;
  readonly portPath: PortPath;
  /** Where the unit's serial port appears; the fixture's own port unless the unit has a second connector. */
  readonly serialPath: PortPath;
  /** Name of the cable on it, whose mating cycles are counted. */
  readonly cable: string | null;
}

export interface StationOptions {
  readonly station: string;
  readonly fixtures: readonly FixturePlace[];
  /** Runs at once; null for as many as there are fixtures. */
  readonly concurrency: number | null;
  readonly policy: Policy;
  readonly recipe: Recipe;
  /** `targetCount` units with a settled disposition end the batch; null: people end it. */
  readonly batch: { readonly name: string; readonly targetCount: number | null };
  readonly operator: Person | null;
  readonly program: string;
  /** Host and program instance. */
  readonly instance: string;
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  readonly powerFor: (fixture: number) => PowerSwitch | null;
  readonly probeFor: (fixture: number) => DebugProbe | null;
  /** Null unless the station allows outside programs by hash. */
  readonly programs: ProgramRunner | null;
  readonly runStep: RunStep;
  readonly journal: RunJournal;
  readonly history: RunHistory;
  readonly log: StationNotes;
  readonly judge: RunJudge;
  readonly clock: Clock;
  readonly random: Random;
  /** Times of hand and eye at the scanner, when not the usual ones. */
  readonly labelTiming?: LabelTiming;
  /** What people should know and what stops nothing, such as a disk that fills: asked at the start and after each run. */
  readonly notices?: () => readonly ErrorRecord[];
  /** On whose word the recipe runs, as it stands in every run. */
  readonly trust?: RecipeTrust;
  /** Begins to tell of trouble of the record that no run brings up; gives a way to stop. */
  readonly watchRecord?: (told: RecordWatcher) => () => void;
}

/** How a station's shift ended. */
export interface StationSummary {
  readonly runs: number;
  /** Units by their last disposition. */
  readonly units: Readonly<Record<Disposition, number>>;
  /** Codes of station faults that were raised, in order. */
  readonly faults: readonly string[];
  /** Units that still wait for something, oldest first. */
  readonly waiting: readonly HeldUnit[];
}

/** A running station: events out, commands in. No command waits for a unit. */
export interface Station {
  /** Listeners hear every event in order; one that throws is dropped and harms nobody. The returned function ends it. */
  subscribe(listener: (event: StationEvent) => void): () => void;
  /** Opens the batch and takes in the units that are plugged in already. Throws StationError `record/...`. */
  start(): Promise<void>;
  /** Ends safely: starts no new run, lets running ones end, closes the batch. */
  finish(): Promise<StationSummary>;
  /** Ends now: running steps are aborted, teardowns run, power goes off; bounded by the teardowns' own times. */
  abort(): Promise<StationSummary>;
  /** How each fixture stands as a tester now. */
  listFixtureStatuses(): readonly FixtureStatus[];
  /** Resolves when the batch's target count is reached and no run is open, or the station was ended. */
  readonly ended: Promise<StationSummary>;
  /** A text from the scanner: a label, or one of the station's command cards. */
  scan(text: string): void;
  /** The fixture's own barcode: the label scanned next, or just now, is for this fixture. */
  chooseFixture(fixture: number): void;
  /**
   * The label was scanned for another unit: the fixture asks again, or its run ends without the label. Null: the label
   * that waits for the next unit. Throws StationError `station/label-stands` when something was written, or there is none.
   */
  takeLabelBack(fixture: number | null): void;
  /** The operator has put the unit of this run where the verdict said. */
  confirmPutAway(runId: string): void;
  stopFixture(fixture: number, reason: string): void;
  /**
   * A unit is in the fixture of which nothing is seen on the bus: it is run all the same. Its result stays until it is
   * confirmed, until the next start, or until another unit shows itself. Throws StationError `station/cannot-start`.
   */
  startUndetectedUnit(fixture: number): void;
  /**
   * Lets a stopped or faulted fixture work again. One that a rule stopped needs its challenge set first, where the recipe
   * has one; one with a worn cable needs a new cable. Throws StationError `station/not-proven`, `station/cable-worn`,
   * `record/not-allowed`.
   */
  releaseFixture(fixture: number, cause: string, by: Person): Promise<void>;
  /** A new cable is on the fixture: its plug-ins are counted anew. Throws StationError `record/...`. */
  replaceCable(fixture: number, cable: string, by: Person): Promise<void>;
  /**
   * Whoever is logged in signs that the unit of this run is scrapped, while it waits to be put away. Throws StationError
   * `station/nobody-logged-in`, `station/nothing-to-sign`, `sign/not-in-order`, `record/...`.
   */
  signScrap(runId: string, reason: string): Promise<void>;
  answerPrompt(promptId: string, answer: string): void;
  changeOperator(operator: Person | null): void;
}
