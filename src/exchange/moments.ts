// Times of a run in the form each system wants: with the zone of the station, in UTC, or in milliseconds.
import type { RunRecord } from '../model/run.ts';

/** Turns milliseconds from the start of a run into moments. */
export interface RunTimes {
  /** ISO 8601 with the run's own offset, ms. */
  zoned(atMs: number): string;
  /** ISO 8601 in UTC, ms. */
  utc(atMs: number): string;
  /** Milliseconds since 1970. */
  epochMs(atMs: number): number;
}

/** `shiftMs` moves every moment, for systems that allow no two runs at one instant. */
export function runTimes(run: Pick<RunRecord, 'startedAt'>, shiftMs = 0): RunTimes {
  const startMs = Date.parse(run.startedAt) + shiftMs;
  const zone = /(Z|[+-]\d\d:\d\d)$/.exec(run.startedAt)?.[0] ?? 'Z';
  const offsetMs = offsetOf(zone);
  const epochMs = (atMs: number): number => Math.round(startMs + atMs);
  return {
    epochMs,
    utc: (atMs) => new Date(epochMs(atMs)).toISOString(),
    zoned: (atMs) => new Date(epochMs(atMs) + offsetMs).toISOString().slice(0, -1) + zone,
  };
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** A duration as hours, minutes and seconds: `00:01:25`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
