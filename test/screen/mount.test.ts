import { PassThrough, Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { StationError } from '../../src/base/station-error.ts';
import type { BoardCommand } from '../../src/screen/input/key-bindings.ts';
import { type MountBoardOptions, type MountedBoard, mountBoard } from '../../src/screen/mount.tsx';
import { opened, stamped, started, stepStarted, unitOf } from './sample-board.ts';
import { terminalModel } from './terminal-model.ts';

const PAGE_DOWN = '\u001b[6~';
const PAGE_UP = '\u001b[5~';

let mounted: MountedBoard | null = null;
afterEach(async () => {
  await mounted?.unmount();
  mounted = null;
});

/** A board on a terminal of 80 columns that can be read, typed at, and told what happens at the station. */
function boardOnTerminal(change: Partial<MountBoardOptions> = {}, rows = 24) {
  const clock = createVirtualClock();
  const screen = terminalModel({ columns: 80, rows });
  const written: string[] = [];
  const scans: string[] = [];
  const commands: BoardCommand[] = [];
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    const text = chunk.toString();
    written.push(text);
    if (!change.isSpoken) screen.write(text);
    done();
  };
  const stdout = Object.assign(new Writable({ write }), { isTTY: true, columns: 80, rows });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  const board = mountBoard({
    fixtureNumbers: [1, 2],
    stationNowMs: () => clock.readMonotonicMs(),
    personClock: clock,
    locale: 'en',
    isUnicode: true,
    colourDepth: 24,
    isSpoken: false,
    isReadOnly: false,
    scannerPrefix: '',
    onScan: (text) => void scans.push(text),
    onCommand: async (command) => void commands.push(command),
    onEnd: () => undefined,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    ...change,
  });
  mounted = board;
  for (const event of stamped([opened([1, 2]), started(1, unitOf(1)), stepStarted(1)])) board.showEvent(event);
  const frames = async (ms: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(ms);
    // Ink throttles by the machine's clock: what it still holds back comes within a picture's time.
    await mounted!.flush();
  };
  return {
    board,
    written,
    scans,
    commands,
    frames,
    type: async (text: string): Promise<void> => {
      stdin.write(text);
      await frames(400);
    },
    screen,
    text: (): string => screen.cells.map((row) => row.join('')).join('\n'),
  };
}

describe('the board on a terminal', () => {
  it('shows what the station tells, a frame at a time', async () => {
    const { frames, text } = boardOnTerminal();
    await frames(100);
    expect(text()).toContain('Batch B-17');
    expect(text()).toMatch(/▶ RUNNING +P000000001 /);
  });

  it('takes a key when nothing follows it, and orders only what Enter confirmed', async () => {
    const { type, text, commands } = boardOnTerminal();
    await type('s');
    expect(text()).toContain('Stop fixture 1 and abort its run?');
    expect(commands).toEqual([]);
    await type('\r');
    expect(commands).toEqual([{ do: 'stop', fixture: 1 }]);
  });

  it('scrolls back at once from the end of a page, however often it was told to go on', async () => {
    const { type, text } = boardOnTerminal({}, 16);
    await type('?');
    const top = text();
    await type(PAGE_DOWN);
    const end = text();
    expect(end).not.toBe(top);
    for (let time = 1; time <= 5; time += 1) await type(PAGE_DOWN);
    expect(text()).toBe(end);
    await type(PAGE_UP);
    expect(text()).toBe(top);
  });

  it('hands a scan on, whatever letters are in it', async () => {
    const { type, scans, commands, text } = boardOnTerminal();
    await type('s?cP000000012\r');
    expect(scans).toEqual(['s?cP000000012']);
    expect(commands).toEqual([]);
    expect(text()).not.toContain('Stop fixture');
  });

  it('tells what the station refused', async () => {
    const refused = new StationError({
      code: 'station/nobody-logged-in',
      message: 'Nobody is logged in',
      hint: 'press o',
    });
    const { type, text } = boardOnTerminal({ onCommand: () => Promise.reject(refused) });
    await type('s');
    await type('\r');
    expect(text()).toContain('Nobody is logged in');
  });

  it('that is only watched takes no scan and asks nothing', async () => {
    const { type, text, scans, commands } = boardOnTerminal({ isReadOnly: true, silentForMs: () => 4_000 });
    await type('P000000012\r');
    await type('s');
    await type('\r');
    expect([scans, commands]).toEqual([[], []]);
    expect(text()).toContain('NO SIGN OF LIFE from the station for 4 s');
  });

  it('is drawn over what another program wrote into it', async () => {
    const { frames, text, screen } = boardOnTerminal();
    await frames(400);
    const before = text();
    screen.write('\r\n\nUSB disconnect on port 3');
    await frames(400);
    expect(text()).not.toBe(before);
    await frames(10_000);
    expect(text().split('\n')[0]).toBe(before.split('\n')[0]);
    expect(text()).not.toContain('USB disconnect');
  });

  it('writes every picture as one, so that none is seen half drawn', async () => {
    const { frames, screen, type } = boardOnTerminal();
    await frames(400);
    await type('?');
    await frames(10_000);
    expect(screen.unsynchronised.filter((text) => text !== '\u001b[H')).toEqual([]);
  });

  it('gives the terminal back, on its own screen and with its cursor', async () => {
    const { frames, board, written } = boardOnTerminal();
    await frames(100);
    expect(written.join('')).toContain('\u001b[?1049h');
    await board.unmount();
    const all = written.join('');
    expect(all.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(all.lastIndexOf('FLASHLINE'));
    expect(all.lastIndexOf('\u001b[?25h')).toBeGreaterThan(all.lastIndexOf('\u001b[?25l'));
    const count = written.length;
    await frames(1_000);
    expect(written).toHaveLength(count);
  });

  it('is told in sentences to a screen reader, and on the normal screen', async () => {
    const { frames, written } = boardOnTerminal({ isSpoken: true });
    await frames(1_000);
    await frames(0);
    const all = written.join('');
    expect(all).toContain('Fixture 1: RUNNING. Unit P000000001.');
    expect(all).not.toContain('\u001b[?1049h');
    expect(all).not.toContain('│');
  });
});
