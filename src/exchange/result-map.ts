// What each of our results is called elsewhere: one table for all formats.
import type { MeasurementResult } from '../domain/run/measurement.ts';
import type { RunRecord, RunResult, StepResult } from '../domain/run/run.ts';

/** Our word in each system's own; null where the run must not reach a system that counts yields. */
export interface ForeignResult {
  /** IPC-CFX 2.1 TestResult, UnitStatus and WorkResult. */
  readonly cfx: { readonly test: string; readonly unit: string; readonly work: string };
  /** WATS WSJF `result`: a report with any of these enters their yield. */
  readonly wsjf: 'P' | 'F' | 'E' | 'T' | null;
  readonly openhtf: 'PASS' | 'FAIL' | 'ERROR' | 'TIMEOUT' | 'ABORTED';
  /** ABORTED is the one outcome that TofuPilot leaves out of its yield. */
  readonly tofupilot: 'PASS' | 'FAIL' | 'ERROR' | 'TIMEOUT' | 'ABORTED';
  readonly junit: 'passed' | 'failure' | 'error' | 'skipped';
}

export const runResultMap: Readonly<Record<RunResult, ForeignResult>> = {
  pass: { cfx: { test: 'Passed', unit: 'Pass', work: 'Completed' }, wsjf: 'P', openhtf: 'PASS', tofupilot: 'PASS', junit: 'passed' },
  fail: { cfx: { test: 'Failed', unit: 'Fail', work: 'Failed' }, wsjf: 'F', openhtf: 'FAIL', tofupilot: 'FAIL', junit: 'failure' },
  error: { cfx: { test: 'Error', unit: 'Skip', work: 'Aborted' }, wsjf: 'E', openhtf: 'ERROR', tofupilot: 'ERROR', junit: 'error' },
  timeout: { cfx: { test: 'Error', unit: 'Fail', work: 'Failed' }, wsjf: 'E', openhtf: 'TIMEOUT', tofupilot: 'TIMEOUT', junit: 'error' },
  aborted: { cfx: { test: 'Aborted', unit: 'Skip', work: 'Aborted' }, wsjf: 'T', openhtf: 'ABORTED', tofupilot: 'ABORTED', junit: 'error' },
  interrupted: { cfx: { test: 'Aborted', unit: 'Skip', work: 'Aborted' }, wsjf: 'T', openhtf: 'ABORTED', tofupilot: 'ABORTED', junit: 'error' },
  void: { cfx: { test: 'Skipped', unit: 'Skip', work: 'Skipped' }, wsjf: null, openhtf: 'ABORTED', tofupilot: 'ABORTED', junit: 'skipped' },
}; // biome-ignore format: one table

/** WSJF knows E of a step from its own page; OpenHTF and TofuPilot have no word for a step that was aborted. */
export const stepResultMap: Readonly<
  Record<
    StepResult,
    { readonly cfx: string; readonly wsjf: string; readonly phase: 'PASS' | 'FAIL' | 'SKIP' | 'ERROR' }
  >
> = {
  passed: { cfx: 'Passed', wsjf: 'P', phase: 'PASS' },
  failed: { cfx: 'Failed', wsjf: 'F', phase: 'FAIL' },
  errored: { cfx: 'Error', wsjf: 'E', phase: 'ERROR' },
  timeout: { cfx: 'Error', wsjf: 'E', phase: 'ERROR' },
  aborted: { cfx: 'Aborted', wsjf: 'T', phase: 'ERROR' },
  skipped: { cfx: 'Skipped', wsjf: 'S', phase: 'SKIP' },
};

export const measurementResultMap: Readonly<
  Record<
    MeasurementResult,
    { readonly cfx: string; readonly wsjf: string; readonly outcome: 'PASS' | 'FAIL' | 'UNSET' }
  >
> = {
  pass: { cfx: 'Passed', wsjf: 'P', outcome: 'PASS' },
  marginal: { cfx: 'Passed', wsjf: 'P', outcome: 'PASS' },
  fail: { cfx: 'Failed', wsjf: 'F', outcome: 'FAIL' },
  unset: { cfx: 'Skipped', wsjf: 'S', outcome: 'UNSET' },
};

/** The result as others should take it: a failure that was taken back from the unit is void for them. */
export function toExportedResult(run: RunRecord): RunResult {
  const takenBack = (run.result === 'fail' || run.result === 'timeout') && !run.verdict.countsAgainstUnit;
  return takenBack ? 'void' : run.result;
}

/** Why a system that counts yields is not told a run as a test of its unit. */
export type ExclusionReason = 'void' | 'not held against its unit' | 'not of production';

/** Null for a run that may be told to such a system. */
export function findExclusionReason(run: RunRecord): ExclusionReason | null {
  if (!shouldEnterYields(run)) return 'not of production';
  if (toExportedResult(run) !== 'void') return null;
  return run.result === 'void' ? 'void' : 'not held against its unit';
}

/** Systems that count yields are given production runs only: golden, known-bad and engineering runs would spoil theirs. */
export function shouldEnterYields(run: RunRecord): boolean {
  return run.purpose === 'production';
}
