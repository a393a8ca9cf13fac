import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSegment, fitLine, type Line } from '../../src/screen/frame/styled-line.ts';
import { openTerminalScreen } from '../../src/screen/frame/terminal-screen.ts';

/** A terminal of 20x2 that keeps what was written. */
function terminal() {
  const written: string[] = [];
  const stdout = Object.assign(new EventEmitter(), {
    columns: 20,
    rows: 2,
    write: (text: string) => written.push(text),
  });
  return { written, stdout, stream: stdout as unknown as NodeJS.WriteStream };
}

const lines = (text: string): readonly Line[] => [text, 'below'].map((one) => fitLine([createSegment(one)], 20));

describe('the terminal as a screen', () => {
  it('is sent whole at first, then only what changed, and nothing when nothing did', () => {
    const { written, stream } = terminal();
    const screen = openTerminalScreen(stream, 24, createVirtualClock());
    screen.showLines(lines('one'));
    screen.showLines(lines('one'));
    screen.showLines(lines('two'));
    expect(written).toHaveLength(2);
    expect(written[0]).toContain('below');
    expect(written[1]).not.toContain('below');
  });

  it('is sent whole after it was resized, and has its new size', () => {
    const { written, stream, stdout } = terminal();
    const screen = openTerminalScreen(stream, 24, createVirtualClock());
    screen.showLines(lines('one'));
    Object.assign(stdout, { columns: 30 }).emit('resize');
    expect(screen.size).toEqual({ columns: 30, rows: 2 });
    screen.showLines(lines('one'));
    expect(written).toHaveLength(2);
  });

  it('is sent whole every ten seconds, as something else may have written over it', async () => {
    const { written, stream } = terminal();
    const clock = createVirtualClock();
    const screen = openTerminalScreen(stream, 24, clock);
    screen.showLines(lines('one'));
    await clock.advance(9_900);
    screen.showLines(lines('one'));
    expect(written).toHaveLength(1);
    await clock.advance(100);
    screen.showLines(lines('one'));
    expect(written).toHaveLength(2);
  });

  it('is let alone once it is closed', () => {
    const { stream, stdout } = terminal();
    openTerminalScreen(stream, 24, createVirtualClock()).close();
    expect(stdout.listenerCount('resize')).toBe(0);
  });
});
