import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import {
  EVENT_LOG_INTERVAL_MS,
  type EventLogLine,
  openEventLog,
  resolveEventLogFile,
} from '../../src/cli/session/event-log.ts';
import { followEventLog } from '../../src/cli/verbs/watch/follow-event-log.ts';
import type { UnstampedEvent } from '../../src/domain/events.ts';
import { backUpRecord, restoreRecord } from '../../src/record/maintenance/backup.ts';
import { verifyRecord } from '../../src/record/maintenance/verify.ts';
import { boardReducer } from '../../src/screen/state/board-reducer.ts';
import { type BoardState, createEmptyBoard } from '../../src/screen/state/board-state.ts';
import { openSample, writeRun } from '../record/sample-runs.ts';
import {
  boardAfter,
  opened,
  recorded,
  removed,
  retestAt,
  scrapProposed,
  stamped,
  started,
  stepStarted,
  unitOf,
} from '../screen/sample-board.ts';

let folder: string;
let elsewhere: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-event-log-'));
  elsewhere = mkdtempSync(join(tmpdir(), 'flashline-event-log-'));
});
afterEach(() => {
  for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
});

const shift: readonly UnstampedEvent[] = [
  opened([1, 2]),
  started(1, unitOf(1)),
  stepStarted(1),
  ...Array.from({ length: 50 }, (_, done): UnstampedEvent => {
    return { type: 'step-progressed', fixture: 1, runId: 'r', stepId: 'dfu-flash', stage: 'write', done, total: 50 };
  }),
  recorded(1, unitOf(1), scrapProposed),
  ...removed(1, unitOf(1)),
  started(2, unitOf(2)),
  recorded(2, unitOf(2), retestAt(1)),
];

/** Reads a log as a watching board does. */
async function readBoardFromLog(file: string): Promise<BoardState> {
  let state = createEmptyBoard([]);
  const take = (line: EventLogLine): void => {
    if ('state' in line) state = line.state;
    if ('event' in line) state = boardReducer(state, line.event);
  };
  await followEventLog(file, take, new AbortController().signal);
  return state;
}

/** What an onlooker must see alike: all but what a unit's report keeps. */
const inShort = ({ tiles, failing, counts, batch }: BoardState) => ({ tiles, failing, counts, batch });

describe('the event log of a running station', () => {
  it('shows an onlooker the board that the station shows', async () => {
    const log = openEventLog(resolveEventLogFile(folder), () => 99, createVirtualClock());
    for (const event of stamped(shift)) log.append(event);
    await log.finish();
    expect(inShort(await readBoardFromLog(resolveEventLogFile(folder)))).toEqual(inShort(boardAfter(shift)));
  });

  it('can be read by nobody but its owner, from its first line on', async () => {
    const file = resolveEventLogFile(folder);
    const log = openEventLog(file, () => 99, createVirtualClock());
    for (const event of stamped(shift)) log.append(event);
    await log.finish();
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('begins anew with the board when it is full, and tells the same', async () => {
    const clock = createVirtualClock();
    const limit = 60_000;
    const log = openEventLog(resolveEventLogFile(folder), () => 99, clock, limit);
    const many = Array.from({ length: 30 }, (_, round) => [
      started(1, unitOf(round)),
      recorded(1, unitOf(round), round % 2 ? scrapProposed : {}),
      ...removed(1, unitOf(round)),
    ]).flat();
    const events = [opened([1, 2]), ...many];
    for (const event of stamped(events)) {
      log.append(event);
      await clock.advance(EVENT_LOG_INTERVAL_MS);
    }
    await log.finish();
    expect(statSync(resolveEventLogFile(folder)).size).toBeLessThan(2 * limit);
    expect(inShort(await readBoardFromLog(resolveEventLogFile(folder)))).toEqual(inShort(boardAfter(events)));
  });

  it('leaves out what came before the first board, and lines that are cut off', async () => {
    const event = stamped([opened([7])])[0]!;
    const lines = [{ event }, { state: createEmptyBoard([3]) }];
    writeFileSync(
      resolveEventLogFile(folder),
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"event":{"ty\n{"ended":true}\n`,
    );
    expect((await readBoardFromLog(resolveEventLogFile(folder))).tiles.map(({ number }) => number)).toEqual([3]);
  });

  it('keeps of progress in a row only the last', async () => {
    const clock = createVirtualClock();
    const log = openEventLog(resolveEventLogFile(folder), () => 99, clock);
    // The first lines are the whole board; events stand behind it.
    await clock.advance(EVENT_LOG_INTERVAL_MS);
    for (const event of stamped(shift)) log.append(event);
    await log.finish();
    const lines = readFileSync(resolveEventLogFile(folder), 'utf8').trimEnd().split('\n');
    const events = lines.flatMap((line) => (JSON.parse(line) as { event?: UnstampedEvent }).event ?? []);
    expect(events.filter(({ type }) => type === 'step-progressed')).toEqual([expect.objectContaining({ done: 49 })]);
  });

  it('never harms the station, also where nothing can be written', async () => {
    const log = openEventLog(join(folder, 'no-such-folder', 'events.ndjson'), () => 0, createVirtualClock());
    for (const event of stamped(shift)) log.append(event);
    await expect(log.finish()).resolves.toBeUndefined();
  });

  it('is no part of the record: verify and backup take no notice of it, whatever it holds', async () => {
    const record = await openSample(folder);
    await writeRun(record, { number: 1 });
    await record.close();
    const before = verifyRecord(folder);
    writeFileSync(resolveEventLogFile(folder), 'not even JSON\n');
    expect(verifyRecord(folder)).toEqual(before);
    const file = join(elsewhere, 'backup');
    expect((await backUpRecord(folder, file)).faults).toEqual([]);
    const restored = join(folder, 'restored');
    const by = { id: 'eli', role: 'engineer' } as const;
    restoreRecord({ file, directory: restored, clock: createVirtualClock(), program: 'flashline', by });
    expect(existsSync(resolveEventLogFile(restored))).toBe(false);
    expect(verifyRecord(restored)).toMatchObject({ faults: [], recordCount: before.recordCount });
  });

  it('that is not there is told to the onlooker with what to do', async () => {
    await expect(readBoardFromLog(resolveEventLogFile(folder))).rejects.toMatchObject({
      code: 'cli/no-station-running',
    });
  });
});
