// Events as onlookers need them: without the evidence that takes a page of its own, and of progress only the last.
import type { StationEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { formatEvidenceLine } from '../../screen/state/evidence-line.ts';

/** Of progress in a row at one fixture only the last is worth a line. */
export function appendCoalesced(waiting: StationEvent[], event: StationEvent): StationEvent[] {
  if (event.type === 'step-progressed') {
    const at = waiting.findLastIndex((earlier) => 'fixture' in earlier && earlier.fixture === event.fixture);
    if (waiting[at]?.type === 'step-progressed') waiting.splice(at, 1);
  }
  waiting.push(event);
  return waiting;
}

/** A record without the evidence that takes a page of its own: that stands in the unit's report. */
export function trimEvent(event: StationEvent): StationEvent {
  if (event.type === 'run-recorded') return { ...event, run: trimRun(event.run) };
  if (event.type === 'step-finished') return { ...event, step: trimStep(event.step) };
  return event;
}

function trimRun(run: RunRecord): RunRecord {
  return { ...run, failure: run.failure && trimFailure(run.failure), steps: run.steps.map(trimStep) };
}

function trimStep(step: RunRecord['steps'][number]): RunRecord['steps'][number] {
  const evidence = step.result === 'passed' ? [] : step.evidence.filter(isShortEvidence);
  return { ...step, evidence, measurements: [], failure: step.failure && trimFailure(step.failure) };
}

function trimFailure(failure: NonNullable<RunRecord['failure']>): NonNullable<RunRecord['failure']> {
  return { ...failure, evidence: failure.evidence.filter(isShortEvidence) };
}

function isShortEvidence(evidence: Parameters<typeof formatEvidenceLine>[0]): boolean {
  return formatEvidenceLine(evidence) !== undefined;
}
