// Shows a station's tape: the board on a terminal, plain lines in a pipe, NDJSON for machines.
import { systemClock } from '../../../base/clock.ts';
import type { BoardDisplayOptions } from '../../options/board-options.ts';
import { formatEventLine } from '../../output/event-lines.ts';
import type { Terminal } from '../../output/terminal.ts';
import type { EventLogLine } from '../../session/event-log.ts';
import { type DisplayMode, mountBoardOnTerminal } from '../../session/show-station.ts';
import { followEventLog } from './follow-event-log.ts';

/** A station that writes nothing for so long has stopped, or its machine has. */
const SILENT_AFTER_MS = 3_000;

/** Resolves with true when the station ended, with false when the person did. */
export async function watchEventLog(
  file: string,
  terminal: Terminal,
  showing: DisplayMode,
  asked: BoardDisplayOptions,
): Promise<boolean> {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    if (showing === 'board') await showReadOnlyBoard(file, terminal, asked, ending);
    else await followEventLog(file, (line) => printLine(line, showing, terminal), ending.signal);
    return !ending.signal.aborted;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function showReadOnlyBoard(
  file: string,
  terminal: Terminal,
  asked: BoardDisplayOptions,
  ending: AbortController,
): Promise<void> {
  let nowMs = 0;
  let heardAtMs = systemClock.readMonotonicMs();
  const silentForMs = (): number | null => {
    const silence = systemClock.readMonotonicMs() - heardAtMs;
    return silence < SILENT_AFTER_MS ? null : silence;
  };
  const board = await mountBoardOnTerminal(terminal, asked, {
    fixtureNumbers: [],
    stationNowMs: () => nowMs,
    isReadOnly: true,
    onScan: () => undefined,
    onCommand: async () => undefined,
    onEnd: () => ending.abort(),
    silentForMs,
  });
  const take = (line: EventLogLine): void => {
    heardAtMs = systemClock.readMonotonicMs();
    if ('state' in line) board.replaceState(line.state);
    if ('event' in line) board.showEvent(line.event);
    nowMs = readLineTimeMs(line) ?? nowMs;
  };
  try {
    await followEventLog(file, take, ending.signal);
  } finally {
    await board.unmount();
  }
}

function readLineTimeMs(line: EventLogLine): number | undefined {
  if ('state' in line) return line.state.nowMs;
  if ('event' in line) return line.event.atMs;
  return 'nowMs' in line ? line.nowMs : undefined;
}

function printLine(line: EventLogLine, showing: DisplayMode, terminal: Terminal): void {
  if (!('event' in line)) return;
  const text = showing === 'json' ? JSON.stringify(line.event) : formatEventLine(line.event);
  if (text !== undefined) terminal.writeOut(`${text}\n`);
}
