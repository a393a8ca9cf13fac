// The contract of a step kind: its parameters, what it does to a unit, and how trouble becomes an outcome.
import type { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Evidence } from '../domain/run/evidence.ts';
import type { Failure } from '../domain/run/failure.ts';
import type { Measurement } from '../domain/run/measurement.ts';
import type { ErrorRecord, WriteIntent } from '../domain/run/run.ts';
import type { UnitIdentity } from '../domain/unit/unit.ts';
import type { DebugProbe } from '../equipment/debug-probe.ts';
import type { Operator } from '../equipment/operator.ts';
import type { PowerSwitch } from '../equipment/power-switch.ts';
import type { ProgramRunner } from '../equipment/programs.ts';
import type { SerialPorts } from '../equipment/serial.ts';
import type { PortPath, UsbBus } from '../equipment/usb.ts';
import type { Permit, Recipe, RecipeStep, WriteMode } from './recipe.ts';

/** What a step came to. `failed` speaks of the unit, `errored` of the station: only the first can condemn a unit. */
export type StepOutcome =
  | { readonly result: 'passed' }
  | { readonly result: 'failed'; readonly failure: Failure }
  | { readonly result: 'errored'; readonly error: ErrorRecord }
  | { readonly result: 'timeout'; readonly failure: Failure }
  | { readonly result: 'aborted' };

/** A step's outcome with everything it observed on the way. */
export type StepReport = StepOutcome & {
  readonly measurements: readonly Measurement[];
  readonly evidence: readonly Evidence[];
};

/** The fixture's equipment as a step sees it. */
export interface FixtureEquipment {
  readonly number: number;
  readonly portPath: PortPath;
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  /** Where the unit's serial port appears: the fixture's own port, or that of a second connector. */
  readonly serialPath: PortPath;
  readonly power: PowerSwitch | null;
  readonly probe: DebugProbe | null;
  readonly operator: Operator;
  /** Null unless the station allows outside programs by hash. */
  readonly programs: ProgramRunner | null;
}

/** What has been learnt of the unit in this run; steps read it and add to it through `learn`. */
export interface UnitState {
  readonly identity: UnitIdentity;
  /** As found by the bootloader check. */
  readonly bootloader: {
    readonly generation: string;
    readonly moduleVersion: number | null;
    readonly standing: string;
  } | null;
  /** Set by the step that wrote the bootloader's image: the running system installs it at its next start. */
  readonly bootloaderUpdatePending: boolean;
  /** The enumeration that the last step left at the port; null when it may change: after power was cycled, or a start. */
  readonly connectionId?: string | null;
  /** SHA-256 over all keys in the unit's DCT, once it has keys: no step may change them. */
  readonly keysSha256?: string;
  /**
   * Its DCT, kept before everything was erased; null when it could not be read. Until it is put back, keys tell nothing of
   * who the unit is. Never goes into a record.
   */
  readonly dctBackup?: Uint8Array | null | undefined;
}

export interface StepContext {
  readonly recipe: Recipe;
  readonly step: RecipeStep;
  readonly fixture: FixtureEquipment;
  readonly clock: Clock;
  /** When the run began, on the clock's monotonic scale; times of measurements and transcripts count from it. */
  readonly runStartedMs: number;
  /** Aborts at the step's deadline or when the run is ended; every wait of a step heeds it. */
  readonly signal: AbortSignal;
  readonly unit: UnitState;
  updateUnit(facts: { readonly [Key in keyof UnitState]?: UnitState[Key] }): void;
  /** Keeps a value and holds it to its limits; a step that passes with a missed limit fails by it. */
  measure(measured: Omit<Measurement, 'atMs' | 'result'>): void;
  addEvidence(evidence: Evidence): void;
  reportProgress(stage: string, done: number, total: number): void;
  reportSerialText(text: string): void;
  /** Resolves once the intent is durable; erase only after that. */
  recordWriteIntent(intent: Omit<WriteIntent, 'runId'>): Promise<void>;
}

/** What a station gives for one step. Its signal ends the run; `runStep` adds the deadline and collects what is observed. */
export type StepInput = Omit<StepContext, 'measure' | 'addEvidence'>;

export const unitValueNames = ['label', 'device id', 'MAC address', 'port path'] as const;

/** A value of the unit, or of its place, that a recipe may put into a text. */
export type UnitValueName = (typeof unitValueNames)[number];

/** A kind of step. Adding one = one file in recipe/steps/ and one line in its index. */
export interface StepKind<Parameters = unknown> {
  /** As written in recipes: `dfu-flash`. */
  readonly kind: string;
  /** One sentence for `flashline schema` and `--help`. */
  readonly summary: string;
  /** A mapping; an empty one where everything has a default. */
  readonly schema: z.ZodType<Parameters>;
  /** The parameter meant when a recipe gives a bare value instead of a mapping: `dfu-flash: [a, b]`. */
  readonly shorthand?: string;
  /** Names of the recipe's images that the step uses, so that the loader can find those that are missing. */
  readonly imagesUsed?: (parameters: Parameters) => readonly string[];
  /** Values of the unit that the parameters put into texts: the loader refuses one that no step before it can tell. */
  readonly valuesAsked?: (parameters: Parameters) => readonly UnitValueName[];
  /** Values of the unit that the step may learn, beside what its USB serial number says. */
  readonly valuesReported?: (parameters: Parameters) => readonly UnitValueName[];
  /** Ways of writing that the step has; an image that says another is not for it. Any way when left out. */
  readonly writes?: readonly WriteMode[];
  /** True for a step that works by a debug probe: only fixtures that have one are open to its recipe. */
  readonly usesProbe?: true;
  /** True for a step after which nothing may be done to a unit that passed. */
  readonly isLast?: true;
  /** Permissions that the parameters need; a recipe that does not give them is refused. */
  readonly permitsUsed?: (parameters: Parameters) => readonly Permit[];
  readonly defaultTimeoutMs: number;
  /** For each full MiB of the step's images, where no time is written. */
  readonly addedTimeoutMs?: number;
  /** Throws UsbError, SerialError, DfuError, StationError: `runStep` alone turns them into outcomes. */
  run(parameters: Parameters, context: StepContext): Promise<StepOutcome>;
}

/** Keeps the parameter type of a step kind while listing kinds of different parameters together. */
export function defineStep<Parameters>(kind: StepKind<Parameters>): StepKind {
  return kind as unknown as StepKind;
}
