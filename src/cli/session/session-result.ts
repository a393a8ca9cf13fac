// How a shift ended, and what the shell is told of it.
import { isRecipeError } from '../../domain/run/run.ts';
import type { Disposition } from '../../domain/run/verdict.ts';
import type { StationSummary } from '../../station/interface/contracts.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';

export interface SessionResult {
  readonly summary: StationSummary;
  readonly batchPage: string;
  /** Set when a person or a signal ended it. */
  readonly endedBy: ExitCode | null;
}

/** Zero when every unit passed; a person's or a signal's end tells itself, and so does a station that could not record. */
export function toSessionExitCode({ summary, endedBy }: SessionResult): ExitCode {
  if (endedBy !== null) return endedBy;
  const isUnrecorded = summary.faults.some((code) => code.startsWith('record/'));
  const isRecipeWrong = summary.faults.some((code) => isRecipeError({ code }));
  if (isUnrecorded || isRecipeWrong || (summary.faults.length > 0 && summary.runs === 0)) return exitCodes.station;
  const others = (Object.keys(summary.units) as Disposition[]).some(
    (disposition) => disposition !== 'pass' && summary.units[disposition] > 0,
  );
  return others ? exitCodes.unitFailed : exitCodes.ok;
}
