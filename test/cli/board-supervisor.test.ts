import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import type { BoardProcessEvents, BoardTerminal } from '../../src/cli/session/board/board-process.ts';
import { superviseBoard } from '../../src/cli/session/board/board-supervisor.ts';
import type { StationEvent } from '../../src/domain/events.ts';
import type { BoardLook, MessageToBoard } from '../../src/screen/board-link.ts';
import { boardReducer } from '../../src/screen/state/board-reducer.ts';
import { createEmptyBoard } from '../../src/screen/state/board-state.ts';

const look: BoardLook = {
  locale: 'en',
  isUnicode: true,
  colourDepth: 24,
  isSpoken: false,
  scannerPrefix: '',
  bell: false,
};

describe('a board in a process of its own', () => {
  it('is told the whole state first, and then what happened, of progress only the last', async () => {
    const desk = openDesk();
    desk.happens(progress(1, 10), progress(1, 20), progress(2, 5), progress(1, 30));
    await desk.clock.advance(200);
    const [first, second] = desk.boards[0]!.sent;
    expect(first).toMatchObject({ look, state: { tiles: [] } });
    expect(second).toMatchObject({ events: [progress(2, 5), progress(1, 30)] });
  });

  it('is told nothing more until it has shown what it was told', async () => {
    const desk = openDesk({ answers: false });
    desk.happens(progress(1, 10));
    await desk.clock.advance(60_000);
    expect(desk.boards[0]!.sent).toHaveLength(1);
    desk.boards[0]!.on.onMessage({ took: true });
    await desk.clock.advance(200);
    expect(desk.boards[0]!.sent).toHaveLength(2);
  });

  it('is told the whole state again after a flood that it did not read', async () => {
    const desk = openDesk({ answers: false });
    for (let at = 0; at < 3_000; at += 1) desk.happens(finished(1 + (at % 8), at));
    desk.boards[0]!.on.onMessage({ took: true });
    await desk.clock.advance(200);
    expect(desk.boards[0]!.sent).toHaveLength(2);
    expect(desk.boards[0]!.sent[1]).toMatchObject({ state: { nowMs: 2_999 } });
  });

  it('comes again with the whole state a second after its death, and the terminal is put in order first', async () => {
    const desk = openDesk();
    desk.boards[0]!.on.onExit('killed');
    expect(desk.restored).toBe(1);
    expect(desk.boards).toHaveLength(1);
    await desk.clock.advance(1_000);
    expect(desk.boards).toHaveLength(2);
    expect(desk.boards[1]!.sent[0]).toMatchObject({ look, state: {} });
  });

  it('is given up after five deaths in a minute, with what it said last', async () => {
    const desk = openDesk();
    for (let death = 0; death < 5; death += 1) {
      desk.boards.at(-1)!.on.onExit(`reason ${death}`);
      await desk.clock.advance(1_000);
    }
    expect(desk.boards).toHaveLength(5);
    expect(desk.lastWords).toEqual(['reason 4']);
  });

  it('that does not leave when asked is killed after half a second', async () => {
    const desk = openDesk();
    const stopped = desk.board.stop();
    await desk.clock.advance(500);
    await stopped;
    expect(desk.boards[0]!.sent.at(-1)).toEqual({ end: true });
    expect(desk.boards[0]!.killed).toBe(true);
    expect(desk.restored).toBe(1);
  });

  it('that leaves when asked is neither killed nor started again', async () => {
    const desk = openDesk();
    const stopped = desk.board.stop();
    desk.boards[0]!.on.onExit('');
    await stopped;
    await desk.clock.advance(5_000);
    expect(desk.boards).toMatchObject([{ killed: false }]);
    expect(desk.restored).toBe(0);
  });

  it('hands on scans and interrupts, and is told why a command was not carried out', async () => {
    const desk = openDesk();
    const { on, sent } = desk.boards[0]!;
    on.onMessage({ scan: 'P000000001' });
    on.onMessage({ interrupt: true });
    on.onMessage({ command: { do: 'stop', fixture: 99 }, id: 7 });
    await desk.clock.advance(0);
    expect(desk.heard).toEqual(['scan P000000001', 'interrupt', 'stop']);
    expect(sent.at(-1)).toEqual({ refused: 7, reason: 'no such fixture' });
  });
});

interface FakeBoard {
  readonly on: BoardProcessEvents;
  readonly sent: MessageToBoard[];
  killed: boolean;
}

function openDesk({ answers = true } = {}) {
  const clock = createVirtualClock();
  const boards: FakeBoard[] = [];
  const heard: string[] = [];
  const lastWords: string[] = [];
  const counts = { restored: 0 };
  let state = createEmptyBoard([]);
  const terminal: BoardTerminal = {
    startBoard: (on) => {
      const fake: FakeBoard = { on, sent: [], killed: false };
      boards.push(fake);
      return {
        send: (message) => {
          fake.sent.push(message);
          if (answers && 'nowMs' in message) clock.setTimeout(() => on.onMessage({ took: true }), 0);
        },
        kill: () => {
          fake.killed = true;
        },
      };
    },
    restore: async () => {
      counts.restored += 1;
    },
  };
  const board = superviseBoard({
    look,
    clock,
    terminal,
    readStationMs: () => 0,
    readState: () => state,
    onScan: (text) => heard.push(`scan ${text}`),
    onInterrupt: () => heard.push('interrupt'),
    onCommand: async (command) => {
      heard.push(command.do);
      throw new Error('no such fixture');
    },
    onGivenUp: (words) => lastWords.push(words),
  });
  return {
    ...{ clock, boards, board, heard, lastWords },
    get restored() {
      return counts.restored;
    },
    happens: (...events: readonly StationEvent[]) => {
      for (const event of events) {
        state = boardReducer(state, event);
        board.showEvent(event);
      }
    },
  };
}

const stamp = { sequence: 1, at: '2026-01-05T06:00:00.000Z', atMs: 0 };

function progress(fixture: number, done: number): StationEvent {
  return { ...stamp, type: 'step-progressed', fixture, runId: 'r', stepId: 's', stage: 'write', done, total: 100 };
}

function finished(fixture: number, atMs: number): StationEvent {
  return { ...stamp, atMs, type: 'serial-seen', fixture, runId: 'r', text: `line ${atMs}` };
}
