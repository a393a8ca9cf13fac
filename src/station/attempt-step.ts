// One attempt of one step at a fixture: its surroundings, its record, and the signal it gives to the fixture machine.
import type { Clock } from '../base/clock.ts';
import { Recorder } from '../equipment/recorder.ts';
import type { UnstampedEvent } from '../model/events.ts';
import type { ErrorRecord, StepPhase, StepRecord, StepResult } from '../model/run.ts';
import type { Recipe, RecipeStep } from '../recipe/recipe.ts';
import type { FixtureEquipment, StepReport, StepSurroundings } from '../recipe/step.ts';
import type { RunJournal, RunStep } from './contracts.ts';
import type { StepSignal } from './fixture-machine.ts';
import type { RunLog } from './run-log.ts';

export interface StepSetting {
  readonly recipe: Recipe;
  readonly fixture: FixtureEquipment;
  readonly clock: Clock;
  readonly runStep: RunStep;
  readonly journal: RunJournal;
  readonly emit: (event: UnstampedEvent) => void;
  readonly usualStepMs: ReadonlyMap<string, number>;
}

export interface Attempt {
  readonly step: RecipeStep;
  readonly phase: StepPhase;
  /** Ends the attempt when the run is ended. */
  readonly signal: AbortSignal;
}

/** How each result is told to the fixture machine. */
export const signalOf = {
  passed: 'step-passed',
  failed: 'step-failed',
  timeout: 'step-timed-out',
  errored: 'step-errored',
  aborted: 'step-aborted',
  skipped: 'step-passed',
} as const satisfies Record<StepResult, StepSignal>;

/** Carries out the attempt, appends it to the log, and gives its record; never throws for unit or station. */
export async function attemptStep(setting: StepSetting, log: RunLog, attempt: Attempt): Promise<StepRecord> {
  const { step, phase } = attempt;
  const startedMs = setting.clock.monotonicMs();
  const number = log.attemptsOf(step.id) + 1;
  setting.emit(startedEvent(setting, log, attempt, number));
  const recorder = new Recorder(setting.fixture, { clock: setting.clock, images: setting.recipe.images });
  const fixture = { ...setting.fixture, ...recorder.equipment };
  const report = await setting.runStep(step.kind, surroundingsOf({ ...setting, fixture }, log, attempt));
  const recording = recorder.evidence();
  const record: StepRecord = {
    id: step.id,
    kind: step.kind,
    phase,
    attempt: number,
    startedAtMs: startedMs - log.startedMs,
    durationMs: setting.clock.monotonicMs() - startedMs,
    result: report.result,
    failure: report.result === 'failed' || report.result === 'timeout' ? report.failure : null,
    error: errorOf(report),
    measurements: report.measurements,
    evidence: recording ? [...report.evidence, recording] : report.evidence,
  };
  log.append(record);
  return record;
}

function errorOf(report: StepReport): ErrorRecord | null {
  return report.result === 'errored' ? report.error : null;
}

function startedEvent(setting: StepSetting, log: RunLog, { step, phase }: Attempt, attempt: number): UnstampedEvent {
  const { recipe, fixture, usualStepMs } = setting;
  const usualMs = usualStepMs.get(step.id);
  return {
    type: 'step-started',
    fixture: fixture.number,
    runId: log.header.runId,
    stepId: step.id,
    kind: step.kind,
    phase,
    attempt,
    index: Math.max(0, [...recipe.setup, ...recipe.main, ...recipe.teardown].indexOf(step)),
    ...(usualMs !== undefined && { usualMs }),
  };
}

/** A screen shows ten pictures a second; sixty-four fixtures that told of every block would keep the station busy with that alone. */
const PROGRESS_EVERY_MS = 100;

/** The first and the last word of every stage, and between them no more than a screen shows. */
function spaced(clock: Clock, tell: StepSurroundings['progress']): StepSurroundings['progress'] {
  let told: { readonly stage: string; readonly atMs: number } | undefined;
  return (stage, done, total) => {
    const nowMs = clock.monotonicMs();
    const isDue = told?.stage !== stage || done >= total || nowMs - told.atMs >= PROGRESS_EVERY_MS;
    if (!isDue) return;
    told = { stage, atMs: nowMs };
    tell(stage, done, total);
  };
}

function surroundingsOf(setting: StepSetting, log: RunLog, { step, signal }: Attempt): StepSurroundings {
  const { recipe, fixture, clock, journal, emit } = setting;
  const where = { fixture: fixture.number, runId: log.header.runId };
  return {
    recipe,
    step,
    fixture,
    clock,
    runStartedMs: log.startedMs,
    signal,
    get unit() {
      return log.unit;
    },
    learn: (facts) => log.learn(facts),
    progress: spaced(clock, (stage, done, total) =>
      emit({ type: 'step-progressed', ...where, stepId: step.id, stage, done, total }),
    ),
    serialSeen: (text) => emit({ type: 'serial-seen', ...where, text }),
    intend: (intent) => journal.intend({ ...intent, runId: log.header.runId }),
  };
}
