// The batch's figures as the header prints them.
import type { BoardState } from './board-state.ts';

const MS_PER_HOUR = 3_600_000;
/** Before this a rate says nothing. */
const MIN_TIME_FOR_RATE_MS = 10_000;

/** Null where there is nothing to divide by yet. */
export interface BatchFigures {
  /** Units that need no further test. */
  readonly done: number;
  readonly remaining: number | null;
  readonly scrap: number;
  readonly firstPassYield: string | null;
  readonly unitsPerHour: number | null;
  readonly msToGo: number | null;
}

/** The figures at that time of the station. */
export function summariseBatch({ counts, targetCount, openedAtMs }: BoardState, nowMs: number): BatchFigures {
  const { pass, rework, hold, scrap, 'scrap-proposed': proposed } = counts.units;
  const done = pass + rework + hold + scrap + proposed;
  const elapsedMs = openedAtMs === null ? 0 : nowMs - openedAtMs;
  const rate = elapsedMs < MIN_TIME_FOR_RATE_MS ? null : (done * MS_PER_HOUR) / elapsedMs;
  const remaining = targetCount === null ? null : Math.max(0, targetCount - done);
  return {
    done,
    remaining,
    scrap: scrap + proposed,
    firstPassYield: counts.firstRuns === 0 ? null : `${((100 * counts.firstPasses) / counts.firstRuns).toFixed(1)} %`,
    unitsPerHour: rate === null ? null : Math.round(rate),
    msToGo: remaining === null || !rate ? null : (remaining * MS_PER_HOUR) / rate,
  };
}
