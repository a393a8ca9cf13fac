// One run while it goes on: what has been learnt, every attempt of every step in order; it only grows, until it is concluded.
import type { Failure, FailureCode } from '../model/failure.ts';
import type { ErrorRecord, RunHeader, RunResult, StepRecord, UnjudgedRun } from '../model/run.ts';
import type { UnitPurpose } from '../model/unit.ts';
import type { UnitKnowledge } from '../recipe/step.ts';
import type { Refusal } from './contracts.ts';
import type { Trouble } from './fixture-machine.ts';

export interface RunLog {
  readonly header: RunHeader;
  /** On the clock's monotonic scale. */
  readonly startedMs: number;
  readonly unit: UnitKnowledge;
  learn(facts: Partial<UnitKnowledge>): void;
  /** Attempts of a step so far. */
  attemptsOf(stepId: string): number;
  append(step: StepRecord): void;
  readonly steps: readonly StepRecord[];
}

/** Opens the log of a run that begins now. */
export function openRunLog(header: RunHeader, startedMs: number): RunLog {
  const steps: StepRecord[] = [];
  let unit: UnitKnowledge = { identity: header.unit, bootloader: null, bootloaderUpdatePending: false };
  return {
    header,
    startedMs,
    steps,
    get unit() {
      return unit;
    },
    learn: (facts) => {
      unit = { ...unit, ...facts };
    },
    attemptsOf: (stepId) => steps.filter((step) => step.id === stepId).length,
    append: (step) => {
      steps.push(step);
    },
  };
}

/** How a run ended, beside its log. */
export interface Ending {
  readonly trouble: Trouble | null;
  readonly refusal: Refusal | null;
  /** Why the run was ended from outside, if it was. */
  readonly abortReason: string | null;
  readonly purpose: UnitPurpose;
  /** ISO 8601. */
  readonly endedAt: string;
  readonly durationMs: number;
}

/** A failure that says the unit is not who it should be: such a run tells nothing of either unit and is void. */
const mistakenIdentity: ReadonlySet<string> = new Set<FailureCode>([
  'identity/swapped',
  'identity/mismatch',
  'identity/label-reused',
  'identity/unit-relabelled',
  'identity/present-twice',
]);

/** The run as it goes to the judge. */
export function conclude(log: RunLog, ending: Ending): UnjudgedRun {
  const failure = failureOf(log, ending);
  return {
    ...log.header,
    unit: log.unit.identity,
    purpose: ending.purpose,
    endedAt: ending.endedAt,
    durationMs: ending.durationMs,
    steps: [...log.steps],
    result: resultOf(ending.trouble, failure),
    failure,
    error: errorOf(log, ending),
  };
}

/** A mistaken identity outranks every other failure of the run; an abort does not undo what had failed before it. */
function failureOf({ steps }: RunLog, { trouble, refusal }: Ending): Failure | null {
  if (!trouble || trouble.result === 'errored') return null;
  if (trouble.result === 'refused') return refusal?.failure ?? null;
  const mistaken = steps.find((step) => step.failure && mistakenIdentity.has(step.failure.code));
  if (mistaken) return mistaken.failure;
  if (trouble.result === 'aborted') return steps.find((step) => isLeftFailed(step, steps))?.failure ?? null;
  return steps.findLast((step) => step.id === trouble.stepId)?.failure ?? null;
}

/** True when the step failed and no later attempt made it good. */
function isLeftFailed(step: StepRecord, steps: readonly StepRecord[]): boolean {
  return step.failure !== null && step.phase !== 'teardown' && steps.findLast(({ id }) => id === step.id) === step;
}

function resultOf(trouble: Trouble | null, failure: Failure | null): RunResult {
  if (!trouble) return 'pass';
  if (trouble.result === 'refused' || (failure && mistakenIdentity.has(failure.code))) return 'void';
  return ({ failed: 'fail', timeout: 'timeout', errored: 'error', aborted: 'aborted' } as const)[trouble.result];
}

function errorOf({ steps }: RunLog, { trouble, abortReason }: Ending): ErrorRecord | null {
  if (trouble?.result === 'errored') return steps.findLast((step) => step.id === trouble.stepId)?.error ?? null;
  if (trouble?.result !== 'aborted') return null;
  return { code: 'run/aborted', message: abortReason ?? 'The run was ended', hint: 'Test the unit again.' };
}
