// Reads the tape of a running station as it grows, from another process; nothing that is read here can reach the station.
import { open, stat } from 'node:fs/promises';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import { EVENT_LOG_INTERVAL_MS, type EventLogLine } from '../../session/event-log.ts';

/** Read at a time; the rest follows with the next look. */
const CHUNK_BYTES = 1024 * 1024;
/** A line longer than this is none of the station's. */
const MAX_LINE_LENGTH = 8 * CHUNK_BYTES;

/**
 * Gives every line of the tape to `onLine`, oldest first, until it says that the station has ended or the signal aborts.
 * Lines before the first state and lines that are cut off are left out. Throws StationError `cli/no-station-running`.
 */
export async function followEventLog(
  file: string,
  onLine: (line: EventLogLine) => void,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  let place = { inode: -1, offset: 0 };
  let rest = '';
  let hasState = false;
  while (!signal.aborted) {
    const seen = await stat(file).catch(() => null);
    if (!seen) throw createNoEventLogError(file);
    if (seen.ino !== place.inode || seen.size < place.offset) {
      place = { inode: seen.ino, offset: 0 };
      rest = '';
      hasState = false;
    }
    const text = await readFromOffset(file, place.offset);
    place = { ...place, offset: place.offset + text.bytes };
    const lines = (rest + text.text).split('\n');
    rest = lines.pop()!.slice(-MAX_LINE_LENGTH);
    for (const raw of lines) {
      const line = parseEventLogLine(raw);
      if (line === undefined) continue;
      hasState ||= 'state' in line;
      if (hasState) onLine(line);
      if ('ended' in line) return;
    }
    if (text.bytes < CHUNK_BYTES) await clock.sleep(EVENT_LOG_INTERVAL_MS, signal).catch(() => undefined);
  }
}

async function readFromOffset(
  file: string,
  offset: number,
): Promise<{ readonly text: string; readonly bytes: number }> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    // Only whole lines are taken, so that no character is cut in two.
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    const bytes = end === 0 && bytesRead === CHUNK_BYTES ? bytesRead : end;
    return { text: buffer.subarray(0, bytes).toString('utf8'), bytes };
  } finally {
    await handle.close();
  }
}

function parseEventLogLine(raw: string): EventLogLine | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as EventLogLine) : undefined;
  } catch {
    return undefined;
  }
}

function createNoEventLogError(file: string): StationError {
  return new StationError({
    code: 'cli/no-station-running',
    message: `no station has run with this record yet (there is no ${file})`,
    hint: 'start one with flashline run, then watch it from here',
  });
}
