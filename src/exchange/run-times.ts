// Times of a run in the form each system wants: with the zone of the station, in UTC, or in milliseconds.
import type { RunRecord } from '../domain/run/run.ts';

/** Turns milliseconds from the start of a run into moments. */
export interface RunTimes {
  /** ISO 8601 with the run's own offset, ms. */
  toZonedIso(atMs: number): string;
  /** ISO 8601 in UTC, ms. */
  toUtcIso(atMs: number): string;
  /** Milliseconds since 1970. */
  toEpochMs(atMs: number): number;
}

/** `shiftMs` moves every moment, for systems that allow no two runs at one instant. */
export function createRunTimes(run: Pick<RunRecord, 'startedAt'>, shiftMs = 0): RunTimes {
  const startMs = Date.parse(run.startedAt) + shiftMs;
  const zone = /(Z|[+-]\d\d:\d\d)$/.exec(run.startedAt)?.[0] ?? 'Z';
  const offsetMs = parseZoneOffsetMs(zone);
  const epochMs = (atMs: number): number => Math.round(startMs + atMs);
  const write = createIsoFormatter();
  return {
    toEpochMs: epochMs,
    toUtcIso: (atMs) => `${write(epochMs(atMs))}Z`,
    toZonedIso: (atMs) => `${write(epochMs(atMs) + offsetMs)}${zone}`,
  };
}

const MINUTE_MS = 60_000;
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, at) => String(at).padStart(2, '0'));
const THREE_DIGITS: readonly string[] = Array.from({ length: 1000 }, (_, at) => String(at).padStart(3, '0'));

/** Writes moments without a zone; those of one minute share their beginning, for a run's moments lie close together. */
function createIsoFormatter(): (ms: number) => string {
  let minute = Number.NaN;
  let beginning = '';
  return (ms) => {
    const ofMs = Math.floor(ms / MINUTE_MS);
    if (ofMs !== minute) {
      minute = ofMs;
      beginning = new Date(ofMs * MINUTE_MS).toISOString().slice(0, -7);
    }
    const rest = ms - ofMs * MINUTE_MS;
    return `${beginning}${TWO_DIGITS[Math.floor(rest / 1000)]}.${THREE_DIGITS[rest % 1000]}`;
  };
}

function parseZoneOffsetMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** A duration as hours, minutes and seconds: `00:01:25`. */
export function formatDurationHms(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
