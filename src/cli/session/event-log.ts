// The tape that a running station leaves for onlookers: its board and what happened since, in a bounded file of its own.
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { foldEvent } from '../../screen/state/board-reducer.ts';
import { type BoardState, emptyBoard } from '../../screen/state/board-state.ts';
import { evidenceLine } from '../../screen/state/evidence-line.ts';

/** One line of the tape. The first is always a state; `nowMs` is a sign of life with the station's monotonic time. */
export type TapeLine =
  | { readonly state: BoardState }
  | { readonly event: StationEvent }
  | { readonly nowMs: number }
  | { readonly ended: true };

/** How often what happened is written. */
export const TAPE_EVERY_MS = 200;
/** Beyond this the tape begins anew with the board as it stands. */
const MAX_TAPE_BYTES = 4 * 1024 * 1024;
/** Lines that may wait for a slow disk; beyond it they are left out and the tape begins anew. */
const MAX_WAITING_LINES = 5_000;

export interface EventTape {
  /** Takes in an event; never waits. */
  take(event: StationEvent): void;
  /** Writes what is left and that the station has ended. */
  finish(): Promise<void>;
}

/** Where the tape of a record lies. */
export function tapeFile(recordFolder: string): string {
  return join(recordFolder, 'events.ndjson');
}

/** Begins a tape. A disk that cannot take it ends the tape and nothing else. */
export function openTape(
  file: string,
  stationNowMs: () => number,
  clock: Clock = systemClock,
  maxBytes = MAX_TAPE_BYTES,
): EventTape {
  let state = emptyBoard([]);
  let waiting: StationEvent[] = [];
  let writtenBytes = Number.POSITIVE_INFINITY;
  let isBroken = false;
  let isFinished = false;
  let writing: Promise<void> = Promise.resolve();

  const writeLines = async (lines: readonly TapeLine[]): Promise<void> => {
    const text = inNdjson(lines);
    if (writtenBytes + text.length <= maxBytes) {
      await appendFile(file, text);
      writtenBytes += text.length;
      return;
    }
    const whole = inNdjson([{ state }, ...lines.filter((line) => 'ended' in line)]);
    await writeFile(`${file}.next`, whole);
    await rename(`${file}.next`, file);
    // A board that alone is too large is written again only after as much has happened again.
    writtenBytes = Math.min(whole.length, maxBytes / 2);
  };
  const flush = (last: readonly TapeLine[]): Promise<void> => {
    const events = waiting.map((event): TapeLine => ({ event }));
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
      if (!isBroken && !isFinished) timer = clock.setTimeout(tick, TAPE_EVERY_MS);
    });
  };
  let timer = clock.setTimeout(tick, TAPE_EVERY_MS);
  return {
    take: (event) => {
      if (isBroken) return;
      const slim = slimEvent(event);
      state = foldEvent(state, slim);
      waiting = joined(waiting, slim);
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

function inNdjson(lines: readonly TapeLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Of progress in a row at one fixture only the last is worth a line. */
function joined(waiting: StationEvent[], event: StationEvent): StationEvent[] {
  if (event.type === 'step-progressed') {
    const at = waiting.findLastIndex((earlier) => 'fixture' in earlier && earlier.fixture === event.fixture);
    if (waiting[at]?.type === 'step-progressed') waiting.splice(at, 1);
  }
  waiting.push(event);
  return waiting;
}

/** A record without the evidence that takes a page of its own: that stands in the unit's report. */
function slimEvent(event: StationEvent): StationEvent {
  if (event.type === 'run-recorded') return { ...event, run: slimRun(event.run) };
  if (event.type === 'step-finished') return { ...event, step: slimStep(event.step) };
  return event;
}

function slimRun(run: RunRecord): RunRecord {
  return { ...run, failure: run.failure && slimFailure(run.failure), steps: run.steps.map(slimStep) };
}

function slimStep(step: RunRecord['steps'][number]): RunRecord['steps'][number] {
  const evidence = step.result === 'passed' ? [] : step.evidence.filter(isShort);
  return { ...step, evidence, measurements: [], failure: step.failure && slimFailure(step.failure) };
}

function slimFailure(failure: NonNullable<RunRecord['failure']>): NonNullable<RunRecord['failure']> {
  return { ...failure, evidence: failure.evidence.filter(isShort) };
}

function isShort(evidence: Parameters<typeof evidenceLine>[0]): boolean {
  return evidenceLine(evidence) !== undefined;
}
