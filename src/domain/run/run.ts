// The record of one run: one unit, one recipe, one fixture, from plug-in to verdict.

import type { UnitIdentity, UnitPurpose } from '../unit/unit.ts';
import type { Evidence } from './evidence.ts';
import type { Failure } from './failure.ts';
import type { Measurement } from './measurement.ts';
import type { Verdict } from './verdict.ts';

export const runResults = ['pass', 'fail', 'error', 'timeout', 'aborted', 'interrupted', 'void'] as const;

/** `fail` and `timeout` speak of the unit; `error` of the station; `void` says that the run tells nothing of either. */
export type RunResult = (typeof runResults)[number];

export const stepPhases = ['setup', 'main', 'teardown'] as const;

export type StepPhase = (typeof stepPhases)[number];

export const stepResults = ['passed', 'failed', 'errored', 'timeout', 'aborted', 'skipped'] as const;

export type StepResult = (typeof stepResults)[number];

/** The station's trouble as it is kept in a record. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** True when the recipe itself is wrong, which says nothing of a unit and ends the batch: codes `recipe/...`. */
export function isRecipeError(error: Pick<ErrorRecord, 'code'> | null): boolean {
  return error?.code.startsWith('recipe/') === true;
}

/** One attempt of one step; a repeated step is another record with the next attempt number. */
export interface StepRecord {
  /** The step's id in the recipe. */
  readonly id: string;
  readonly kind: string;
  readonly phase: StepPhase;
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds from the start of the run, on the monotonic clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly result: StepResult;
  readonly failure: Failure | null;
  readonly error: ErrorRecord | null;
  readonly measurements: readonly Measurement[];
  readonly evidence: readonly Evidence[];
}

/** What is known when a run begins; written before anything is done to the unit. */
export interface RunHeader {
  /** Unique for ever; sorts by time of start. */
  readonly runId: string;
  readonly station: string;
  readonly fixture: number;
  readonly portPath: string;
  readonly cable: string | null;
  readonly batch: string;
  readonly operator: string | null;
  readonly purpose: UnitPurpose;
  readonly product: string;
  readonly recipe: RecipeReference;
  readonly program: string;
  /** Host name and program instance, so that two instances are told apart. */
  readonly instance: string;
  /** ISO 8601 with offset, ms. */
  readonly startedAt: string;
  readonly unit: UnitIdentity;
}

/** Which recipe, and which bytes, to the bit. */
export interface RecipeReference {
  readonly name: string;
  readonly revision: string;
  /** SHA-256 of the recipe file. */
  readonly sha256: string;
  readonly images: readonly {
    readonly name: string;
    readonly file: string;
    readonly sha256: string;
    readonly sizeBytes: number;
  }[];
  /** On whose word it ran; absent in runs of version 0.1.0. */
  readonly trust?: RecipeTrust;
}

/** What the station asked of the recipe before it ran, and who signed it. */
export interface RecipeTrust {
  readonly mode: 'development' | 'production';
  /** Null where nobody was asked to sign. */
  readonly signer: {
    readonly name: string;
    readonly role: string;
    /** Fingerprint of the key. */
    readonly key: string;
    /** ISO 8601. */
    readonly signedAt: string;
    /** ISO 8601: the key signs no more after this. */
    readonly expiresAt: string;
  } | null;
}

/** A run that ended and was not judged yet: what the judge is given. */
export interface UnjudgedRun extends RunHeader {
  readonly endedAt: string;
  readonly durationMs: number;
  readonly steps: readonly StepRecord[];
  readonly result: RunResult;
  /** Of the first step that failed for good. */
  readonly failure: Failure | null;
  readonly error: ErrorRecord | null;
}

/** A finished run. */
export interface RunRecord extends UnjudgedRun {
  readonly verdict: Verdict;
  /** Which run of this unit at this operation, counting those that count; 1 for the first. */
  readonly attempt: number;
}

/** Written, durably, before the first erase of an image, so that a crash leaves a trace. */
export interface WriteIntent {
  readonly runId: string;
  readonly image: string;
  readonly address: number;
  readonly sizeBytes: number;
}
