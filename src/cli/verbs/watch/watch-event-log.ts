// Shows a station's tape: the board on a terminal, plain lines in a pipe, NDJSON for machines.
import { systemClock } from '../../../base/clock.ts';
import type { BoardOptions } from '../../input/board-options.ts';
import { plainLine } from '../../output/event-lines.ts';
import type { Terminal } from '../../output/terminal.ts';
import type { TapeLine } from '../../session/event-log.ts';
import { mountOn, type Showing } from '../../session/show-station.ts';
import { followTape } from './follow-event-log.ts';

/** A station that writes nothing for so long has stopped, or its machine has. */
const SILENT_AFTER_MS = 3_000;

/** Resolves with true when the station ended, with false when the person did. */
export async function watchTape(
  file: string,
  terminal: Terminal,
  showing: Showing,
  asked: BoardOptions,
): Promise<boolean> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    if (showing === 'board') await showBoard(file, terminal, asked, ending);
    else await followTape(file, (line) => printLine(line, showing, terminal), ending.signal);
    return !ending.signal.aborted;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function showBoard(
  file: string,
  terminal: Terminal,
  asked: BoardOptions,
  ending: AbortController,
): Promise<void> {
  let nowMs = 0;
  let heardAtMs = systemClock.monotonicMs();
  const silentForMs = (): number | null => {
    const silence = systemClock.monotonicMs() - heardAtMs;
    return silence < SILENT_AFTER_MS ? null : silence;
  };
  const board = await mountOn(terminal, asked, {
    fixtureNumbers: [],
    stationNowMs: () => nowMs,
    isReadOnly: true,
    onScan: () => undefined,
    onCommand: async () => undefined,
    onEnd: () => ending.abort(),
    silentForMs,
  });
  const take = (line: TapeLine): void => {
    heardAtMs = systemClock.monotonicMs();
    if ('state' in line) board.take(line.state);
    if ('event' in line) board.show(line.event);
    nowMs = timeOf(line) ?? nowMs;
  };
  try {
    await followTape(file, take, ending.signal);
  } finally {
    await board.unmount();
  }
}

function timeOf(line: TapeLine): number | undefined {
  if ('state' in line) return line.state.nowMs;
  if ('event' in line) return line.event.atMs;
  return 'nowMs' in line ? line.nowMs : undefined;
}

function printLine(line: TapeLine, showing: Showing, terminal: Terminal): void {
  if (!('event' in line)) return;
  const text = showing === 'json' ? JSON.stringify(line.event) : plainLine(line.event);
  if (text !== undefined) terminal.out(`${text}\n`);
}
