// Which step a run failed at, when several did not pass.
import type { RunRecord, StepRecord } from './run.ts';

/** The step at which a run failed for good: the last attempt with the run's failure, else the last that did not pass. */
export function findFailingStep(run: RunRecord): StepRecord | undefined {
  return (
    run.steps.find((step) => step.failure !== null && step.failure.code === run.failure?.code) ??
    run.steps.findLast((step) => step.phase === 'main' && step.result !== 'passed')
  );
}
