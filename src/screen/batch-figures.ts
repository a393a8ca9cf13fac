// The batch's figures as the header prints them.
import type { BoardState } from './board-state.ts';

const MS_PER_HOUR = 3_600_000;
/** Before this a rate says nothing. */
const LEAST_TIME_FOR_RATE_MS = 10_000;

/** Null where there is nothing to divide by yet. */
export interface BatchFigures {
  readonly firstPassYield: string | null;
  readonly unitsPerHour: string | null;
}

export function summariseYield(state: BoardState, nowMs: number): BatchFigures {
  const { counts } = state;
  const elapsedMs = state.openedAtMs === null ? 0 : nowMs - state.openedAtMs;
  return {
    firstPassYield: counts.firstRuns === 0 ? null : `${((100 * counts.firstPasses) / counts.firstRuns).toFixed(1)} %`,
    unitsPerHour:
      elapsedMs < LEAST_TIME_FOR_RATE_MS ? null : String(Math.round((counts.done * MS_PER_HOUR) / elapsedMs)),
  };
}
