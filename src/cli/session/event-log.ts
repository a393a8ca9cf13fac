// The tape that a running station leaves for onlookers: its board and what happened since, in a bounded file of its own.
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { StationEvent } from '../../domain/events.ts';
import { boardReducer } from '../../screen/state/board-reducer.ts';
import { type BoardState, createEmptyBoard } from '../../screen/state/board-state.ts';
import { appendCoalesced, trimEvent } from './trim-event.ts';

/** One line of the tape. The first is always a state; `readClockMs` is a sign of life with the station's monotonic time. */
export type EventLogLine =
  | { readonly state: BoardState }
  | { readonly event: StationEvent }
  | { readonly nowMs: number }
  | { readonly ended: true };

/** How often what happened is written. */
export const EVENT_LOG_INTERVAL_MS = 200;
/** Beyond this the tape begins anew with the board as it stands. */
const MAX_EVENT_LOG_BYTES = 4 * 1024 * 1024;
/** Lines that may wait for a slow disk; beyond it they are left out and the tape begins anew. */
const MAX_WAITING_LINES = 5_000;
/** As all files of a record, from its first line on. */
const OWNER_ONLY = 0o600;

export interface EventLog {
  /** Takes in an event; never waits. */
  append(event: StationEvent): void;
  /** The board with all that happened so far. */
  readonly state: BoardState;
  /** Writes what is left and that the station has ended. */
  finish(): Promise<void>;
}

/** Where the tape of a record lies. */
export function resolveEventLogFile(recordFolder: string): string {
  return join(recordFolder, 'events.ndjson');
}

/** Begins a tape. A disk that cannot take it ends the tape and nothing else. */
export function openEventLog(
  file: string,
  stationNowMs: () => number,
  clock: Clock = systemClock,
  maxBytes = MAX_EVENT_LOG_BYTES,
): EventLog {
  let state = createEmptyBoard([]);
  let waiting: StationEvent[] = [];
  let writtenBytes = Number.POSITIVE_INFINITY;
  let isBroken = false;
  let isFinished = false;
  let writing: Promise<void> = Promise.resolve();

  const writeLines = async (lines: readonly EventLogLine[]): Promise<void> => {
    const text = formatNdjson(lines);
    if (writtenBytes + text.length <= maxBytes) {
      await appendFile(file, text, { mode: OWNER_ONLY });
      writtenBytes += text.length;
      return;
    }
    const whole = formatNdjson([{ state }, ...lines.filter((line) => 'ended' in line)]);
    await writeFile(`${file}.next`, whole, { mode: OWNER_ONLY });
    await rename(`${file}.next`, file);
    // A board that alone is too large is written again only after as much has happened again.
    writtenBytes = Math.min(whole.length, maxBytes / 2);
  };
  const flush = (last: readonly EventLogLine[]): Promise<void> => {
    const events = waiting.map((event): EventLogLine => ({ event }));
    waiting = [];
    const lines = [...events, { nowMs: stationNowMs() }, ...last];
    writing = writing
      .then(() => (isBroken ? undefined : writeLines(lines)))
      .catch(() => {
        isBroken = true;
      });
    return writing;
  };
  const tick = (): void => {
    void flush([]).then(() => {
      if (!isBroken && !isFinished) timer = clock.setTimeout(tick, EVENT_LOG_INTERVAL_MS);
    });
  };
  let timer = clock.setTimeout(tick, EVENT_LOG_INTERVAL_MS);
  return {
    get state() {
      return state;
    },
    append: (event) => {
      const slim = trimEvent(event);
      state = boardReducer(state, slim);
      if (isBroken) return;
      waiting = appendCoalesced(waiting, slim);
      if (waiting.length <= MAX_WAITING_LINES) return;
      waiting = [];
      writtenBytes = Number.POSITIVE_INFINITY;
    },
    finish: async () => {
      isFinished = true;
      clock.clearTimeout(timer);
      await flush([{ ended: true }]);
    },
  };
}

function formatNdjson(lines: readonly EventLogLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
